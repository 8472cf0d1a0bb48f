using Release.Configuration;
using Release.Output;
using Release.Runs;

namespace Release.Watching;

/// <summary>What of a watch is due.</summary>
internal enum WatchTask
{
    /// <summary>The version that was promoted is watched from now on.</summary>
    Begin,

    /// <summary>An incident takes the version back.</summary>
    RollBack,

    /// <summary>What stable did before the release is looked up.</summary>
    Baseline,

    /// <summary>A look at counters, life and alerts.</summary>
    Look,

    /// <summary>The smoke tests.</summary>
    Smoke,

    /// <summary>The gate's limits, held against the requests of a stated time.</summary>
    Gate,

    /// <summary>A day is summed up.</summary>
    Summary,

    /// <summary>The watch is over.</summary>
    End,
}

/// <summary>Something of a watch that is due: a pure function of the journal, the configuration and the time (invariant 5).</summary>
/// <param name="Task">What.</param>
/// <param name="Run">The run whose version is watched.</param>
/// <param name="At">Since when.</param>
internal sealed record WatchDue(WatchTask Task, string Run, DateTimeOffset At)
{
    /// <summary>Gets it for a person.</summary>
    public string What => Task switch
    {
        WatchTask.Begin => $"begin to watch what run {Run} promoted",
        WatchTask.RollBack => $"roll back what run {Run} promoted, as its watch found",
        WatchTask.Baseline => $"look up what served before run {Run}",
        WatchTask.Look => $"look at what run {Run} promoted, as of {Show.Time(At)}",
        WatchTask.Smoke => $"make the smoke tests of {Show.Time(At)}",
        WatchTask.Gate => $"judge the gate of {Show.Time(At)}",
        WatchTask.Summary => $"sum up the watch over run {Run} until {Show.Time(At)}",
        WatchTask.End => $"end the watch over run {Run}",
        _ => throw new InvalidOperationException($"Unknown task {Task}."),
    };

    /// <summary>What is due now, in its order.</summary>
    public static IEnumerable<WatchDue> Of(EnvironmentState state, EnvironmentOptions options, DateTimeOffset now)
    {
        // Beside a run that is at work somebody else watches, or a person is needed first.
        if (state.Open is { IsParked: false })
        {
            yield break;
        }

        var (watch, promoted) = (state.Watches.Last, state.LastPromoted);
        if (watch is { IsEnded: false } && watch.Run != promoted?.Id)
        {
            yield return new(WatchTask.End, watch.Run, now);
        }

        if (promoted is { FinishedAt: { } at } && options.Watch is { } plan && !state.Watches.Watched(promoted.Id) && now < at + plan.For)
        {
            yield return new(WatchTask.Begin, promoted.Id, at);
        }

        if (watch is { IsEnded: false } && watch.Run == promoted?.Id)
        {
            foreach (var due in Of(watch, state.Open is null, now))
            {
                yield return due;
            }
        }
    }

    /// <summary>When the next thing of a watch is due; null when nothing more is.</summary>
    public static DateTimeOffset? Next(WatchState? watch, DateTimeOffset now)
    {
        if (watch is not { IsEnded: false })
        {
            return null;
        }

        var moments = new[]
        {
            watch.LookedFor is { } last ? last + watch.Plan.Every : watch.From,
            watch.Schedule.Next(watch.Plan.Smoke, now),
            watch.Schedule.Next(watch.Plan.Gate, now - watch.Plan.GateOver) + watch.Plan.GateOver,
            watch.Until,
        };
        return moments.Min();
    }

    private static IEnumerable<WatchDue> Of(WatchState watch, bool isFree, DateTimeOffset now)
    {
        var until = now < watch.Until ? now : watch.Until;
        if (watch.RollsBack is { } incident && isFree)
        {
            yield return new(WatchTask.RollBack, watch.Run, incident.Since);
        }

        if (watch.Baseline is null)
        {
            yield return new(WatchTask.Baseline, watch.Run, watch.From);
        }

        // Of several looks that nobody made, one is made: counters cover the time in between.
        var look = watch.From + (watch.Plan.Every * Math.Floor((until - watch.From) / watch.Plan.Every));
        if (until >= watch.From && (watch.LookedFor is not { } looked || look > looked))
        {
            yield return new(WatchTask.Look, watch.Run, look);
        }

        if (watch.Schedule.Last(watch.Plan.Smoke, watch.SmokedFor ?? watch.From, until) is { } smoke)
        {
            yield return new(WatchTask.Smoke, watch.Run, smoke);
        }

        if (watch.Schedule.Last(watch.Plan.Gate, (watch.GatedFor ?? watch.From) - (watch.GatedFor is null ? TimeSpan.Zero : watch.Plan.GateOver), until - watch.Plan.GateOver) is { } gate)
        {
            yield return new(WatchTask.Gate, watch.Run, gate + watch.Plan.GateOver);
        }

        if (watch.Schedule.Last([watch.Plan.Summary], watch.SummedUntil, until) is { } day)
        {
            yield return new(WatchTask.Summary, watch.Run, day);
        }

        if (now >= watch.Until)
        {
            yield return new(WatchTask.End, watch.Run, watch.Until);
        }
    }
}
