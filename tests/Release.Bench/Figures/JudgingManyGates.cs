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
        var at = DateTimeOffset.UnixEpoch;
        var gates = Enumerable.Range(0, bench.Effort.Gates).Select(_ => Gate.Begin(Options(), new GateStart([Counted(4_500).Counts], new Percent(10), at, TimeSpan.FromMinutes(30)))).ToArray();
        var (ticks, floors) = (new List<double>(), new List<double>());
        for (var tick = 0; tick < bench.Effort.Ticks; tick++)
        {
            at += Tick;
            var counted = gates.Select(_ => new GateTick(at, Counted(450), Counted(50))).ToArray();
            floors.Add(Timed(() => Sum(counted)));
            ticks.Add(Timed(() =>
            {
                for (var i = 0; i < gates.Length; i++)
                {
                    _ = gates[i].Advance(counted[i]);
                }
            }));
        }

        return Task.FromResult<IReadOnlyList<Row>>(
        [
            new(Name, $"a tick of {gates.Length:N0} gates with 3 objectives")
            {
                Measured = new(ticks),
                Floor = new("adding up the same counters", new(floors)),
                Why = "whole gates with all that they say; the goal is for the tests alone, below",
            },
            .. SequentialGates.Measure(Name, bench.Effort),
        ]);
    }

    private static GateOptions Options() => new()
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
    };

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
