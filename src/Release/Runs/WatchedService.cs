using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates;
using Release.Platforms;

namespace Release.Runs;

/// <summary>One service under watch: its instances, counters, gate and split.</summary>
internal sealed class WatchedService
{
    private readonly RunContext _run;
    private readonly Gate _gate;
    private readonly IReadOnlyList<MeteredInstance> _instances;
    private readonly Lock _lock = new();
    private CounterState _counters = CounterState.Empty;
    private GateState? _state;
    private SplitCheck _split = new(Percent.Zero);

    private WatchedService(RunContext run, ServiceOptions service, Instance candidate, IReadOnlyList<MeteredInstance> instances)
    {
        (_run, Name, Candidate, _instances) = (run, service.Name, candidate, instances);
        _gate = new Gate(run.Options.Gate);
    }

    public string Name { get; }

    public Instance Candidate { get; }

    /// <summary>Gets a value indicating whether there is no stable version of it.</summary>
    public bool IsNew => _instances.All(i => i.Variant is Variant.Candidate);

    public Percent Share => _state?.Share ?? Percent.Zero;

    public bool HasTraffic => _state is not null;

    public SplitCheck Split => Volatile.Read(ref _split);

    public GateVerdict Verdict => _state?.Verdict ?? new GateVerdict(GateOutcome.Undecided, GateCause.None, default, "not begun");

    public static async Task<WatchedService> Of(RunContext run, ServiceOptions service)
    {
        var candidate = run.Opening.Target.Of(service.Name)!;
        var instances = new List<MeteredInstance> { await Metered(run, service, candidate, Variant.Candidate) };
        if (run.Opening.Stable?.Of(service.Name) is { } stable)
        {
            instances.Add(await Metered(run, service, stable, Variant.Stable));
        }

        return new WatchedService(run, service, candidate, instances);
    }

    /// <summary>From now on counts belong to this share; what passed the last step does not pass this one.</summary>
    public void BeginStep(Percent share, DateTimeOffset at)
    {
        lock (_lock)
        {
            _state = _state is null ? _gate.Start(share, at) : Gate.BeginStep(_state, share, at);
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

    public bool IsUnavailableTooLong(DateTimeOffset at) => _state is not null && _gate.IsUnavailableTooLong(_state, at);

    /// <summary>Reads, subtracts, judges. The sample for the journal; null while the candidate has no traffic.</summary>
    public async Task<JsonObject?> Tick(CancellationToken cancellation)
    {
        var readings = await _run.Ports.Metrics.Read(_instances, cancellation);
        lock (_lock)
        {
            var at = _run.Ports.Clock.GetUtcNow();
            var delta = CounterDeltas.Advance(_counters, readings, at);
            _counters = delta.State;
            if (_state is null)
            {
                return null;
            }

            var tick = new GateTick(at, delta.Stable, delta.Candidate);
            _state = _gate.Advance(_state, tick);
            _split = _split.Add(delta.Stable, delta.Candidate);
            return new JsonObject
            {
                ["service"] = Name,
                ["share"] = (double)_state.Share.Value,
                ["tick"] = tick.ToJson(),
                ["split"] = _split.ToJson(),
                ["gate"] = _state.ToJson(),
            };
        }
    }

    private static async Task<MeteredInstance> Metered(RunContext run, ServiceOptions service, Instance instance, Variant variant) =>
        new(instance.Id, variant, new Uri(await run.Address(instance), service.Metrics ?? "/metrics"));
}
