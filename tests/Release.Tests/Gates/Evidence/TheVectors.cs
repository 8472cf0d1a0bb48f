using Release.Configuration;
using Release.Gates;
using Release.Gates.Evidence;
using Release.Gates.Split;

namespace Release.Tests.Gates.Evidence;

/// <summary>Every vector of the tests' own groups, to the stated precision.</summary>
public sealed class TheVectors
{
    [Fact]
    public void Of_the_regularised_incomplete_beta()
    {
        foreach (var v in Vectors.Of("logRegularizedIncompleteBeta"))
        {
            var (a, b) = (v.Number("a"), v.Number("b"));
            LogBeta.Regularized(a, b, v.Number("x")).ShouldAgree(v.Number("logI"), Math.Max(a, b) > 1e5 ? 1e-6 : 1e-9, v.ToJsonString());
        }
    }

    [Theory]
    [InlineData("vectors", false)]
    [InlineData("passVectors", true)]
    public void Of_one_tick_and_one_alternative(string list, bool isPass)
    {
        foreach (var v in Vectors.Of("twoStreamBlock", list))
        {
            var margin = new Margin(v.Number("ratioMargin"), v.Number("absoluteMargin"));
            var (nc, nb) = (v.Number("requestsCanary"), v.Number("requestsBaseline"));
            var (tc, tb) = (v.Number("altCanary"), v.Number("altBaseline"));
            var (candidate, stable) = margin.Nearest(nc, tc, nb, tb);
            var precision = margin.Absolute > 0 ? 1e-8 : 1e-9;
            candidate.ShouldAgree(v.Number("nullCanary"), precision, v.ToJsonString());
            stable.ShouldAgree(v.Number("nullBaseline"), precision, v.ToJsonString());

            // A stream whose estimate of stable is so sure that it is the alternative's, and whose only component has its odds.
            var boundary = (margin.Ratio * tb) + margin.Absolute;
            var odds = tc / (1 - tc) * (1 - boundary) / boundary;
            var stream = new BettingStream(Bet.On(isPass, margin, 0, [isPass ? 1 / odds : odds]), (tb * 1e15) - 0.5, 1e15 - 1);
            stream.Advance(new(v.Number("errorsCanary"), nc, v.Number("errorsBaseline"), nb), 5).ShouldBeTrue();
            stream.LogEvidence.ShouldAgree(v.Number("logE"), precision, v.ToJsonString());
        }
    }

    [Fact]
    public void Of_whole_sequences_of_ticks()
    {
        foreach (var v in Vectors.Of("tickSequences", "sequences"))
        {
            var bet = Bet.On(
                v.Text("direction") == "pass",
                new Margin(v.Number("ratioMargin"), v.Number("absoluteMargin")),
                v["restarts"]!.GetValue<bool>() ? (int)v.Number("plannedTicks") : 0,
                [.. v.Numbers("rho")]) with { HalfLifeSeconds = v.Number("halfLifeSeconds"), LeastHistory = 0 };
            var stream = new BettingStream(bet, v["history"]!.Number("errors"), v["history"]!.Number("requests"));
            var (ec, nc) = (v.Numbers("errorsCandidate"), v.Numbers("requestsCandidate"));
            var (eb, nb) = (v.Numbers("errorsBaseline"), v.Numbers("requestsBaseline"));
            var expected = v.Numbers("logE");
            int? first = null;
            for (var k = 0; k < expected.Length; k++)
            {
                stream.Advance(new PairedCounts(ec[k], nc[k], eb[k], nb[k]).Over(v.Number("dispersion")), v.Number("tickSeconds")).ShouldBeTrue();
                stream.LogEvidence.ShouldAgree(expected[k], bet.Margin.Absolute > 0 ? 1e-8 : 1e-9, $"{v.Text("name")}, tick {k}");
                first ??= stream.LogEvidence >= v.Number("threshold") ? k : null;
            }

            first.ShouldBe((int?)v["firstTickAtThreshold"], v.Text("name"));
        }
    }

    [Fact]
    public void Of_latency_at_each_bound_and_combined()
    {
        var v = Vectors.Group("latency");
        double[] bounds = [.. v.Numbers("boundsMs").Select(ms => ms / 1000)];
        var history = Tick(bounds, v.Number("historyRequests"), v.Numbers("historyAbove"));

        // Three bounds are below any limit of how many, and all lie within both ranges for this quantile.
        var objective = new TestedObjective { Id = "latency", Type = ObjectiveType.Latency, Quantile = 0.84 };
        var (requestsCandidate, requestsBaseline) = (v.Numbers("requestsCandidate"), v.Numbers("requestsBaseline"));
        var (aboveCandidate, aboveBaseline) = (v["aboveCandidate"]!.AsArray(), v["aboveBaseline"]!.AsArray());
        foreach (var result in v["results"]!.AsArray())
        {
            var isPass = result!.Text("direction") == "pass";
            var bet = isPass ? Bet.PassLatency(new(result!.Number("ratioMargin"))) : Bet.FailLatency(new(result!.Number("ratioMargin")), (int)v.Number("plannedTicks"));
            BoundStream[] streams = [.. bounds.Select((bound, i) => new BoundStream(bound, 1, new(bet, v.Numbers("historyAbove")[i], v.Number("historyRequests"))))];
            var comparison = LatencyComparison.Begin(objective, (int)v.Number("plannedTicks"), [history]);
            for (var k = 0; k < requestsCandidate.Length; k++)
            {
                var stable = Tick(bounds, requestsBaseline[k], [.. aboveBaseline.Select(a => (double)a![k]!)]);
                var candidate = Tick(bounds, requestsCandidate[k], [.. aboveCandidate.Select(a => (double)a![k]!)]);
                comparison.Advance(stable, candidate, v.Number("tickSeconds"));
                for (var i = 0; i < bounds.Length; i++)
                {
                    streams[i].Advance(stable, candidate, v.Number("tickSeconds")).ShouldBeTrue();
                    streams[i].LogEvidence.ShouldAgree((double)result!["logEPerBound"]![i]![k]!, 1e-9, $"{result!.Text("direction")}, bound {i}, tick {k}");
                }

                var combined = isPass ? streams.Min(s => s.LogEvidence) : LogSum.Of([.. streams.Select(s => s.LogEvidence)]) - Math.Log(3);
                combined.ShouldAgree(result!.Numbers("logE")[k], 1e-9);
                if (!isPass)
                {
                    comparison.LogFail.ShouldAgree(result!.Numbers("logE")[k], 1e-9, $"combined, tick {k}");
                }
            }
        }
    }

    [Theory]
    [InlineData("vectors", 1e-8)]
    [InlineData("tailVectors", 1e-6)]
    public void Of_a_fixed_limit(string list, double precision)
    {
        foreach (var v in Vectors.Of("sloOneSided", list))
        {
            var evidence = new FixedLimit(v.Number("slo")).Judge(v.Number("events"), v.Number("requests"));
            var actual = v.Text("h0") == "p<=slo" ? evidence.LogFail : evidence.LogPass;
            Math.Abs(actual - v.Number("logE")).ShouldBeLessThanOrEqualTo(precision, v.ToJsonString());
        }
    }

    [Fact]
    public void Of_over_dispersion_by_both_estimates()
    {
        foreach (var v in Vectors.Of("dispersion"))
        {
            Dispersion.Counts(v.Numbers("errors")).ShouldAgree(v.Number("phiCounts"), 1e-9, v.Text("name"));
            Dispersion.Pearson(v.Numbers("requests"), v.Numbers("errors")).ShouldAgree(v.Number("phiPearson"), 1e-9, v.Text("name"));
        }
    }

    private static Counters Tick(double[] bounds, double requests, double[] above) => new(
        requests,
        0,
        [.. bounds.Select((bound, i) => new Bucket(bound, requests - above[i])), new Bucket(double.PositiveInfinity, requests)]);
}
