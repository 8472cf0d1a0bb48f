using Release.Configuration;
using Release.Output;
using Release.Probes;

namespace Release.Tests.Probes;

/// <summary>Looks with one probe as the product does: made by the factory from its options.</summary>
internal sealed class Looking : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("probes-");

    public SecretMask Mask { get; } = new();

    public string Root => _root.FullName;

    public Uri? BaseAddress { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Func<string, string?> Releasing { get; init; } = _ => null;

    public void Dispose() => _root.Delete(recursive: true);

    /// <summary>Gets what a probe gets.</summary>
    public ProbeContext Surroundings => new()
    {
        Root = Root,
        BaseAddress = BaseAddress,
        Placeholders = new(
            new()
            {
                Root = Root,
                Variable = name => name == "TOKEN" ? "hunter2000" : null,
                Named = name => name == "gateway.admin" ? BaseAddress?.ToString().TrimEnd('/') : null,
            },
            Mask),
        Mask = Mask,
        Tool = new(TimeProvider.System, Mask),
        Time = Time,
        Releasing = Releasing,
    };

    public IProbe Probe(ProbeOptions options) => ProbeFactory.Core().Create(options, Surroundings);

    public Task<ProbeResult> Look(ProbeOptions options) => Probe(options).Look(default);

    public async Task Pass(ProbeOptions options)
    {
        var result = await Look(options);
        result.Verdict.ShouldBe(ProbeVerdict.Pass, result.Detail);
    }

    public async Task Fail(ProbeOptions options, string detail)
    {
        var result = await Look(options);
        result.Detail.ShouldContain(detail);
        result.Verdict.ShouldBe(ProbeVerdict.Fail, result.Detail);
    }

    public async Task Unavailable(ProbeOptions options, string detail)
    {
        var result = await Look(options);
        result.Detail.ShouldContain(detail);
        result.Verdict.ShouldBe(ProbeVerdict.Unavailable, result.Detail);
    }
}

/// <summary>A clock that stands at a time of the test's choice.</summary>
internal sealed class StandingClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
