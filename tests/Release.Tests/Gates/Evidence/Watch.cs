using Release.Configuration;
using Release.Gates;
using Release.Gates.Evidence;

namespace Release.Tests.Gates.Evidence;

/// <summary>A sequential gate and its clock: ticks of 5 s, 10 % of 100 requests a second, stable with 1 % errors.</summary>
internal sealed class Watch
{
    public static readonly TestedObjective Errors = new() { Id = "errors", Type = ObjectiveType.Errors };

    public static readonly TestedObjective Latency = new() { Id = "latency", Type = ObjectiveType.Latency };

    public static readonly TestedObjective Limit = new() { Id = "slo", Type = ObjectiveType.Errors, Limit = 0.01, Compare = false };

    private readonly SequentialGate _gate;

    public Watch(params TestedObjective[] objectives)
        : this(o => o, objectives)
    {
    }

    public Watch(Func<SequentialOptions, SequentialOptions> change, params TestedObjective[] objectives)
    {
        _gate = SequentialGate.Begin(change(new() { Objectives = [.. objectives] }), [.. Enumerable.Range(0, 60).Select(i => Counted(450, 3 + (i % 4)))], 0.1, Now);
    }

    public DateTimeOffset Now { get; private set; } = Scene.Noon;

    public GateVerdict Verdict => _gate.Verdict;

    public string Words => _gate.Describe();

    public SequentialGate Gate => _gate;

    /// <summary>Gets all that it knows, to the last digit.</summary>
    public string Known => $"{_gate.Verdict}\n{_gate.Describe()}\n{string.Join('\n', _gate.Look())}";

    /// <summary>Requests of which a tenth took over 250 ms, a fifth of those over 500 ms, and so many times more over all bounds when slower.</summary>
    public static Counters Counted(double requests, double errors, double slower = 1) => new(requests, errors,
    [
        new(0.1, requests - Math.Min(requests, Math.Floor(requests * 0.5 * slower))),
        new(0.25, requests - Math.Min(requests, Math.Floor(requests * 0.1 * slower))),
        new(0.5, requests - Math.Min(requests, Math.Floor(requests * 0.02 * slower))),
        new(double.PositiveInfinity, requests),
    ]);

    public Watch Tick(Counters? candidate, Counters? stable, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            Now += TimeSpan.FromSeconds(5);
            _gate.Advance(new(Now, 0.1, stable, candidate));
        }

        return this;
    }

    public Watch Tick(double errors, double ofStable = 4.5, int times = 1) => Tick(Counted(50, errors), Counted(450, ofStable), times);

    public Watch Step()
    {
        _gate.BeginStep(0.5, Now);
        return this;
    }
}
