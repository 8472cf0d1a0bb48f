using Release.Probes;
using Release.Runs;

namespace Release.Conformance;

/// <summary>What a release relies on in a probe.</summary>
/// <param name="probe">The probe.</param>
/// <param name="nowhere">The same probe of an address where nothing listens; null for one that asks no address.</param>
/// <param name="time">The clock.</param>
public sealed class ProbeBehaviours(IProbe probe, IProbe? nowhere, TimeProvider time)
{
    /// <summary>Gets them all, in their order.</summary>
    public IReadOnlyList<Behaviour> All =>
    [
        new($"{probe.Id}: looks", "look says pass or fail, with a detail", Looks),
        new($"{probe.Id}: looks twice the same", "two looks in a row have the same verdict", Twice),
        new($"{probe.Id}: outlives a look that was killed", "after a look that was killed the next one answers as before", Killed),
        new($"{probe.Id}: does not pass nowhere", "where nothing listens the verdict is fail or unavailable", Nowhere),
        new($"{probe.Id}: answers in time", $"a look takes at most half of the timeout ({Output.Show.Duration(probe.Timeout / 2)})", InTime),
    ];

    private async Task Looks(CancellationToken cancellation)
    {
        var result = await probe.Look(cancellation);
        if (result.Verdict is ProbeVerdict.Unavailable || result.Detail.Length == 0)
        {
            throw new UnexpectedException($"{Words.Of(result.Verdict)}: {result.Detail}");
        }
    }

    private async Task Twice(CancellationToken cancellation)
    {
        var (first, second) = (await probe.Look(cancellation), await probe.Look(cancellation));
        if (first.Verdict != second.Verdict)
        {
            throw new UnexpectedException($"first {Words.Of(first.Verdict)} ({first.Detail}), then {Words.Of(second.Verdict)} ({second.Detail})");
        }
    }

    private async Task Killed(CancellationToken cancellation)
    {
        var first = await probe.Look(cancellation);
        using var kill = new CancellationTokenSource(TimeSpan.FromMilliseconds(20), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, kill.Token);
        try
        {
            _ = await probe.Look(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // As meant.
        }

        if (await probe.Look(cancellation) is var next && next.Verdict != first.Verdict)
        {
            throw new UnexpectedException($"first {Words.Of(first.Verdict)}, afterwards {Words.Of(next.Verdict)}: {next.Detail}");
        }
    }

    private async Task Nowhere(CancellationToken cancellation)
    {
        if (nowhere is not null && (await nowhere.Look(cancellation)).Verdict is ProbeVerdict.Pass)
        {
            throw new UnexpectedException("pass: it does not ask the address that it is given");
        }
    }

    private async Task InTime(CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        _ = await probe.Look(cancellation);
        if (time.GetElapsedTime(began) is var took && took > probe.Timeout / 2)
        {
            throw new UnexpectedException($"it took {Output.Show.Duration(took)}");
        }
    }
}
