using System.Collections.Immutable;
using Release.Configuration;
using Release.Runs;

namespace Release.Gates.Backtests;

/// <summary>How often something happened, of how many times, and where its share lies.</summary>
/// <param name="Name">What.</param>
/// <param name="Count">How often.</param>
/// <param name="Of">Of how many.</param>
public sealed record Tally(string Name, int Count, int Of)
{
    /// <summary>Gets where the share lies, with 95 %.</summary>
    public ExactInterval Share => ExactInterval.Of(Count, Of);
}

/// <summary>How soon a regression would have been found.</summary>
/// <param name="What">It.</param>
/// <param name="Found">In how many windows something said no while the rollout lasted.</param>
/// <param name="Half">After how many ticks in half of the windows; null when not even in half.</param>
/// <param name="Most">After how many ticks in nine of ten; null when not in so many.</param>
public sealed record Finding(Regression What, Tally Found, int? Half, int? Most);

/// <summary>What the gate would have done to good and to bad releases in the past.</summary>
/// <param name="Windows">How many rollouts of the planned length the past has room for.</param>
/// <param name="WindowTicks">How many ticks each of them may last.</param>
/// <param name="FalseAlarms">Good ones that the objectives would have rolled back.</param>
/// <param name="Released">Good ones that would have been released.</param>
/// <param name="Undecided">Good ones that would have got no verdict.</param>
/// <param name="Criteria">Good ones that each plain criterion would have rolled back.</param>
/// <param name="Findings">Each regression.</param>
/// <param name="Seed">Where chance began: the same gives the same result.</param>
public sealed record BacktestResult(
    int Windows,
    int WindowTicks,
    Tally FalseAlarms,
    Tally Released,
    Tally Undecided,
    ImmutableArray<Tally> Criteria,
    ImmutableArray<Finding> Findings,
    ulong Seed);

/// <summary>Rehearses rollouts on stable's past, end to end. A pure function: the same past and seed give the same result.</summary>
public static class Backtest
{
    /// <summary>Where chance begins unless somebody says otherwise.</summary>
    public const ulong UsualSeed = 20260821;

    // What a gate knows of stable before a candidate takes traffic (gate.md, section 1).
    private static readonly TimeSpan History = TimeSpan.FromSeconds(300);

    /// <summary>How many ticks one window takes: its history, and the planned length.</summary>
    public static (int History, int Window) Length(EnvironmentOptions options) => (
        (int)Math.Max(1, Math.Min(History / options.Gate.Tick, 300)),
        (int)Math.Max(1, Math.Ceiling(GateReplay.Window(options) / options.Gate.Tick)));

    /// <summary>Rehearses.</summary>
    /// <param name="options">The environment's.</param>
    /// <param name="past">Stable's past.</param>
    /// <param name="seed">Where chance begins.</param>
    /// <param name="cancellation">Ends it.</param>
    public static BacktestResult Of(EnvironmentOptions options, PastCounts past, ulong seed, CancellationToken cancellation)
    {
        var (history, length) = Length(options);
        var windows = past.Stretches.SelectMany(s => Windows(s, history, length)).ToList();
        var good = Rehearse(options, windows, Regression.None, seed, cancellation);
        return new(
            windows.Count,
            length,
            Count("false alarms", good, r => r.End is RehearsalEnd.Failed),
            Count("released", good, r => r.End is RehearsalEnd.Released),
            Count("no verdict", good, r => r.End is RehearsalEnd.Undecided or RehearsalEnd.Unavailable),
            [.. options.Gate.Criteria.Select((c, i) => Count(c.Id, good, r => r.Broken[i] is not null))],
            [.. Regressions(options.Gate).Select(r => Finding(r, Rehearse(options, windows, r, seed + (ulong)r, cancellation)))],
            seed);
    }

    /// <summary>What is worth injecting: what something of the gate looks at.</summary>
    public static ImmutableArray<Regression> Regressions(GateOptions gate)
    {
        var types = gate.Objectives.Select(o => (ObjectiveType?)o.Type).Concat(gate.Criteria.Select(c => c.Type)).ToHashSet();
        return
        [
            .. types.Contains(ObjectiveType.Errors) ? [Regression.TwiceTheErrors, Regression.FiveTimesTheErrors, Regression.OnePercentMore] : ImmutableArray<Regression>.Empty,
            .. types.Contains(ObjectiveType.Latency) ? [Regression.OneBucketSlower] : ImmutableArray<Regression>.Empty,
        ];
    }

    private static IEnumerable<(ImmutableArray<Counters> History, ReadOnlyMemory<PastTick> Ticks)> Windows(ImmutableArray<PastTick> stretch, int history, int length)
    {
        for (var at = history; at + length <= stretch.Length; at += length)
        {
            yield return ([.. stretch.Skip(at - history).Take(history).Select(t => t.Counts)], stretch.AsMemory().Slice(at, length));
        }
    }

    private static List<Rehearsal> Rehearse(
        EnvironmentOptions options, List<(ImmutableArray<Counters> History, ReadOnlyMemory<PastTick> Ticks)> windows, Regression regression, ulong seed, CancellationToken cancellation)
    {
        // One chance for all windows, in their order.
        var (draws, rehearsals) = (new Draws(seed), new List<Rehearsal>());
        foreach (var window in windows)
        {
            cancellation.ThrowIfCancellationRequested();
            rehearsals.Add(Rehearsal.Of(options, window.History, window.Ticks.Span, regression, draws));
        }

        return rehearsals;
    }

    private static Tally Count(string name, List<Rehearsal> rehearsals, Func<Rehearsal, bool> which) => new(name, rehearsals.Count(which), rehearsals.Count);

    private static Finding Finding(Regression regression, List<Rehearsal> rehearsals)
    {
        var sooner = rehearsals.Select(r => r.SaidNo).OfType<int>().Order().ToList();
        return new(regression, new(Pretending.Text(regression), sooner.Count, rehearsals.Count), Quantile(0.5), Quantile(0.9));

        int? Quantile(double part) => (int)Math.Ceiling(part * rehearsals.Count) - 1 is var place && place >= 0 && place < sooner.Count ? sooner[place] : null;
    }
}
