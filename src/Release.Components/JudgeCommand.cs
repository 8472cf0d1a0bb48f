using System.Globalization;
using Release.Configuration;
using Release.Gates.Evidence;
using Release.Output;
using Release.Runs;

namespace Release.Components;

/// <summary>Reads recorded counts, and tells a person what the gate makes of them.</summary>
/// <param name="files">Where the file is looked for.</param>
internal sealed class JudgeCommand(NamedFile files)
{
    // Ten days of ticks of five seconds with their histograms.
    private const int Largest = 256;

    /// <summary>The counts.</summary>
    /// <exception cref="ReleaseException">The file cannot be read.</exception>
    /// <exception cref="ConfigurationException">It is not what it should be: everything that is wrong with it.</exception>
    public Series Read(string file) => Series.Read(
        files.Read(
            file, "series", Largest, ($"--series {OptionText.Found(file)}: there is no such file.", "Name a file of counts: --series counts.json. docs/gate.md says its form.")),
        TerminalText.Line(file, 200));

    /// <summary>What was decided when, and what is known of each objective at the end.</summary>
    public static IEnumerable<string> Lines(SeriesResult result)
    {
        foreach (var (before, now) in result.Ticks.Zip(result.Ticks.Skip(1)).Where(t => t.First.Outcome != t.Second.Outcome))
        {
            yield return $"  at {At(now.Label)}: {Words.Of(before.Outcome)}, then {Words.Of(now.Outcome)}";
        }

        foreach (var objective in result.Ticks.IsEmpty ? [] : result.Ticks[^1].Objectives)
        {
            yield return TerminalText.Line($"  {objective.Id}: {Known(objective)}", 400);
        }

        foreach (var line in result.SecondOpinion?.Lines() ?? [])
        {
            yield return TerminalText.Line($"  {line}", 1000);
        }
    }

    /// <summary>The last line. Judging succeeded whatever the verdict: nothing was released.</summary>
    public static RunResult Verdict(SeriesResult result) => new(
        ExitStatus.Done,
        $"{Words.Of(result.Decision)}{(result.Label is null ? "" : $" at {At(result.Label)}")}: {TerminalText.Line(Reason(result), 1000)}.");

    private static string Reason(SeriesResult result) => result.Reason == SeriesGate.Both
        ? "both: candidate and stable break the same objective, which is nobody's regression"
        : result.Reason.TrimEnd('.');

    private static string Known(ObjectiveEvidence objective) => objective.Requests <= 0
        ? objective.Problem ?? "no requests of the candidate"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Percent(objective.Events / objective.Requests)} of {objective.Requests:#,0.##} requests, the true share between {Percent(objective.Bounds.Low)} and {Percent(objective.Bounds.High)} (95 %)")
            + (objective.Limit is { } limit ? $", limit {Percent(limit)}" : "")
            + string.Create(CultureInfo.InvariantCulture, $"; evidence against it {Math.Exp(Math.Min(objective.LogFail, 600)):0.###}")
            + (objective.Problem is null ? "" : $" ({objective.Problem})");

    private static string Percent(double share) => (100 * share).ToString("0.###", CultureInfo.InvariantCulture) + " %";

    // A time is JSON text with quotes; seconds are a number.
    private static string At(string label) => label.StartsWith('"') ? TerminalText.Line(label.Trim('"'), 100) : $"{label} s";
}
