using Release.Gates;
using Release.Gates.Criteria;
using Release.Tests.Gates.Power;

namespace Release.Tests.Gates.Criteria;

/// <summary>What a string of checks comes to.</summary>
public sealed class ChecksInARow
{
    [Fact]
    public void Come_to_what_every_vector_says()
    {
        foreach (var v in GateVectors.Of("criteria"))
        {
            var given = v["limits"]!;
            int? Limit(string name) => given[name]?.GetValue<int>();
            var limits = new CriterionLimits
            {
                FailureLimit = Limit("failureLimit")!.Value,
                InconclusiveLimit = Limit("inconclusiveLimit")!.Value,
                ConsecutiveErrorLimit = Limit("consecutiveErrorLimit")!.Value,
                ConsecutiveSuccessLimit = Limit("consecutiveSuccessLimit")!.Value,
                Count = Limit("count"),
                FailuresInRow = Limit("forMeasurements"),
            };
            var run = First(limits, v.Text("measurements"));
            (run.Outcome is GateOutcome.Undecided ? null : run.Outcome.ToString(), run.DecidedBy)
                .ShouldBe((v["verdict"] is { } verdict ? Capital(verdict.GetValue<string>()) : null, v["afterMeasurement"]?.GetValue<int>()), v.ToJsonString());
        }
    }

    /// <summary>Argo's guide says three; its code and its users' incidents say four.</summary>
    [Theory]
    [InlineData("FSFSF", GateOutcome.Undecided)]
    [InlineData("FSFSFF", GateOutcome.Fail)]
    public void A_failure_limit_of_three_needs_a_fourth(string checks, GateOutcome expected) =>
        First(CriterionLimits.Argo with { FailureLimit = 3 }, checks).Outcome.ShouldBe(expected);

    [Theory]
    [InlineData("EEEE", GateOutcome.Undecided)]
    [InlineData("EEEEE", GateOutcome.Unavailable)]
    [InlineData("EESEEE", GateOutcome.Undecided)]
    [InlineData("EEFEEE", GateOutcome.Undecided)]
    [InlineData("EEIEEE", GateOutcome.Undecided)]
    public void Four_errors_in_a_row_are_tolerated_and_any_answer_ends_the_row(string checks, GateOutcome expected) =>
        Last(CriterionLimits.InRow(10), checks).Outcome.ShouldBe(expected);

    [Fact]
    public void Unavailable_is_no_verdict_and_ends_with_the_next_answer()
    {
        var run = Last(CriterionLimits.Immediate, "EEEEEE");
        (run.Outcome, run.DecidedBy).ShouldBe((GateOutcome.Unavailable, 6));
        run = run.Advance(CriterionLimits.Immediate, CheckResult.Success);
        (run.Outcome, run.DecidedBy).ShouldBe((GateOutcome.Undecided, null));
        run.Advance(CriterionLimits.Immediate, CheckResult.Failure).Outcome.ShouldBe(GateOutcome.Fail);
    }

    [Theory]
    [InlineData("SSFSS", GateOutcome.Undecided)]
    [InlineData("SSISS", GateOutcome.Undecided)]
    [InlineData("SSESS", GateOutcome.Undecided)]
    [InlineData("ESSS", GateOutcome.Pass)]
    public void Successes_in_a_row_are_broken_by_anything_else(string checks, GateOutcome expected) =>
        Last(new CriterionLimits { FailureLimit = -1, InconclusiveLimit = -1, ConsecutiveSuccessLimit = 3 }, checks).Outcome.ShouldBe(expected);

    [Fact]
    public void Errors_do_not_count_towards_the_count() =>
        Last(CriterionLimits.Argo with { Count = 3 }, "SEESES").DecidedBy.ShouldBe(6);

    [Fact]
    public void A_verdict_stays()
    {
        var failed = Last(CriterionLimits.Argo, "F");
        failed.Advance(CriterionLimits.Argo, CheckResult.Success).ShouldBe(failed);
    }

    [Fact]
    public void Stopped_from_outside_is_no_success()
    {
        Last(CriterionLimits.Argo, "SSS").Stop().Outcome.ShouldBe(GateOutcome.Inconclusive);
        Last(CriterionLimits.Argo, "F").Stop().Outcome.ShouldBe(GateOutcome.Fail);
    }

    private static CriterionRun First(CriterionLimits limits, string checks)
    {
        var run = CriterionRun.Begun;
        foreach (var check in checks)
        {
            run = run.Advance(limits, Result(check));
            if (run.Outcome is not GateOutcome.Undecided)
            {
                break;
            }
        }

        return run;
    }

    private static CriterionRun Last(CriterionLimits limits, string checks) =>
        checks.Aggregate(CriterionRun.Begun, (run, check) => run.Advance(limits, Result(check)));

    private static CheckResult Result(char letter) => letter switch
    {
        'S' => CheckResult.Success,
        'F' => CheckResult.Failure,
        'I' => CheckResult.Inconclusive,
        _ => CheckResult.Error,
    };

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
