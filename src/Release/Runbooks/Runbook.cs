using Release.Runs;

namespace Release.Runbooks;

/// <summary>A runbook as an environment names it.</summary>
/// <param name="File">Its file, relative to the repository.</param>
/// <param name="Options">What it says.</param>
/// <param name="Source">Its text, without a byte order mark, lines ended by a newline.</param>
/// <param name="Sha256">The hash of <paramref name="Source"/> as UTF-8, 64 hexadecimal digits.</param>
public sealed record Runbook(string File, RunbookOptions Options, string Source, string Sha256)
{
    /// <summary>The line with this id, or null.</summary>
    public LineOptions? Line(string id) => Options.Lines.FirstOrDefault(l => l.Id == id);

    /// <summary>
    /// What a run keeps of it: which text it was, and the sign-offs that hold the run up. Whoever takes a line out of the file
    /// afterwards takes it out of no run.
    /// </summary>
    /// <param name="kind">What the run is: only a release is held up.</param>
    public RecordedRunbook Record(RunKind kind) => new(File, Sha256,
    [
        .. Options.Lines.Where(l => kind is RunKind.Release && l.SignOff is { Required: true }).Select(l => new RequiredSignOff(
            l.Id, l.Phase!.Value.ToString(), l.SignOff!.Roles, l.SignOff.Emergency is EmergencySignOff.After, l.SignOff.Note)),
    ]);
}
