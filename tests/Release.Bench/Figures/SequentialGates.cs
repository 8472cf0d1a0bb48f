using System.Diagnostics;
using System.Globalization;
using Release.Bench.Results;
using Release.Configuration;
using Release.Gates;
using Release.Gates.Evidence;

namespace Release.Bench.Figures;

/// <summary>
/// One tick of many sequential gates, on one core: restarts, projection and decay included (gate.md, section 6, "Cost"). Each
/// row also says what a tick allocates.
/// </summary>
internal static class SequentialGates
{
    private const int Bounds = 8;

    public static IEnumerable<Row> Measure(string figure, Effort effort)
    {
        var name = $"a tick of {effort.Gates:N0} gates";
        yield return Row(figure, $"{name}, 8 bounds x 6 components", "10,000 x 48 components <= 50 ms", effort, () =>
        {
            var bet = Bet.FailLatency(Margin.None, 360);
            var gates = Many(effort, _ => Enumerable.Range(1, Bounds).Select(i => new BoundStream(0.1 * i, 1, new(bet, 27_000 * 0.58 / i / i, 27_000))).ToArray());
            return tick => Array.ForEach(gates, streams =>
            {
                Span<double> logs = stackalloc double[Bounds];
                for (var i = 0; i < Bounds; i++)
                {
                    _ = streams[i].Advance(tick.Stable, tick.Candidate, 5);
                    logs[i] = streams[i].LogEvidence;
                }

                GC.KeepAlive(LogSum.Of(logs) > 100 ? streams : null);
            });
        });
        yield return Row(figure, $"{name}, a limit in both directions", "10,000 limits <= 50 ms", effort, () =>
        {
            var (limit, at) = (new FixedLimit(0.01), 0);
            return _ =>
            {
                at++;
                var sum = 0.0;
                for (var gate = 0; gate < effort.Gates; gate++)
                {
                    var evidence = limit.Judge(at * 0.5, at * (50.0 + gate));
                    sum += evidence.LogFail + evidence.LogPass;
                }

                GC.KeepAlive(sum);
            };
        });
        yield return Row(figure, $"{name}, a pass with an absolute margin", null, effort, () =>
        {
            var streams = Many(effort, _ => new BettingStream(Bet.PassErrors(new(1, 0.005)), 27, 27_000));
            return tick => Array.ForEach(streams, s => s.Advance(new(tick.Candidate.Errors, 50, tick.Stable.Errors, 450), 5));
        });
        yield return Row(figure, $"{name}, all of it: errors, latency and a limit", null, effort, () =>
        {
            var options = new SequentialOptions
            {
                Objectives =
                [
                    new() { Id = "errors", Type = ObjectiveType.Errors, Limit = 0.01, Required = true },
                    new() { Id = "latency", Type = ObjectiveType.Latency, Required = true },
                ],
            };
            var at = DateTimeOffset.UnixEpoch;
            var gates = Many(effort, _ => SequentialGate.Begin(options, [Counted(27_000, 27)], 0.1, DateTimeOffset.UnixEpoch));
            return tick =>
            {
                at += TimeSpan.FromSeconds(5);
                var counted = new SequentialTick(at, 0.1, tick.Stable, tick.Candidate);
                Array.ForEach(gates, g => g.Advance(counted));
            };
        });
    }

    private static T[] Many<T>(Effort effort, Func<int, T> make) => [.. Enumerable.Range(0, effort.Gates).Select(make)];

    private static Row Row(string figure, string what, string? goal, Effort effort, Func<Action<(Counters Stable, Counters Candidate)>> prepare)
    {
        var work = prepare();
        var (times, allocated) = (new List<double>(), 0L);
        for (var tick = -2; tick < effort.Ticks; tick++)
        {
            var counts = (Counted(440 + (tick % 20), tick % 2), Counted(45 + (tick % 10), tick % 7 == 0 ? 1 : 0));
            var (before, begin) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            work(counts);
            var (seconds, bytes) = (Stopwatch.GetElapsedTime(begin).TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - before);
            if (tick >= 0)
            {
                times.Add(seconds);
                allocated += bytes;
            }
        }

        return new(figure, what)
        {
            Measured = new(times),
            Goal = goal is null ? null : new(goal, r => r.Measured!.Median <= 0.05),
            IsPartial = effort.Gates < 10_000,
            Why = string.Create(CultureInfo.InvariantCulture, $"allocates {allocated / (double)effort.Ticks / effort.Gates:0.##} bytes for a gate and tick"),
        };
    }

    /// <summary>A histogram of whose requests more and more lie above its 8 bounds, as of healthy traffic.</summary>
    private static Counters Counted(double requests, double errors) => new(
        requests,
        errors,
        [.. Enumerable.Range(1, Bounds).Select(i => new Bucket(0.1 * i, Math.Floor(requests * (1 - (0.58 / i / i))))), new(double.PositiveInfinity, requests)]);
}
