using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates;
using Release.Platforms;

namespace Release.Runs;

/// <summary>One service under watch: its instances, counters, gate and split.</summary>
internal sealed class WatchedService
{
    private readonly RunContext _run;
    private readonly ServiceOptions _service;
    private readonly IReadOnlyList<MeteredInstance> _instances;
    private readonly List<Counters> _history = [];
    private readonly Lock _lock = new();
    private CounterState _counters = CounterState.Empty;
    private Gate? _gate;
    private SplitCheck _split = new(Percent.Zero);
    private TimeSpan _lateness;
    private DateTimeOffset _stepAt;
    private DateTimeOffset _dataEnd;

    private WatchedService(RunContext run, ServiceOptions service, Instance candidate, IReadOnlyList<MeteredInstance> instances)
    {
        (_run, _service, Candidate, _instances) = (run, service, candidate, instances);
    }

    public string Name => _service.Name;

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

            (_split, _stepAt) = (new SplitCheck(share), at);
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
        var asking = _gate is null ? Task.FromResult(QueryValues.None) : AskedQueries.Of(_run.Ports.Metrics, _run.Options.Gate, _instances, cancellation);
        var readings = await _run.Ports.Metrics.Read(_instances, cancellation);
        var queries = await asking;
        lock (_lock)
        {
            var now = _run.Ports.Clock.GetUtcNow();
            var (isFirst, at) = (_counters.At is null, DataEnd(readings, now));
            var delta = CounterDeltas.Advance(_counters, readings, now);
            _counters = delta.State;
            if (_gate is null)
            {
                // All that stable ever counted is its past, and better than none.
                _history.AddRange(isFirst ? CounterDeltas.LivesOf(delta.State, readings, Variant.Stable) : delta.Stable.Fresh > 0 ? [delta.Stable.Counts] : []);
                return null;
            }

            var tick = new GateTick(at, delta.Stable, delta.Candidate) { Queries = queries };
            _split = at < _stepAt ? _split : _split.Add(delta.Stable, delta.Candidate);
            _ = _gate.Advance(tick);
            return GateReplay.Sample(Name, tick, _split, _gate, _history);
        }
    }

    // Where a source's data end earlier than now, so does the tick; where it said nothing new, it is as late as it was. Time never goes back.
    private DateTimeOffset DataEnd(IReadOnlyList<InstanceReading> readings, DateTimeOffset now)
    {
        _lateness = CounterDeltas.DataEnd(_counters, readings) is { } end ? TimeSpan.FromTicks(Math.Max(0, (now - end).Ticks)) : _lateness;
        var at = now - _lateness;
        return _dataEnd = at > _dataEnd ? at : _dataEnd;
    }

    private static async Task<MeteredInstance> Metered(RunContext run, ServiceOptions service, Instance instance, Variant variant) =>
        new(instance.Id, variant, new Uri(await run.Address(instance), service.Metrics ?? "/metrics"));
}
