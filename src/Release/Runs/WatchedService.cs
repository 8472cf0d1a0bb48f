using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates;
using Release.Platforms;

namespace Release.Runs;

/// <summary>One service under watch: its instances, counters, gate and split.</summary>
internal sealed class WatchedService
{
    private readonly RunContext _run;
    private readonly IReadOnlyList<MeteredInstance> _instances;
    private readonly List<Counters> _history = [];
    private readonly Lock _lock = new();
    private CounterState _counters = CounterState.Empty;
    private Gate? _gate;
    private SplitCheck _split = new(Percent.Zero);

    private WatchedService(RunContext run, ServiceOptions service, Instance candidate, IReadOnlyList<MeteredInstance> instances)
    {
        (_run, Name, Candidate, _instances) = (run, service.Name, candidate, instances);
    }

    public string Name { get; }

    public Instance Candidate { get; }

    /// <summary>Gets a value indicating whether there is no stable version of it.</summary>
    public bool IsNew => _instances.All(i => i.Variant is Variant.Candidate);

    public Percent Share => _gate?.Share ?? Percent.Zero;

    public bool HasTraffic => _gate is not null;

    public SplitCheck Split => Volatile.Read(ref _split);

    public GateVerdict Verdict => _gate?.Verdict ?? new GateVerdict(GateOutcome.Undecided, GateCause.None, default, "not begun");

    public static async Task<WatchedService> Of(RunContext run, ServiceOptions service)
    {
        var candidate = run.Opening.Target.Of(service.Name)!;
        var instances = new List<MeteredInstance> { await Metered(run, service, candidate, Variant.Candidate) };
        if (run.Opening.Stable?.Of(service.Name) is { } stable)
        {
            instances.Add(await Metered(run, service, stable, Variant.Stable));
        }

        return new WatchedService(run, service, candidate, instances) { _gate = await GateReplay.Of(run, service.Name) };
    }

    /// <summary>From now on counts belong to this share; what passed the last step does not pass this one.</summary>
    public void BeginStep(Percent share, DateTimeOffset at)
    {
        lock (_lock)
        {
            if (_gate is null)
            {
                _gate = Gate.Begin(_run.Options.Gate, new GateStart([.. _history], share, at, GateReplay.Window(_run.Options), _run.Options.Services.Count));
            }
            else
            {
                _gate.BeginStep(share, at);
            }

            _split = new SplitCheck(share);
        }
    }

    public void RestartSplit()
    {
        lock (_lock)
        {
            _split = _split.Restart();
        }
    }

    public bool IsUnavailableTooLong(DateTimeOffset at) => _gate?.IsUnavailableTooLong(at) == true;

    /// <summary>Reads, subtracts, judges. The sample for the journal; null while the candidate has no traffic.</summary>
    public async Task<JsonObject?> Tick(CancellationToken cancellation)
    {
        var readings = await _run.Ports.Metrics.Read(_instances, cancellation);
        lock (_lock)
        {
            var at = _run.Ports.Clock.GetUtcNow();
            var isFirst = _counters.At is null;
            var delta = CounterDeltas.Advance(_counters, readings, at);
            _counters = delta.State;
            if (_gate is null)
            {
                // All that stable ever counted is its past, and better than none.
                _history.AddRange(isFirst ? CounterDeltas.LivesOf(delta.State, readings, Variant.Stable) : delta.Stable.Fresh > 0 ? [delta.Stable.Counts] : []);
                return null;
            }

            var tick = new GateTick(at, delta.Stable, delta.Candidate);
            _split = _split.Add(delta.Stable, delta.Candidate);
            _ = _gate.Advance(tick);
            return GateReplay.Sample(Name, tick, _split, _gate, _history);
        }
    }

    private static async Task<MeteredInstance> Metered(RunContext run, ServiceOptions service, Instance instance, Variant variant) =>
        new(instance.Id, variant, new Uri(await run.Address(instance), service.Metrics ?? "/metrics"));
}
