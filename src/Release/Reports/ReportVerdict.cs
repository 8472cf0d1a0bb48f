using Release.Output;
using Release.Runs;

namespace Release.Reports;

/// <summary>How a run ended or stands. In JSON kebab-case.</summary>
public enum ReportOutcome
{
    /// <summary>It is open: a process works on it, or was killed.</summary>
    Open,

    /// <summary>It waits for a person.</summary>
    Parked,

    /// <summary>An undo failed, or it was halted.</summary>
    Stuck,

    /// <summary>The candidate is stable now, or was until a later run.</summary>
    Promoted,

    /// <summary>Everything was undone.</summary>
    RolledBack,

    /// <summary>A run of another kind reached its end.</summary>
    Done,

    /// <summary>Closed as it stands.</summary>
    Abandoned,
}

/// <summary>The verdict on a run.</summary>
/// <param name="Outcome">How it ended or stands.</param>
/// <param name="Sentence">What happened.</param>
/// <param name="Why">Why; may be empty.</param>
/// <param name="Next">What to do now, with the command; empty when nothing is to be done.</param>
public sealed record ReportVerdict(ReportOutcome Outcome, string Sentence, string Why, string Next)
{
    /// <summary>Gets all of it on one line.</summary>
    public string Line => string.Join(' ', new[] { Sentence, Why, Next }.Where(t => t.Length > 0));

    internal static ReportVerdict Of(string environment, EnvironmentState state, RunState run, string parkedBecause)
    {
        var (version, before) = (run.Opening.Target.Version, run.Opening.Stable?.Version);
        string Command(string target) => ReleaseEnvironment.CommandIn(environment, target);
        return run switch
        {
            { Outcome: RunOutcome.Promoted } or { Outcome: null, IsPromoted: true, GoesBack: false, StuckBecause: null } =>
                new(ReportOutcome.Promoted, Promoted(environment, state, run), run.Outcome is null ? "It is not handed over yet." : "", ""),
            { Outcome: RunOutcome.RolledBack, Opening.Kind: RunKind.Rollback } => new(
                ReportOutcome.RolledBack, $"{version} could not be brought back, and no traffic was moved: {before} serves as before.", Ended(run.Reason), ""),
            { Outcome: RunOutcome.RolledBack } => new(
                ReportOutcome.RolledBack,
                before is null ? $"{version} was rolled back: {environment} is empty again." : $"{version} was rolled back: {before} serves everything.",
                Ended(run.Reason),
                ""),
            { Outcome: RunOutcome.Abandoned } => new(
                ReportOutcome.Abandoned, $"{version} was abandoned: the run was closed as it stood.", Ended(run.Reason), ""),
            { Outcome: RunOutcome.Done } => new(ReportOutcome.Done, Done(environment, run), Ended(run.Opening.Reason), ""),
            { StuckBecause: { } why } => new(
                ReportOutcome.Stuck,
                $"{Kind(run)} {Of(run)} is stuck: a person is needed.",
                Ended(why),
                $"Mend the cause, then {Command("Rollback")}; or {Command("Abandon --reason \"…\"")}."),
            { IsParked: true } => new(
                ReportOutcome.Parked,
                $"{Kind(run)} {Of(run)} is parked: it waits for a person, and the candidate has no traffic.",
                Ended(parkedBecause),
                $"Go on: {Command("Promote")}; take it back: {Command("Rollback")}."),
            { GoesBack: true } => new(
                ReportOutcome.Open,
                $"{Kind(run)} {Of(run)} is on its way back and not at its end.",
                Ended(run.Reason),
                $"If no process works on it: {Command("Rollback")}."),
            _ => new(
                ReportOutcome.Open,
                $"{Kind(run)} {Of(run)} is open{(run.Phases.Count > 0 ? $", in {run.Phases[^1].Name}" : "")}.",
                "",
                $"If no process works on it: {Command("Resume")} or {Command("Rollback")}."),
        };
    }

    private static string Promoted(string environment, EnvironmentState state, RunState run)
    {
        var version = run.Opening.Target.Version;
        var later = state.Runs.FirstOrDefault(r => r.Opening.Undoes == run.Id && r.Outcome is RunOutcome.Done);
        return run.Opening.IsFirst ? $"{version} was deployed into {environment}, which was empty."
            : later is not null ? $"{version} was promoted, and taken back by run {later.Id} at {Show.Time(later.StartedAt)}."
            : $"{version} was promoted: it took over everything from {run.Opening.Stable?.Version}.";
    }

    private static string Done(string environment, RunState run) => run.Opening.Kind switch
    {
        RunKind.Rollback when run.Opening.Stable?.Version == run.Opening.Target.Version => $"{run.Opening.Target.Version} got everything again.",
        RunKind.Rollback => $"{run.Opening.Stable?.Version} was taken back: {run.Opening.Target.Version} serves everything.",
        RunKind.Down => $"{environment} was stopped; {run.Opening.Stable?.Version} is recorded.",
        RunKind.Up => $"{run.Opening.Target.Version} was started again.",
        RunKind.Adopt => $"{run.Opening.Target.Version} was found serving and recorded as stable.",
        RunKind.Restore => $"{run.Opening.Restores?.Backup ?? run.Opening.Restores?.Aside} was restored.",
        RunKind.Fix => $"{run.Opening.Fixes?.Text} was done; {run.Opening.Target.Version} serves as before.",
        RunKind.Release => $"{run.Opening.Target.Version} is done.",
        _ => throw new InvalidDataException($"'{run.Opening.Kind}' is not a kind of run that this version knows."),
    };

    private static string Kind(RunState run) => run.Opening.Kind switch
    {
        RunKind.Release => "The release",
        RunKind.Rollback => "The rollback",
        RunKind.Down => "The stop",
        RunKind.Up => "The start",
        RunKind.Adopt => "The adoption",
        RunKind.Restore => "The restore",
        RunKind.Fix => "The fix",
        _ => throw new InvalidDataException($"'{run.Opening.Kind}' is not a kind of run that this version knows."),
    };

    private static string Of(RunState run) =>
        run.Opening.Kind is RunKind.Rollback ? $"to {run.Opening.Target.Version}" : $"of {run.Opening.Target.Version}";

    private static string Ended(string sentence) => sentence.Length == 0 || sentence[^1] is '.' or '!' or '?' ? sentence : sentence + ".";
}
