using Release.Gates.Split;
using Release.Tests.Gates.Power;

namespace Release.Tests.Gates.Split;

public sealed class WeighingTheSplit
{
    [Fact]
    public void Agrees_with_every_vector()
    {
        foreach (var v in GateVectors.Of("split"))
        {
            var (where, total, share) = (v.ToJsonString(), v.Number("total"), v.Number("weight"));
            var tolerated = SplitTest.Tolerated(share);
            var evidence = SplitTest.Weigh(v.Number("candidate"), total, share, total);

            tolerated.High.ShouldAgree(v.Number("upperShare"), 1e-12, where);
            tolerated.Low.ShouldAgree(v.Number("lowerShare"), 1e-12, where);
            evidence.Above.ShouldAgree(v.Number("logEAbove"), 1e-8, where);
            evidence.Below.ShouldAgree(v.Number("logEBelow"), 1e-8, where);
            evidence.Exact.ShouldAgree(v.Number("logEExact"), 1e-8, where);
            evidence.Observed.Low.ShouldAgree(v.Numbers("interval")[0], 1e-8, where);
            evidence.Observed.High.ShouldAgree(v.Numbers("interval")[1], 1e-8, where);
            evidence.Mismatch.ShouldBe(v["mismatch"] is { } side ? Enum.Parse<SplitSide>(side.GetValue<string>(), true) : SplitSide.None, where);
        }
    }

    [SharedVectorsFact]
    public void Agrees_with_the_vectors_of_ssrm()
    {
        foreach (var v in SharedVectors.Of("anytime_vectors.json")["ssrm"]!["vectors"]!.AsArray().Select(v => v!))
        {
            ShareEvidence.Not(v.Numbers("cumulativeCounts"), v.Numbers("dirichlet"), v.Numbers("theta0"))
                .ShouldAgree(v.Number("expectedLogE"), 1e-9, v.ToJsonString());
        }
    }

    [SharedVectorsFact]
    public void Agrees_with_the_vectors_of_confseq_that_the_gate_uses()
    {
        var used = SharedVectors.Of("anytime_vectors.json")["confseq"]!["vectors"]!.AsArray().Select(v => v!).Where(v => v.Text("use") != "none").ToList();
        used.Count.ShouldBe(14);
        foreach (var v in used)
        {
            var args = v["args"]!;
            double Arg(string name) => args[name]?.GetValue<double>() ?? 0.05;
            if (v.Text("function") == "bernoulli_confidence_interval")
            {
                var interval = ShareInterval.Of(Arg("successes"), Arg("trials"), Arg("t_opt"), Arg("alpha"));
                interval.Low.ShouldBe(v.Numbers("expected")[0], 1e-5, v.ToJsonString());
                interval.High.ShouldBe(v.Numbers("expected")[1], 1e-5, v.ToJsonString());
                continue;
            }

            var isOneSided = v.Text("function").Contains("one-sided", StringComparison.Ordinal);
            BetaBinomialMixture Mixture() => new(Arg("v_opt"), Arg("alpha_opt"), Arg("g"), Arg("h"), isOneSided);
            var actual = v.Text("function") switch
            {
                "TwoSidedNormalMixture.best_rho" => BetaBinomialMixture.Precision(Arg("v_opt"), Arg("alpha_opt")),
                var f when f.StartsWith("beta_binomial_log_mixture", StringComparison.Ordinal) => Mixture().Log(Arg("s"), Arg("v")),
                _ => Mixture().Bound(Arg("v"), Arg("alpha")),
            };
            actual.ShouldBe(v.Number("expected"), v.Number("tol"), v.ToJsonString());
            actual.ShouldAgree(v.Number("referencePort"), 1e-9, v.ToJsonString());
        }
    }

    [Theory]
    [InlineData(0.1, 0.08, 0.12)]
    [InlineData(0.01, 0.005, 0.015)]
    [InlineData(0.001, 0, 0.006)]
    [InlineData(0.5, 0.4, 0.6)]
    [InlineData(0.9, 0.72, 0.95)]
    [InlineData(0.99, 0.792, 0.995)]
    public void Tolerates_a_fifth_and_at_least_half_a_percent(double share, double low, double high)
    {
        SplitTest.Tolerated(share).Low.ShouldBe(low, 1e-12);
        SplitTest.Tolerated(share).High.ShouldBe(high, 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Has_nothing_to_weigh_without_two_sides(double share) =>
        SplitTest.Weigh(100, 200, share, 1000).ShouldBe(new SplitEvidence(0, 0, 0, ShareInterval.Of(100, 200, 1000)));

    [Fact]
    public void A_share_of_a_tenth_of_a_percent_is_not_looked_at_from_below() =>
        SplitTest.Weigh(0, 1_000_000, 0.001, 1000).Below.ShouldBe(0);

    /// <summary>The invariant of an e-process: at any share on the null's side its mean is at most 1. All counts of 40 requests.</summary>
    [Theory]
    [InlineData(0.12, 0.12)]
    [InlineData(0.12, 0.1)]
    [InlineData(0.5, 0.5)]
    [InlineData(0.5, 0.2)]
    public void On_average_there_is_no_evidence_against_a_split_that_is_right(double bound, double share)
    {
        var (above, below) = (0.0, 0.0);
        for (var k = 0; k <= 40; k++)
        {
            var log = -LogBeta.Of(k + 1, 41 - k) - Math.Log(41);
            above += Math.Exp(log + (k * Math.Log(share)) + ((40 - k) * Math.Log(1 - share)) + ShareEvidence.Above(k, 40, bound));
            below += Math.Exp(log + (k * Math.Log(1 - share)) + ((40 - k) * Math.Log(share)) + ShareEvidence.Below(k, 40, 1 - bound));
        }

        above.ShouldBeLessThanOrEqualTo(1 + 1e-9);
        below.ShouldBe(above, 1e-9);
    }

    /// <summary>Clamped instead of logarithmic, these were false verdicts (gate.md, 2.4).</summary>
    [Theory]
    [InlineData(0, 1_000_000)]
    [InlineData(0, 70_000)]
    public void Many_clean_requests_are_no_evidence_above(double events, double requests) =>
        ShareEvidence.Above(events, requests, 0.01).ShouldBeInRange(-12, 0);

    [Fact]
    public void Is_finite_at_a_hundred_million_requests()
    {
        foreach (var events in new[] { 0, 1, 9_999_999, 10_000_000, 10_100_000, 99_999_999, 100_000_000 })
        {
            double.IsFinite(ShareEvidence.Above(events, 1e8, 0.1)).ShouldBeTrue();
            double.IsFinite(ShareEvidence.Below(events, 1e8, 0.1)).ShouldBeTrue();
        }
    }

    /// <summary>500 rollouts of 100 ticks at exactly the requested share; an interval that is missed once counts.</summary>
    [Fact]
    public void The_interval_holds_the_true_share_at_all_ticks_at_once()
    {
        var chance = new Chance(20260821);
        var (missed, mismatched) = (0, 0);
        for (var rollout = 0; rollout < 500; rollout++)
        {
            var (candidate, requests, isMissed, isMismatched) = (0.0, 0.0, false, false);
            for (var tick = 0; tick < 100; tick++)
            {
                candidate += chance.Binomial(50, 0.1);
                requests += 50;
                var seen = ShareInterval.Of(candidate, requests, 5000);
                isMissed |= seen.Low > 0.1 || seen.High < 0.1;
                isMismatched |= tick % 10 == 0 && SplitTest.Weigh(candidate, requests, 0.1, 5000).Mismatch != SplitSide.None;
            }

            missed += isMissed ? 1 : 0;
            mismatched += isMismatched ? 1 : 0;
        }

        missed.ShouldBeLessThan(25);
        mismatched.ShouldBeLessThan(2);
    }
}
