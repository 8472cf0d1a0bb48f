using System.Collections.Immutable;
using Release.Gates;
using Release.Gates.Evidence;
using Release.Gates.Split;

namespace Release.Tests.Gates.Evidence;

/// <summary>
/// What makes a gate's errors bounded, by brute force: each factor of each e-process has mean at most 1 under every truth on the
/// wrong side of the bet.
/// </summary>
public sealed class TheProofs
{
    private static readonly Margin[] Margins = [Margin.None, new(1.25), new(1.5), new(2), new(1, 0.002), new(1, 0.005), new(1.5, 0.01)];

    /// <summary>Every outcome of up to 7 and 13 requests; 40 random nulls for each margin and direction, each component alone.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tick_of_two_streams_has_mean_at_most_one(bool isPass)
    {
        var random = new Chance(20260821);
        foreach (var margin in Margins)
        {
            for (var draw = 0; draw < 40; draw++)
            {
                var (nc, nb) = (random.Next(1, 8), random.Next(1, 14));
                var stable = Math.Pow(random.NextDouble(), 3) * (1 - margin.Absolute) / margin.Ratio;
                var boundary = (margin.Ratio * stable) + margin.Absolute;
                var candidate = draw % 2 == 0 ? boundary
                    : isPass ? boundary + (random.NextDouble() * (1 - boundary))
                    : boundary * random.NextDouble();
                var bet = Bet.On(isPass, margin, 0, [1 + (Math.Pow(random.NextDouble(), 2) * 50)]);
                var known = random.Next(0, 200);
                MeanOf(bet, (nc, candidate), (nb, stable), (known * random.NextDouble(), known)).ShouldBeLessThanOrEqualTo(1 + 1e-9, $"{margin} {nc} {nb} {stable} {candidate}");
            }
        }
    }

    /// <summary>Several ticks, each on what the ones before taught: the tower property needs the alternative to be of the past.</summary>
    [Fact]
    public void A_whole_stream_with_restarts_has_mean_at_most_one()
    {
        Expected([], 3, 0.3).ShouldBeLessThanOrEqualTo(1 + 1e-9);

        static double Expected(ImmutableList<PairedCounts> before, int ticks, double share)
        {
            if (ticks == 0)
            {
                var stream = new BettingStream(Bet.FailErrors(Margin.None, 4) with { LeastHistory = 0 }, 3, 20);
                before.ForEach(counts => stream.Advance(counts, 5).ShouldBeTrue());
                return Math.Exp(stream.LogEvidence);
            }

            var sum = 0.0;
            for (var c = 0; c <= 2; c++)
            {
                for (var b = 0; b <= 3; b++)
                {
                    sum += Binomial(2, c, share) * Binomial(3, b, share) * Expected(before.Add(new(c, 2, b, 3)), ticks - 1, share);
                }
            }

            return sum;
        }
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.01)]
    [InlineData(0.05)]
    [InlineData(0.5)]
    public void A_fixed_limit_has_mean_at_most_one(double limit)
    {
        var test = new FixedLimit(limit);
        foreach (var requests in new[] { 1, 7, 60, 400 })
        {
            foreach (var distance in new[] { 0, 0.2, 0.7 })
            {
                var (below, above) = (limit * (1 - distance), limit + (distance * (1 - limit)));
                var (fail, pass) = (0.0, 0.0);
                for (var events = 0; events <= requests; events++)
                {
                    var evidence = test.Judge(events, requests);
                    fail += Binomial(requests, events, below) * Math.Exp(evidence.LogFail);
                    pass += Binomial(requests, events, above) * Math.Exp(evidence.LogPass);
                }

                fail.ShouldBeLessThanOrEqualTo(1 + 1e-9);
                pass.ShouldBeLessThanOrEqualTo(1 + 1e-9);
            }
        }
    }

    /// <summary>However requests are cut into ticks, and whatever their size, evidence is a number or the tick is refused.</summary>
    [Fact]
    public void Evidence_is_never_not_a_number()
    {
        var random = new Chance(7);
        double[] sizes = [0, 0, 1, 3, 50, 450, 1e6, 1e12, 1e300, double.NaN, double.PositiveInfinity, -1];
        for (var run = 0; run < 300; run++)
        {
            var margin = Margins[run % Margins.Length];
            var bet = (run % 2 == 0 ? Bet.FailErrors(margin, 20) : Bet.PassErrors(margin)) with { LeastHistory = 0 };
            var (events, requests) = (random.Next(3), random.Next(3, 1000));
            var (stream, spared) = (new BettingStream(bet, events, requests), new BettingStream(bet, events, requests));
            for (var tick = 0; tick < 40; tick++)
            {
                var (nc, nb) = (sizes[random.Next(sizes.Length)], sizes[random.Next(sizes.Length)]);
                var counts = new PairedCounts(Some(nc), nc, Some(nb), nb);
                var seconds = random.Next(3) == 0 ? 60 : 5;
                if (stream.Advance(counts, seconds))
                {
                    spared.Advance(counts, seconds).ShouldBeTrue();
                }

                stream.LogEvidence.ShouldBe(spared.LogEvidence, "a tick that is refused leaves no trace");
                double.IsFinite(stream.LogEvidence).ShouldBeTrue($"{margin} {counts}");
            }
        }

        double Some(double requests) => random.Next(4) switch { 0 => 0, 1 => requests, _ => Math.Floor(requests * random.NextDouble()) };
    }

    [Fact]
    public void The_order_of_the_instances_changes_nothing()
    {
        var random = new Chance(5);
        var start = Scene.Noon;
        var (one, other) = (CounterState.Empty, CounterState.Empty);
        var (first, second) = (Stream(), Stream());
        for (var tick = 0; tick < 30; tick++)
        {
            InstanceReading[] readings = [.. Enumerable.Range(0, 5).Select(i => new InstanceReading(
                $"i{i}", i < 2 ? Variant.Candidate : Variant.Stable, start.AddSeconds(-100), new((tick * 50) + random.Next(50) + (i * 0.1), (tick * 0.7) + (0.1 * i), []), null))];
            var at = start.AddSeconds(5 * tick);
            var (a, b) = (CounterDeltas.Advance(one, readings, at), CounterDeltas.Advance(other, [.. readings.Reverse()], at));
            (one, other) = (a.State, b.State);
            Advance(first, a);
            Advance(second, b);
            second.LogEvidence.ShouldBe(first.LogEvidence);
        }

        static BettingStream Stream() => new(Bet.FailErrors(Margin.None, 360), 27, 27_000);

        static void Advance(BettingStream stream, DeltaTick tick) => stream.Advance(
            new(tick.Candidate.Counts.Errors, tick.Candidate.Counts.Requests, tick.Stable.Counts.Errors, tick.Stable.Counts.Requests), 5).ShouldBeTrue();
    }

    [Fact]
    public void A_thin_history_does_not_burn_the_stake()
    {
        var stream = new BettingStream(Bet.FailErrors(Margin.None, 360), 0, 0);
        stream.Advance(new(0, 50, 4, 450), 5).ShouldBeTrue();
        stream.LogEvidence.ShouldBe(0, 1e-12);
        for (var tick = 0; tick < 3; tick++)
        {
            stream.Advance(new(10, 50, 4, 450), 5).ShouldBeTrue();
        }

        stream.LogEvidence.ShouldBeGreaterThan(3);
    }

    [Fact]
    public void A_service_with_little_traffic_bets_in_the_end()
    {
        // Of a request a second never 1,000 are left by the half-life, but 1,000 have been seen.
        var stream = new BettingStream(Bet.FailErrors(Margin.None, 3600), 3, 300);
        for (var tick = 0; tick < 300; tick++)
        {
            stream.Advance(new(2, 5, 0, 5), 5).ShouldBeTrue();
        }

        stream.LogEvidence.ShouldBeGreaterThan(4.7);
    }

    private static double MeanOf(Bet bet, (int Requests, double Share) candidate, (int Requests, double Share) stable, (double Events, double Requests) history)
    {
        var mean = 0.0;
        for (var c = 0; c <= candidate.Requests; c++)
        {
            for (var b = 0; b <= stable.Requests; b++)
            {
                var stream = new BettingStream(bet with { LeastHistory = 0 }, history.Events, history.Requests);
                stream.Advance(new(c, candidate.Requests, b, stable.Requests), 5).ShouldBeTrue();
                mean += Binomial(candidate.Requests, c, candidate.Share) * Binomial(stable.Requests, b, stable.Share) * Math.Exp(stream.LogEvidence);
            }
        }

        return mean;
    }

    private static double Binomial(int n, int k, double p) => p <= 0 ? (k == 0 ? 1 : 0) : p >= 1 ? (k == n ? 1 : 0) : Math.Exp(
        LogBeta.Gamma(n + 1) - LogBeta.Gamma(k + 1) - LogBeta.Gamma(n - k + 1) + (k * Math.Log(p)) + ((n - k) * LogBeta.LogOnePlus(-p)));
}
