using Release.Runs;

namespace Release.Runbooks;

/// <summary>
/// The sign-offs that must be there before a phase begins. They hold a release up and never a way back (invariant 14); which
/// ones they are, the run recorded when it was opened.
/// </summary>
internal sealed class RequiredSignOffs(RunContext run)
{
    /// <summary>Parks the run where one is missing for this phase or one before it; null when it may begin.</summary>
    public async Task<RunResult?> Await(string phase)
    {
        var (missing, later) = (Missing(run.Journal.Run, phase), Deferred(run.Journal.Run, phase));
        if (missing.Count == 0)
        {
            later.ToList().ForEach(l => run.Screen.Warn($"  {l.Text} is not signed yet: an emergency does not wait for it, and it stays open"));
            return null;
        }

        var refused = missing.Where(m => run.Journal.Run.SignOffs.GetValueOrDefault(m.Line)?.Answer is SignedAnswer.No).ToList();
        var waits = ParkedWait.ForSignOffs(missing);
        var parked = await new TurningBack(run).Park(Reason(missing, refused, phase), waits);
        return parked.Status is not ExitStatus.Parked ? parked : parked with
        {
            Message = $"{parked.Message} It waits for {waits.For}.",
            Next = $"{Sign(missing[0])}, then go on: {run.Environment.Command("Promote")}; take it back: {run.Environment.Command("Rollback")}.",
        };
    }

    /// <summary>Whether a run is parked for sign-offs, and all of them are there now.</summary>
    public static bool AreThere(RunState run) => run is { Waits.SignOffs: { Count: > 0 } lines }
        && lines.All(line => run.Opening.Runbook?.Required.FirstOrDefault(r => r.Line == line) is not { } required || IsSigned(run, required));

    /// <summary>What a run still waits for before this phase.</summary>
    public static IReadOnlyList<RequiredSignOff> Missing(RunState run, string phase) =>
        [.. Unsigned(run, phase).Where(r => !(r.MayComeLater && run.Opening.IsEmergency))];

    /// <summary>What an emergency did not wait for and nobody signed yet.</summary>
    public static IReadOnlyList<RequiredSignOff> Deferred(RunState run, string phase) =>
        [.. Unsigned(run, phase).Where(r => r.MayComeLater && run.Opening.IsEmergency)];

    // Of a phase that was skipped, too: leaving out a phase leaves out nobody's word.
    private static IEnumerable<RequiredSignOff> Unsigned(RunState run, string phase)
    {
        var until = Phases.OfARelease.TakeWhile(p => p != phase).Append(phase).ToList();
        return (run.Opening.Runbook?.Required ?? []).Where(r => until.Contains(r.Phase) && !IsSigned(run, r));
    }

    private static bool IsSigned(RunState run, RequiredSignOff required) =>
        run.SignOffs.GetValueOrDefault(required.Line) is { Answer: SignedAnswer.Yes } word && required.Roles.Contains(word.Role);

    private string Reason(IReadOnlyList<RequiredSignOff> missing, List<RequiredSignOff> refused, string phase) => refused.Count > 0
        ? $"{string.Join("; ", refused.Select(r => $"{r.Line} was refused by {run.Journal.Run.SignOffs[r.Line].By}{(run.Journal.Run.SignOffs[r.Line].Note is { Length: > 0 } note ? $" ({note.TrimEnd('.')})" : "")}"))}, and {phase} needs it"
        : $"{string.Join(", ", missing.Select(m => m.Text))} must be signed before {phase}";

    private string Sign(RequiredSignOff missing) =>
        $"Sign: {run.Environment.Command($"SignOff --line {missing.Line} --as {missing.Roles[0]}{(missing.NeedsNote ? " --note \"…\"" : "")}")}";
}
