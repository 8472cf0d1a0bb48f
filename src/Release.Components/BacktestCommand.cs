using System.Globalization;
using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates.Backtests;
using Release.Output;
using Release.Runs;

namespace Release.Components;

/// <summary>What <c>Judge --since</c> was asked for, and its answer for people and programs.</summary>
internal static class BacktestCommand
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    /// <summary>The time that is meant.</summary>
    /// <exception cref="ReleaseException">It is none.</exception>
    public static TimeSpan Require(string since) =>
        ValueText.TryDuration(since, out var time) && time > TimeSpan.Zero && time <= Longest
            ? time
            : throw new ReleaseException(ExitStatus.Usage, $"--since is '{TerminalText.Line(since, 100)}': expected a duration of at most 49d.", $"For example: {OwnProgram.Command} Judge --env prod --since 7d.");

    /// <summary>For a person.</summary>
    public static IEnumerable<string> Lines(EnvironmentOptions options, IReadOnlyList<ServiceBacktest> tests) => tests.SelectMany(t => Lines(options, t));

    /// <summary>The last line. The gate was judged, whatever came out.</summary>
    public static RunResult Verdict(IReadOnlyList<ServiceBacktest> tests)
    {
        var (alarms, windows) = (tests.Sum(t => t.Result.FalseAlarms.Count), tests.Sum(t => t.Result.Windows));
        var rules = tests.Sum(t => t.Result.Criteria.Sum(c => c.Count));
        return new(ExitStatus.Done, $"{windows} rollouts of versions like stable were rehearsed: {Times(alarms)} by the objectives{(rules > 0 ? $", {Times(rules)} by plain rules" : "")}. Nothing was changed.");
    }

    /// <summary>For a program. Times are in ticks; shares from 0 to 1.</summary>
    public static JsonObject Document(EnvironmentOptions options, TimeSpan since, IReadOnlyList<ServiceBacktest> tests) => new()
    {
        ["env"] = options.Name,
        ["since"] = ValueText.Of(since),
        ["tick"] = ValueText.Of(options.Gate.Tick),
        ["services"] = new JsonArray([.. tests.Select(t => (JsonNode)Document(options, t))]),
    };

    private static IEnumerable<string> Lines(EnvironmentOptions options, ServiceBacktest test)
    {
        var (result, tick) = (test.Result, options.Gate.Tick);
        yield return Line($"{test.Service}: {Hours(test.Past.Ticks * tick)} of data from {test.Source}");
        if (test.Problem is { } problem)
        {
            yield return Line($"  not all of it: {problem}");
        }

        if (test.Past.Gaps.Length > 0)
        {
            var longest = test.Past.Gaps.MaxBy(g => g.Length);
            yield return $"  without data: {Hours(test.Past.Gaps.Aggregate(TimeSpan.Zero, (sum, g) => sum + g.Length))} in {test.Past.Gaps.Length} pieces, the longest from {longest.From:yyyy-MM-dd HH:mm} UTC for {Show.Duration(longest.Length)}";
        }

        if (test.Past.Resets > 0)
        {
            yield return $"  counters began anew {test.Past.Resets} times";
        }

        if (result.Windows == 0)
        {
            yield break;
        }

        yield return $"  {result.Windows} rollouts of {Show.Duration(result.WindowTicks * tick)} with a candidate like stable (seed {result.Seed}):";
        yield return $"    false alarms of the objectives: {Text(result.FalseAlarms)}";
        foreach (var rule in result.Criteria)
        {
            yield return Line($"    false alarms of {rule.Name}: {Text(rule)}");
        }

        yield return $"    released {result.Released.Count}, without a verdict {result.Undecided.Count}";
        foreach (var finding in result.Findings)
        {
            yield return $"  {finding.Found.Name}: found in {finding.Found.Count} of {finding.Found.Of}{Soon(finding, tick)}";
        }
    }

    private static string Soon(Finding finding, TimeSpan tick) =>
        finding.Half is not { } half ? ", in fewer than half of the rollouts"
        : $", half of them within {Ticks(half, tick)}" + (finding.Most is { } most ? $", nine of ten within {Ticks(most, tick)}" : "");

    private static string Ticks(int ticks, TimeSpan tick) => $"{ticks} ticks ({Show.Duration(ticks * tick)})";

    private static string Text(Tally tally) => string.Create(
        CultureInfo.InvariantCulture,
        $"{tally.Count} of {tally.Of}, so in truth between {Percent(tally.Share.Low)} and {Percent(tally.Share.High)} (95 %)");

    private static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    private static string Times(int count) => count switch
    {
        0 => "none rolled back",
        1 => "one rolled back",
        _ => $"{count} rolled back",
    };

    private static string Hours(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.##} h");

    private static string Line(string text) => TerminalText.Line(text, 500);

    private static JsonObject Document(EnvironmentOptions options, ServiceBacktest test) => new()
    {
        ["service"] = test.Service,
        ["source"] = test.Source,
        ["problem"] = test.Problem,
        ["seed"] = test.Result.Seed,
        ["hours"] = Math.Round((test.Past.Ticks * options.Gate.Tick).TotalHours, 4),
        ["hoursWithoutData"] = Math.Round(test.Past.Gaps.Sum(g => g.Length.TotalHours), 4),
        ["gaps"] = new JsonArray([.. test.Past.Gaps.Select(g => (JsonNode)new JsonObject { ["from"] = g.From.ToString("O"), ["to"] = g.To.ToString("O") })]),
        ["resets"] = test.Past.Resets,
        ["windows"] = test.Result.Windows,
        ["windowTicks"] = test.Result.WindowTicks,
        ["falseAlarms"] = Document(test.Result.FalseAlarms),
        ["released"] = Document(test.Result.Released),
        ["undecided"] = Document(test.Result.Undecided),
        ["criteria"] = new JsonArray([.. test.Result.Criteria.Select(c => (JsonNode)Document(c))]),
        ["regressions"] = new JsonArray([.. test.Result.Findings.Select(f => (JsonNode)Document(f))]),
    };

    private static JsonObject Document(Tally tally) => new()
    {
        ["id"] = tally.Name,
        ["count"] = tally.Count,
        ["of"] = tally.Of,
        ["low"] = tally.Share.Low,
        ["high"] = tally.Share.High,
    };

    private static JsonObject Document(Finding finding)
    {
        var json = Document(finding.Found);
        json["medianTicks"] = finding.Half;
        json["ninetyPercentTicks"] = finding.Most;
        return json;
    }
}
