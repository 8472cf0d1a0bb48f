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
    private readonly Instance? _stable;
    private readonly List<Counters> _history = [];
    private readonly Lock _lock = new();
    private IReadOnlyList<MeteredInstance> _instances = [];
    private CounterState _counters = CounterState.Empty;
    private Gate? _gate;
    private SplitCheck _split = new(Percent.Zero);
    private SplitCheck _sinceShift = new(Percent.Zero);
    private int? _restarts;
    private TimeSpan _lateness;
    private DateTimeOffset _stepAt;
    private DateTimeOffset _dataEnd;

    private WatchedService(RunContext run, ServiceOptions service, Instance candidate)
    {
        (_run, _service, Candidate, _stable) = (run, service, candidate, run.Opening.Stable?.Of(service.Name));
    }

    public string Name => _service.Name;

    public Instance Candidate { get; }

    /// <summary>Gets a value indicating whether there is no stable version of it.</summary>
    public bool IsNew => _stable is null;

    public Percent Share => _gate?.Share ?? Percent.Zero;

    public bool HasTraffic => _gate is not null;

    public SplitCheck Split => Volatile.Read(ref _split);

    /// <summary>Gets all counts since the shift, those before a <see cref="RestartSplit"/> too.</summary>
    public SplitCheck SinceShift => Volatile.Read(ref _sinceShift);

    public GateVerdict Verdict => _gate?.Verdict ?? new GateVerdict(GateOutcome.Undecided, GateCause.None, default, "not begun");

    public static async Task<WatchedService> Of(RunContext run, ServiceOptions service)
    {
        var watched = new WatchedService(run, service, run.Opening.Target.Of(service.Name)!) { _gate = await GateReplay.Of(run, service.Name) };
        watched._instances = await watched.Metered(run.Placed);
        return watched;
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

            (_split, _sinceShift, _stepAt) = (new SplitCheck(share), new SplitCheck(share), at);
        }
    }

    /// <summary>The clock of this step begins now: until here the router had not taken up the share.</summary>
    public void BeginClock(DateTimeOffset at)
    {
        lock (_lock)
        {
            _gate?.BeginStep(Share, at);
        }
    }

    public void RestartSplit()
    {
        lock (_lock)
        {
            _split = _split.Restart();
        }
    }

    /// <summary>Whether the platform started the candidate again by itself since it was first seen: it is alive, and yet it crashed.</summary>
    public bool WasStartedAgain(InstanceView candidate) => candidate.Liveness is Liveness.Alive && candidate.Restarts > (_restarts ??= candidate.Restarts);

    public bool IsUnavailableTooLong(DateTimeOffset at) => _gate?.IsUnavailableTooLong(at) == true;

    /// <summary>Reads, subtracts, judges. The sample for the journal; null while the candidate has no traffic.</summary>
    public async Task<JsonObject?> Tick(CancellationToken cancellation)
    {
        var asking = _gate is null ? Task.FromResult(QueryValues.None) : AskedQueries.Of(_run.Ports.Metrics, _run.Options.Gate, Candidate, _stable, cancellation);
        var failures = _run.Ports.Router.Failures(_service, cancellation);
        var readings = await _run.Ports.Metrics.Read(_instances, cancellation);
        IReadOnlyList<InstanceReading> all = [.. readings, .. Unanswered(await failures)];
        if (readings.Any(r => r.Problem is not null))
        {
            // What was started again may be reached elsewhere now. This tick has no reading of it; the next one may.
            _instances = await Metered(instance => _run.Ports.Platform.Look(instance.Id, cancellation));
        }

        var queries = await asking;
        lock (_lock)
        {
            var now = _run.Ports.Clock.GetUtcNow();
            var (isFirst, at) = (_counters.At is null, DataEnd(readings, now));
            var delta = CounterDeltas.Advance(_counters, all, now);
            _counters = delta.State;
            if (_gate is null)
            {
                // All that stable ever counted is its past, and better than none.
                _history.AddRange(isFirst ? CounterDeltas.LivesOf(delta.State, readings, Variant.Stable) : delta.Stable.Fresh > 0 ? [delta.Stable.Counts] : []);
                return null;
            }

            var tick = new GateTick(at, delta.Stable, delta.Candidate) { Queries = queries };
            if (at >= _stepAt)
            {
                (_split, _sinceShift) = (_split.Add(delta.Stable, delta.Candidate), _sinceShift.Add(delta.Stable, delta.Candidate));
            }

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

    // What got no answer was never counted by the instance, and by no client either where the router tried again elsewhere.
    private IEnumerable<InstanceReading> Unanswered(RouterFailures? failures) => failures is null ? [] :
        from instance in _instances
        where instance.Routed is not null
        let attempts = failures.Attempts.GetValueOrDefault(instance.Routed!)
        select new InstanceReading($"{instance.Id} (router)", instance.Variant, failures.StartedAt, new Counters(attempts, attempts, []), null) { IsOfRouter = true };

    // An instance that nobody can place is read where it was.
    private async Task<IReadOnlyList<MeteredInstance>> Metered(Func<Instance, Task<InstanceView>> look)
    {
        var metered = new List<MeteredInstance>();
        foreach (var (instance, variant) in new[] { (Candidate, Variant.Candidate), (_stable, Variant.Stable) })
        {
            if (instance is not null)
            {
                var placed = MeteredInstance.Of(instance, variant, _service, await look(instance));
                metered.AddRange(placed.Count > 0 ? placed : _instances.Where(i => i.Variant == variant));
            }
        }

        return metered;
    }
}
