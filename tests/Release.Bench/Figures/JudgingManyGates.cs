using System.Diagnostics;
using Release.Bench.Results;
using Release.Configuration;
using Release.Gates;

namespace Release.Bench.Figures;

/// <summary>One tick of many gates, on one core. Each has the objectives of the embedded environment.</summary>
internal sealed class JudgingManyGates : IFigure
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    public string Name => "gates";

    public Task<IReadOnlyList<Row>> Measure(Workbench bench, CancellationToken cancellation)
    {
        var (gate, at) = (Gate(), DateTimeOffset.UnixEpoch);
        var states = Enumerable.Range(0, bench.Effort.Gates).Select(_ => gate.Start(new Percent(10), DateTimeOffset.UnixEpoch)).ToArray();
        var (ticks, floors) = (new List<double>(), new List<double>());
        for (var tick = 0; tick < bench.Effort.Ticks; tick++)
        {
            at += Tick;
            var counted = states.Select(_ => new GateTick(at, Counted(450), Counted(50))).ToArray();
            floors.Add(Timed(() => Sum(counted)));
            ticks.Add(Timed(() =>
            {
                for (var i = 0; i < states.Length; i++)
                {
                    states[i] = gate.Advance(states[i], counted[i]);
                }
            }));
        }

        return Task.FromResult<IReadOnlyList<Row>>(
        [
            new(Name, $"a tick of {states.Length:N0} gates with 3 objectives")
            {
                Measured = new(ticks),
                Floor = new("adding up the same counters", new(floors)),
                Goal = new("10,000 x 48 components <= 50 ms", r => r.Measured!.Median <= 0.05),
                IsPartial = true,
                Why = "today's gate has no mixture components: the sequential one is measured below",
            },
            .. SequentialGates.Measure(Name, bench.Effort),
        ]);
    }

    private static Gate Gate() => new(new GateOptions
    {
        Metrics = new MetricsOptions { Type = "scrape" },
        Tick = Tick,
        WarmUp = TimeSpan.Zero,
        StepDuration = new StepDurationOptions { Min = TimeSpan.FromSeconds(3), Max = TimeSpan.FromHours(1) },
        Objectives =
        [
            new() { Id = "error-rate", Type = ObjectiveType.Errors, Max = "1%" },
            new() { Id = "latency-p95", Type = ObjectiveType.Latency, Quantile = 0.95, Max = "250ms" },
            new() { Id = "latency-p99", Type = ObjectiveType.Latency, Quantile = 0.99, Max = "500ms" },
        ],
    });

    private static VariantDelta Counted(double requests) => new(
        new Counters(requests, 0, [new(0.1, requests * 0.9), new(0.25, requests * 0.99), new(0.5, requests), new(double.PositiveInfinity, requests)]), 1, []);

    private static double Timed(Action work)
    {
        var begin = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static void Sum(GateTick[] counted)
    {
        var sum = 0.0;
        foreach (var tick in counted)
        {
            foreach (var counts in new[] { tick.Stable.Counts, tick.Candidate.Counts })
            {
                sum += counts.Requests + counts.Errors;
                foreach (var bucket in counts.Buckets)
                {
                    sum += bucket.Count;
                }
            }
        }

        GC.KeepAlive(sum);
    }
}
