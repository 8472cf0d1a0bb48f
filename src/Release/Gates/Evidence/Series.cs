using System.Collections.Immutable;
using Release.Configuration;

namespace Release.Gates.Evidence;

/// <summary>One recorded tick.</summary>
/// <param name="Label">Its <c>t</c> as the file writes it, as JSON: seconds, or a time.</param>
/// <param name="At">The same as a time; seconds count from 1970.</param>
/// <param name="Share">The candidate's share that was asked for, 0 to 1; null when the file does not say.</param>
/// <param name="Stable">What stable counted since the tick before; null when it was not read.</param>
/// <param name="Candidate">What the candidate counted since the tick before; null when it was not read.</param>
public sealed record SeriesTick(string Label, DateTimeOffset At, double? Share, Counters? Stable, Counters? Candidate);

/// <summary>
/// Recorded counts to be judged again, also of other systems. As JSON:
/// <c>{"alpha":0.01,"tick":"5s","window":"30m","objectives":[{"id":"errors","type":"errors"}],"history":[{"requests":450,"errors":4}],
/// "ticks":[{"t":5,"share":0.1,"stable":{"requests":450,"errors":4},"candidate":{"requests":50,"errors":1}}]}</c>.
/// Counts are of one tick each; <c>buckets</c> maps upper bounds in milliseconds and <c>+Inf</c> to cumulative counts;
/// <c>history</c> is stable before the candidate took traffic, one entry for each tick.
/// </summary>
/// <param name="Options">What decides. No warm-up and no shortest time unless the file gives one.</param>
/// <param name="Tick">How long a tick is.</param>
/// <param name="History">Stable before the candidate took traffic.</param>
/// <param name="Ticks">In the order of time.</param>
/// <param name="SecondJudge">Whose opinion is asked for as well (<c>kayenta</c>); null for nobody's.</param>
public sealed record Series(SequentialOptions Options, TimeSpan Tick, ImmutableArray<Counters> History, ImmutableArray<SeriesTick> Ticks, string? SecondJudge = null)
{
    /// <summary>Reads a file's text.</summary>
    /// <param name="text">JSON.</param>
    /// <param name="file">The file's name, for errors.</param>
    /// <exception cref="ConfigurationException">Something is wrong with it: all of it, with places and what was expected.</exception>
    public static Series Read(string text, string file)
    {
        var errors = new ConfigurationErrors(file);
        var series = JsonText.Read(text, errors) is { } root ? new SeriesReader(errors).Read(root) : null;
        errors.ThrowIfAny();
        return series!;
    }
}
