namespace Release.Gates.Criteria;

/// <summary>
/// What the checks of one criterion have come to. A pass, a fail and an inconclusive end stay; unavailable does not, since
/// it is no verdict: it ends with the next check that could measure.
/// </summary>
public sealed record CriterionRun
{
    /// <summary>Before the first check.</summary>
    public static readonly CriterionRun Begun = new();

    /// <summary>Gets how many checks there were, errors too.</summary>
    public int Checks { get; init; }

    /// <summary>Gets how many of them count towards <see cref="CriterionLimits.Count"/>: all but errors.</summary>
    public int Measured { get; init; }

    /// <summary>Gets the failures in all.</summary>
    public int Failures { get; init; }

    /// <summary>Gets the inconclusive checks in all.</summary>
    public int Inconclusives { get; init; }

    /// <summary>Gets the failures since the last success.</summary>
    public int FailuresInRow { get; init; }

    /// <summary>Gets the successes in a row.</summary>
    public int SuccessesInRow { get; init; }

    /// <summary>Gets the errors in a row.</summary>
    public int ErrorsInRow { get; init; }

    /// <summary>Gets where it stands.</summary>
    public GateOutcome Outcome { get; init; } = GateOutcome.Undecided;

    /// <summary>Gets the check that brought the outcome, counted from 1; null while undecided.</summary>
    public int? DecidedBy { get; init; }

    /// <summary>Takes in a check.</summary>
    public CriterionRun Advance(CriterionLimits limits, CheckResult result)
    {
        if (Outcome is GateOutcome.Pass or GateOutcome.Fail or GateOutcome.Inconclusive)
        {
            return this;
        }

        var next = Count(result);
        var outcome = next.Judge(limits);
        return next with { Outcome = outcome, DecidedBy = outcome is GateOutcome.Undecided ? null : next.Checks };
    }

    /// <summary>Ends it from outside. Argo calls that a success; nobody knows what the checks that are missing would have said.</summary>
    public CriterionRun Stop() =>
        Outcome is GateOutcome.Undecided ? this with { Outcome = GateOutcome.Inconclusive, DecidedBy = Checks } : this;

    private CriterionRun Count(CheckResult result) => result switch
    {
        CheckResult.Success => this with
        {
            Checks = Checks + 1,
            Measured = Measured + 1,
            SuccessesInRow = SuccessesInRow + 1,
            FailuresInRow = 0,
            ErrorsInRow = 0,
        },
        CheckResult.Failure => this with
        {
            Checks = Checks + 1,
            Measured = Measured + 1,
            Failures = Failures + 1,
            FailuresInRow = FailuresInRow + 1,
            SuccessesInRow = 0,
            ErrorsInRow = 0,
        },
        CheckResult.Inconclusive => this with
        {
            Checks = Checks + 1,
            Measured = Measured + 1,
            Inconclusives = Inconclusives + 1,
            SuccessesInRow = 0,
            ErrorsInRow = 0,
        },
        CheckResult.Error => this with { Checks = Checks + 1, ErrorsInRow = ErrorsInRow + 1, SuccessesInRow = 0 },
        _ => throw new InvalidOperationException($"Unknown result {result}."),
    };

    private GateOutcome Judge(CriterionLimits limits)
    {
        if (IsOver(Failures, limits.FailureLimit) || FailuresInRow >= (limits.FailuresInRow ?? int.MaxValue))
        {
            return GateOutcome.Fail;
        }

        if (IsOver(Inconclusives, limits.InconclusiveLimit))
        {
            return GateOutcome.Inconclusive;
        }

        if (ErrorsInRow > limits.ConsecutiveErrorLimit)
        {
            return GateOutcome.Unavailable;
        }

        var asksForRow = limits.ConsecutiveSuccessLimit > 0;
        if (asksForRow && SuccessesInRow >= limits.ConsecutiveSuccessLimit)
        {
            return GateOutcome.Pass;
        }

        return !(Measured >= limits.Count) ? GateOutcome.Undecided
            : !asksForRow ? GateOutcome.Pass
            : limits.FailureLimit == CriterionLimits.Off ? GateOutcome.Fail
            : GateOutcome.Inconclusive;
    }

    private static bool IsOver(int number, int limit) => limit != CriterionLimits.Off && number > limit;
}
