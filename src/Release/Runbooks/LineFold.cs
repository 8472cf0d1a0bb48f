using Release.Runs;

namespace Release.Runbooks;

/// <summary>What a line came to in a run: whether it applies at all, and what its ties and its sign-off say.</summary>
internal static class LineFold
{
    // The notices that make an incident where a line names none.
    private const string AnySeverity = "severity-*";

    public static LineOutcome Of(LineOptions line, RunbookOptions runbook, RunFacts facts) => line switch
    {
        { NotApplicable: { } reason } => LineOutcome.NotApplicable(reason),
        { When: LineOccasion.Rollback } => facts.Back is { } back ? Told(line, runbook, back)
            : LineOutcome.NotApplicable(facts.IsOver ? "only when a release is taken back, and this one was not" : "only when a release is taken back"),
        _ when facts.Run.Opening.Kind is RunKind.Rollback => LineOutcome.NotApplicable("this run takes a release back"),
        _ when facts.Run.Opening.Kind is not RunKind.Release || facts.Run.Opening.IsFirst => LineOutcome.NotApplicable("this run releases nothing beside what serves"),
        { When: LineOccasion.Emergency } when !facts.Run.Opening.IsEmergency => LineOutcome.NotApplicable("only in an emergency"),
        { When: LineOccasion.Incident } when facts.Notices(line.Incident ?? AnySeverity).Count == 0 =>
            LineOutcome.NotApplicable($"only on an incident: no notice {line.Incident ?? AnySeverity} was sent in this run"),
        { When: LineOccasion.Always or LineOccasion.Emergency or LineOccasion.Incident } => Told(line, runbook, facts),
        _ => throw new InvalidDataException($"'{line.When}' is no occasion that this version knows."),
    };

    /// <summary>Before the first release.</summary>
    public static LineOutcome BeforeAny(LineOptions line) => line.NotApplicable is { } reason ? LineOutcome.NotApplicable(reason) : LineOutcome.None(false, "");

    private static LineOutcome Told(LineOptions line, RunbookOptions runbook, RunFacts facts)
    {
        var ties = line.ShownBy.Select(new Ties(facts, runbook, line.When is LineOccasion.Rollback ? LinePhase.Rollback : line.Phase).Of).ToList();
        var shown = ties.Count == 0 ? null : line.Holds is TieSum.All ? LineOutcome.All(ties) : LineOutcome.One(ties);
        return (shown, line.SignOff) switch
        {
            (null, { } signOff) => Signed(line, signOff, facts),
            ({ } seen, { } signOff) => LineOutcome.All([seen, Signed(line, signOff, facts)]),
            ({ } seen, null) => seen,
            _ => throw new InvalidDataException($"Nothing shows the line {line.Id}."),
        };
    }

    // The last word counts, until another one follows.
    private static LineOutcome Signed(LineOptions line, SignOffOptions signOff, RunFacts facts)
    {
        // What is signed about a way back is signed when it is over.
        var mayCome = line.When is LineOccasion.Rollback ? !facts.IsOver || facts.IsNewest : facts.MayCome;
        var awaited = $"a sign-off by {string.Join(" or ", signOff.Roles)}";
        return facts.Run.SignOffs.GetValueOrDefault(line.Id) switch
        {
            { Answer: SignedAnswer.Yes } yes when signOff.Roles.Contains(yes.Role) => new LineOutcome(LineStatus.Signed, yes.At, $"{yes.By} ({yes.Role})", yes.Note),
            { Answer: SignedAnswer.Yes } other => LineOutcome.None(!mayCome, $"{awaited} is awaited: {other.By} signed as {other.Role}"),
            { Answer: SignedAnswer.No } no => new LineOutcome(LineStatus.Failed, no.At, $"{no.By} ({no.Role})", no.Note.Length > 0 ? no.Note : "refused"),
            { Answer: SignedAnswer.Withdrawn } gone => LineOutcome.None(!mayCome, $"{awaited} is awaited: {gone.By} withdrew it"),
            _ => LineOutcome.None(!mayCome, mayCome ? $"{awaited} is awaited" : $"{awaited} never came"),
        };
    }
}
