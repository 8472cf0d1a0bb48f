using Release.Configuration;

namespace Release.Probes;

/// <summary>Makes probes of their options. Drivers add their types.</summary>
public sealed class ProbeFactory
{
    private readonly Dictionary<Type, Func<ProbeOptions, ProbeContext, CancellationToken, Task<ProbeResult>>> _looks = [];

    private ProbeFactory()
    {
    }

    /// <summary>The probes that the core knows.</summary>
    public static ProbeFactory Core() => new ProbeFactory()
        .Add<CommandProbeOptions>(CommandProbe.Look)
        .Add<DiskProbeOptions>(DiskProbe.Look)
        .Add<DnsProbeOptions>(DnsProbe.Look)
        .Add<FileProbeOptions>(FileProbe.Look)
        .Add<GitProbeOptions>(GitProbe.Look)
        .Add<GrafanaProbeOptions>(GrafanaProbe.Look)
        .Add<HttpProbeOptions>(HttpProbe.Look)
        .Add<JUnitProbeOptions>(JUnitProbe.Look)
        .Add<MixedProbeOptions>(MixedProbe.Look)
        .Add<RedisProbeOptions>(RedisProbe.Look)
        .Add<SequenceProbeOptions>(SequenceProbe.Look)
        .Add<TcpProbeOptions>(TcpProbe.Look)
        .Add<TlsProbeOptions>(TlsProbe.Look);

    /// <summary>
    /// Adds a type of probe. A look throws when it could not look: timeout, verdict and masking are done around it.
    /// </summary>
    public ProbeFactory Add<TOptions>(Func<TOptions, ProbeContext, CancellationToken, Task<ProbeResult>> look)
        where TOptions : ProbeOptions
    {
        _looks.Add(typeof(TOptions), (options, context, cancellation) => look((TOptions)options, context, cancellation));
        return this;
    }

    /// <summary>Makes one probe. Nothing is looked at and no secret resolved yet.</summary>
    /// <exception cref="ArgumentException">No look was added for these options.</exception>
    public IProbe Create(ProbeOptions options, ProbeContext context)
        => _looks.TryGetValue(options.GetType(), out var look)
            ? new ConfiguredProbe(options, context, cancellation => look(options, context, cancellation))
            : throw new ArgumentException($"There is no probe for {options.GetType().Name}: add it to the factory.", nameof(options));
}
