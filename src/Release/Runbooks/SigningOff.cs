using Release.Configuration;
using Release.Journal;
using Release.Output;
using Release.Runs;

namespace Release.Runbooks;

/// <summary>What somebody wants to say about a line.</summary>
/// <param name="Line">The line's id.</param>
/// <param name="Role">As what.</param>
/// <param name="Answer">What.</param>
/// <param name="Note">What is said besides; may be empty.</param>
public sealed record SignOffRequest(string Line, string Role, SignedAnswer Answer, string Note);

/// <summary>
/// Records a named person's word about a line of the runbook. The lease is held for that record only, and nothing else is
/// changed: a run that waits for it is gone on with by the next Promote, Resume or tender.
/// </summary>
/// <param name="environment">Where, and who signs.</param>
/// <param name="stop">What may stop it.</param>
public sealed class SigningOff(ReleaseEnvironment environment, StopSignal stop)
{
    /// <summary>Signs.</summary>
    /// <param name="request">What is said.</param>
    /// <exception cref="ReleaseException">It cannot be signed so; nothing was touched.</exception>
    public async Task<RunResult> Run(SignOffRequest request)
    {
        try
        {
            await Check(request);
            await using var lease = await new Opener(environment, stop).Take($"sign off {request.Line}");
            var state = await environment.ReadState(stop.Token);
            var run = Of(state, request);
            using var pen = new RunJournal(environment.Ports.Journal, lease, state, run.Id, environment.Ports.Clock);
            var word = new SignedWord(request.Line, request.Role, environment.Inputs.Owner, default, request.Answer, TerminalText.Line(request.Note));
            await pen.Append(RecordType.SignOff, word.ToJson());
            return Signed(run, word);
        }
        catch (Exception error) when (Ending.Unrecorded(error, environment) is { } stopped)
        {
            return stopped;
        }
    }

    /// <summary>Refuses what cannot be signed, before anything is taken.</summary>
    /// <param name="request">What is said.</param>
    /// <exception cref="ReleaseException">What is wrong, with the nearest name.</exception>
    public async Task Check(SignOffRequest request)
    {
        // What somebody holds is no interrupted run: who wants the lease is told who has it.
        var isHeld = await environment.Ports.Leases.Look(stop.Token) is not null;
        _ = Of(await environment.ReadState(stop.Token), request, isHeld);
    }

    private void Check(SignOffRequest request, RecordedRunbook? recorded)
    {
        var lines = (environment.Runbook?.Options.Lines ?? []).Where(l => l.SignOff is not null).ToDictionary(l => l.Id, l => (l.SignOff!.Roles, l.SignOff.Note));
        foreach (var required in recorded?.Required ?? [])
        {
            // What the run waits for can be signed whatever became of the file.
            lines[required.Line] = (required.Roles, required.NeedsNote);
        }

        if (lines.Count == 0)
        {
            throw Usage(environment.Runbook is null
                ? $"{environment.Name} has no runbook, so there is no line to sign."
                : $"No line of {environment.Runbook.File} is for a person to sign.", "\"runbook\" in the environment's file names one (docs/runbook.md).");
        }

        if (!lines.TryGetValue(request.Line, out var line))
        {
            var shown = OptionText.Found(TerminalText.Line(request.Line, 60));
            throw Usage(
                environment.Runbook?.Line(request.Line) is { NotApplicable: null } other ? $"{other.Id} is no line that a person signs: what shows it is recorded by the program."
                    : environment.Runbook?.Line(request.Line) is { } never ? $"{never.Id} is not applicable: {never.NotApplicable!.TrimEnd('.')}."
                    : $"There is no line {shown}. {OptionText.Hint(request.Line, lines.Keys)}",
                $"See them: {environment.Command("Runbook")}.");
        }

        if (!line.Roles.Contains(request.Role))
        {
            throw Usage(
                $"{request.Line} is for {string.Join(" or ", line.Roles)} to sign, not for {OptionText.Found(TerminalText.Line(request.Role, 60))}. {OptionText.Hint(request.Role, line.Roles)}",
                $"For example: {environment.Command($"SignOff --line {request.Line} --as {line.Roles[0]}")}.");
        }

        if ((line.Note || request.Answer is SignedAnswer.No) && string.IsNullOrWhiteSpace(request.Note))
        {
            throw Usage(
                request.Answer is SignedAnswer.No ? $"A no to {request.Line} fails it, so it needs a reason." : $"{request.Line} wants to know what was seen.",
                $"Say it: {environment.Command($"SignOff --line {request.Line} --as {request.Role}{(request.Answer is SignedAnswer.No ? " --reject" : "")} --note \"…\"")}.");
        }
    }

    // The run that waits, or the last release: what is signed after its end is about what serves.
    private RunState Of(EnvironmentState state, SignOffRequest request, bool isHeld = false)
    {
        var release = state.Open ?? state.Runs.LastOrDefault(r => r.Opening is { Kind: RunKind.Release, IsFirst: false });
        var run = environment.Runbook?.Line(request.Line) is { When: LineOccasion.Rollback } && release is not null
            ? state.Runs.FirstOrDefault(r => r.Opening.Undoes == release.Id) ?? release
            : release;
        if (run is null)
        {
            throw Usage($"No release of {environment.Name} was begun yet, so there is nothing to sign.", $"Release: {environment.Command("Promote")}.");
        }

        Check(request, run.Opening.Runbook);
        if (!isHeld && state.Open is { IsParked: false } open)
        {
            // A record would say that somebody looks after it, and a candidate with traffic would be left alone for longer.
            throw new Opener(environment, stop).Interrupted(open);
        }

        return request.Answer is SignedAnswer.Withdrawn && run.SignOffs.GetValueOrDefault(request.Line) is null or { Answer: SignedAnswer.Withdrawn }
            ? throw Usage($"Nobody signed {request.Line} in run {run.Id}, so there is nothing to withdraw.", $"See: {environment.Command("Runbook")}.")
            : run;
    }

    private RunResult Signed(RunState run, SignedWord word)
    {
        var message = $"{word.Line} is {word.Text.TrimEnd('.')}, by {word.By}, for run {run.Id} ({run.Opening.Target.Version}).";
        if (run.Outcome is not null || run.Waits is not { SignOffs.Count: > 0 })
        {
            return new RunResult(ExitStatus.Done, message, $"See all lines: {environment.Command("Runbook")}.");
        }

        var left = (run.Opening.Runbook?.Required ?? []).Where(r => run.Waits.SignOffs.Contains(r.Line) && run.SignOffs.GetValueOrDefault(r.Line)?.Answer is not SignedAnswer.Yes).ToList();
        return left.Count == 0
            ? new RunResult(ExitStatus.Done, message, $"Nothing holds the run up any more: {environment.Command("Promote")} (a tender goes on by itself); take it back: {environment.Command("Rollback")}.")
            : new RunResult(ExitStatus.Done, $"{message} The run still waits for {string.Join(", ", left.Select(l => l.Text))}.", $"Take it back: {environment.Command("Rollback")}.");
    }

    private static ReleaseException Usage(string message, string next) => new(ExitStatus.Usage, $"{message} Nothing was touched.", next);
}
