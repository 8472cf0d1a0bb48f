using Release.Gates.Criteria;

namespace Release.Tests.Gates.Criteria;

/// <summary>How often plain rules roll back candidates that are as good as stable.</summary>
public sealed class TheOddsOfACriterion
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan HalfAnHour = TimeSpan.FromMinutes(30);

    /// <summary>Checks of 600 requests, 1 % errors, 1.5 % allowed: the figures of gate.md, section 3.</summary>
    [Fact]
    public void Of_one_check_sum_over_the_requests_that_may_come()
    {
        CheckOdds.OfFailure(600, 0.01, 0.015).ShouldBe(0.115, 0.0005);
        CheckOdds.OfMoreThan(600, 9, 0.01).ShouldBe(0.083, 0.0005);
    }

    /// <summary>The row E0a of gate.md, section 6: 97.4, 87.3 and 12.2 %; simulated 97.4, 87.0 and 11.8 %.</summary>
    [Theory]
    [InlineData(0, 97.4)]
    [InlineData(1, 87.3)]
    [InlineData(5, 12.2)]
    public void Of_half_an_hour_are_those_of_the_simulation(int failureLimit, double percent) =>
        (CheckOdds.OfMoreThan(30, failureLimit, CheckOdds.OfFailure(600, 0.01, 0.015)) * 100).ShouldBe(percent, 0.06);

    /// <summary>10,000 half hours of checks, tick by tick.</summary>
    [Fact]
    public void Of_half_an_hour_are_those_of_chance()
    {
        var chance = new Chance(7);
        var (failed, rows) = (0, 0);
        for (var release = 0; release < 4_000; release++)
        {
            var (failures, row, hasRow) = (0, 0, false);
            for (var check = 0; check < 30; check++)
            {
                var requests = chance.Binomial(6000, 0.1);
                var isFailure = chance.Binomial(requests, 0.01) > 0.0125 * requests;
                failures += isFailure ? 1 : 0;
                row = isFailure ? row + 1 : 0;
                hasRow |= row >= 3;
            }

            failed += failures > 8 ? 1 : 0;
            rows += hasRow ? 1 : 0;
        }

        var each = CheckOdds.OfFailure(600, 0.01, 0.0125);
        (failed / 4_000.0).ShouldBe(CheckOdds.OfMoreThan(30, 8, each), 0.03);
        (rows / 4_000.0).ShouldBe(CheckOdds.OfRow(30, 3, each), 0.03);
    }

    [Theory]
    [InlineData(30, 3, 0.115)]
    [InlineData(30, 10, 0.5)]
    [InlineData(1440, 10, 0.2)]
    public void Of_a_row_are_about_the_formula(int checks, int inRow, double each) =>
        CheckOdds.OfRow(checks, inRow, each).ShouldBe(
            1 - Math.Exp(-(checks - inRow + 1) * (1 - each) * Math.Pow(each, inRow)), 0.25 * CheckOdds.OfRow(checks, inRow, each));

    [Theory]
    [InlineData(3, 3, 0.5, 0.125)]
    [InlineData(4, 3, 0.5, 0.1875)]
    [InlineData(2, 3, 0.5, 0)]
    [InlineData(10, 1, 0.1, 0.6513215599)]
    [InlineData(10, 3, 1, 1)]
    [InlineData(10, 3, 0, 0)]
    public void Of_a_row_are_exact(int checks, int inRow, double each, double expected) =>
        CheckOdds.OfRow(checks, inRow, each).ShouldBe(expected, 1e-9);

    /// <summary>Bursts of five: as if there were a fifth of the requests, and the same share.</summary>
    [Fact]
    public void Bursts_make_false_alarms_likelier() =>
        CheckOdds.OfFailure(600, 0.01, 0.015, dispersion: 5).ShouldBe(CheckOdds.OfFailure(120, 0.01, 0.015, minRequests: 4), 1e-12);

    [Fact]
    public void A_check_with_too_few_requests_does_not_fail() =>
        CheckOdds.OfFailure(5, 0.5, 0.1).ShouldBeLessThan(1e-5);

    /// <summary>Ten million requests in a check: chance is all but gone, and it is computed at once.</summary>
    [Theory]
    [InlineData(0.0101, 0)]
    [InlineData(0.01, 0.5)]
    [InlineData(0.0099, 1)]
    public void Large_services_are_computed_too(double allowed, double expected) =>
        CheckOdds.OfFailure(1e7, 0.01, allowed).ShouldBe(expected, 0.005);

    [Theory]
    [InlineData(0, 0.01, 0)]
    [InlineData(1, 0.01, 1)]
    [InlineData(0.5, 1, 0)]
    public void Both_ends_are_certain(double share, double allowed, double expected) =>
        CheckOdds.OfFailure(600, share, allowed).ShouldBe(expected, 1e-9);

    [Fact]
    public void Read_as_a_sentence() =>
        CriterionOdds.Of(Argo(5), 10, 0.01, HalfAnHour).Sentence.ShouldBe(
            "errors: rolled back at the 6th failed check; a healthy candidate at today's 1.0 % fails one check in 9, "
            + "so this rule rolls back 12 % of good releases in 30 min.");

    [Fact]
    public void Read_as_a_sentence_for_a_row() =>
        CriterionOdds.Of(Criterion.For("errors", new Condition(0.015), TimeSpan.FromMinutes(3), Minute), 10, 0.01, HalfAnHour).Sentence.ShouldBe(
            "errors: rolled back after 3 failed checks in a row; a healthy candidate at today's 1.0 % fails one check in 9, "
            + "so this rule rolls back 3.7 % of good releases in 30 min.");

    [Fact]
    public void Read_as_a_sentence_at_both_ends()
    {
        CriterionOdds.Of(Argo(0), 10, 0.02, HalfAnHour).Sentence.ShouldEndWith("fails 81 % of the checks, so this rule rolls back every good release in 30 min.");
        CriterionOdds.Of(Argo(0), 10, 0.0001, HalfAnHour).Sentence.ShouldEndWith(
            "fails fewer than one check in a million, so this rule rolls back fewer than one in 100,000 good releases in 30 min.");
        CriterionOdds.Of(Argo(-1), 10, 0.01, HalfAnHour).Sentence.ShouldContain("never rolled back for it");
    }

    private static Criterion Argo(int failureLimit) => new()
    {
        Id = "errors",
        Condition = new Condition(0.015),
        Interval = Minute,
        Limits = CriterionLimits.Argo with { FailureLimit = failureLimit },
    };
}
