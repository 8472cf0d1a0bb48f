using Release.Configuration;
using Release.Journal;
using Release.Runs;

namespace Release.Runbooks;

/// <summary>A line of a runbook and what became of it in a run.</summary>
/// <param name="Id">The line's id.</param>
/// <param name="Section">The heading that it stands under; may be empty.</param>
/// <param name="Says">What it says.</param>
/// <param name="Phase">The phase that it belongs to; empty for the run's end.</param>
/// <param name="Status">What became of it.</param>
/// <param name="By">Who saw or signed it; empty where nobody did.</param>
/// <param name="At">When; null where it has no outcome.</param>
/// <param name="Evidence">What shows it, or why there is nothing.</param>
/// <param name="Roles">The roles of which one must sign it; empty where none must.</param>
/// <param name="IsRequired">Whether the run waits for that.</param>
public sealed record ExecutedLine(
    string Id, string Section, string Says, string Phase, LineStatus Status, string By, DateTimeOffset? At, string Evidence, IReadOnlyList<string> Roles, bool IsRequired);

/// <summary>
/// A run's runbook, line by line: a pure function of the journal's records and the runbook's file (invariant 5).
/// </summary>
public sealed record ExecutedRunbook
{
    /// <summary>Gets what the runbook is called.</summary>
    public required string Title { get; init; }

    /// <summary>Gets its file.</summary>
    public required string File { get; init; }

    /// <summary>Gets the hash of the text that its lines are taken from.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Gets the hash that the run was opened with; null where it recorded none.</summary>
    public required string? RecordedSha256 { get; init; }

    /// <summary>Gets the environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>Gets the run's number; null before the first run.</summary>
    public required string? Run { get; init; }

    /// <summary>Gets what the run is: <c>release 1.2.0</c>; empty before the first run.</summary>
    public required string About { get; init; }

    /// <summary>Gets a value indicating whether the run is over.</summary>
    public required bool IsOver { get; init; }

    /// <summary>Gets the lines in the runbook's order.</summary>
    public required IReadOnlyList<ExecutedLine> Lines { get; init; }

    /// <summary>Gets a value indicating whether the file is not the one that the run was opened with.</summary>
    public bool HasChanged => RecordedSha256 is { } recorded && recorded != Sha256;

    /// <summary>Gets what is said about a file that changed; null where it did not.</summary>
    public string? Changed => HasChanged
        ? $"{File} changed since the run was opened ({RecordedSha256![..12]}, now {Sha256[..12]}): the lines are those of now."
        : null;

    /// <summary>How many lines have this status.</summary>
    public int Count(LineStatus status) => Lines.Count(l => l.Status == status);

    /// <summary>Gets the counts in one sentence.</summary>
    public string Summary => $"{Lines.Count} lines: {Count(LineStatus.Passed)} automatic, {Count(LineStatus.Signed)} signed, {Count(LineStatus.Open)} open, "
        + $"{Count(LineStatus.Missing)} missing, {Count(LineStatus.Failed)} failed, {Count(LineStatus.NotApplicable)} not applicable.";

    /// <summary>The runbook of one run.</summary>
    /// <param name="runbook">The runbook.</param>
    /// <param name="environment">The environment's name.</param>
    /// <param name="options">The environment.</param>
    /// <param name="records">All of the environment's records.</param>
    /// <param name="state">Their fold.</param>
    /// <param name="run">The run; null where there is none yet.</param>
    /// <param name="isEnding">Whether the run ends with what is known now.</param>
    public static ExecutedRunbook Of(
        Runbook runbook, string environment, EnvironmentOptions options, IReadOnlyList<JournalRecord> records, EnvironmentState state, RunState? run, bool isEnding = false)
    {
        var facts = run is null ? null : new RunFacts(records, state, run, options) { IsEnding = isEnding };
        if (facts?.Back is { } back)
        {
            back.IsEnding = isEnding && back.Run.Id == run!.Id;
        }

        var (lines, section) = (new List<ExecutedLine>(), "");
        foreach (var line in runbook.Options.Lines)
        {
            section = line.Section ?? section;
            var outcome = facts is null ? LineFold.BeforeAny(line) : LineFold.Of(line, runbook.Options, facts);
            lines.Add(new ExecutedLine(
                line.Id, section, line.Says, line.Phase?.ToString() ?? "", outcome.Status, outcome.By, outcome.At, outcome.Evidence, line.SignOff?.Roles ?? [], line.SignOff is { Required: true }));
        }

        return new ExecutedRunbook
        {
            Title = runbook.Options.Title,
            File = runbook.File,
            Sha256 = runbook.Sha256,
            RecordedSha256 = run?.Opening.Runbook?.Sha256,
            Environment = environment,
            Run = run?.Id,
            About = run is null ? "" : $"{Words.Of(run.Opening.Kind)} {run.Opening.Target.Version}",
            IsOver = facts?.IsOver ?? false,
            Lines = lines,
        };
    }
}
