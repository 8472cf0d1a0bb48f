using Release.Gates;
using Release.Gates.Evidence;
using Release.Gates.Kayenta;

namespace Release.Tests.Gates.Kayenta;

public sealed class ASecondOpinion
{
    private static readonly KayentaMetric Errors = new() { Name = "errors", Direction = KayentaDirection.Increase, Groups = ["errors"] };
    private static readonly KayentaMetric Latency = new() { Name = "latency", Direction = KayentaDirection.Increase, Groups = ["latency"] };
    private static readonly double[] Ten = [10, 11, 9, 10.5, 9.5, 10.2, 9.8, 10.1, 9.9, 10.4];

    [Fact]
    public void Passes_what_is_alike()
    {
        var judged = KayentaJudge.Judge([new(Errors, Ten, Ten), new(Latency, Ten, [.. Ten.Select(v => v * 1.01)])]);
        (judged.Outcome, judged.Score.Score).ShouldBe((GateOutcome.Pass, 100));
        judged.Summary.ShouldBe("Kayenta scores 100 of 100 (passes from 95, fails below 75).");
    }

    [Fact]
    public void Fails_what_is_twice_as_slow_and_names_it()
    {
        var judged = KayentaJudge.Judge([new(Errors, Ten, Ten), new(Latency, Ten, [.. Ten.Select(v => v * 2)])]);
        (judged.Outcome, judged.Score.Score).ShouldBe((GateOutcome.Fail, 50));
        judged.Metrics[1].ShouldBe(new KayentaOpinion("latency", judged.Metrics[1].Classification));
        judged.Summary.ShouldBe(
            "Kayenta scores 50 of 100 (passes from 95, fails below 75). latency is significantly higher than the control.");
    }

    [Fact]
    public void Calls_a_marginal_score_inconclusive() =>
        KayentaJudge.Judge(
            [new(Errors, Ten, Ten), new(Latency, Ten, [.. Ten.Select(v => v * 2)])],
            new KayentaThresholds { Marginal = 50 }).Outcome.ShouldBe(GateOutcome.Inconclusive);

    [Fact]
    public void Says_when_half_of_the_metrics_are_silent() =>
        KayentaJudge.Judge([new(Errors, Ten, Ten), new(Latency, [], [])]).Summary.ShouldBe(
            "Kayenta scores 0 of 100 (passes from 95, fails below 75): 1 of 2 metrics have no values. latency has no values.");

    [Fact]
    public void Leaves_out_minutes_without_a_value_or_takes_them_for_none()
    {
        double[] holes = [.. Ten.Select((v, i) => i % 2 == 0 ? v : double.NaN)];
        KayentaClassifier.Classify(Errors, Ten, holes).Label.ShouldBe(KayentaLabel.Pass);
        KayentaClassifier.Classify(
            Errors with { NanStrategy = KayentaNanStrategy.Replace, Direction = KayentaDirection.Either }, Ten, [double.NaN, double.NaN, .. holes])
            .EffectSize.ShouldBeLessThan(0.6);
    }

    [Fact]
    public void Must_have_data_where_that_is_said()
    {
        KayentaClassifier.Classify(Errors with { MustHaveData = true }, Ten, []).Label.ShouldBe(KayentaLabel.NodataFail);
        KayentaScore.Of([new(KayentaLabel.NodataFail, ["a"], false), new(KayentaLabel.Pass, ["a"], false)], new Dictionary<string, double>())
            .Score.ShouldBe(50);
    }

    [Fact]
    public void Throws_away_outliers_where_that_is_said()
    {
        // Too few for the first and last percentile to be anything but the extremes, which are kept.
        double[] many = [.. Enumerable.Repeat(Ten, 20).SelectMany(v => v), 1000];
        Outliers.Without(many, 3).ShouldNotContain(1000);
        Outliers.Without([.. Ten, 1000], 3).ShouldContain(1000);
        KayentaClassifier.Classify(Errors with { OutlierFactor = 3 }, Ten, many).EffectSize.ShouldBe(1, 0.05);
    }

    [Fact]
    public void A_single_minute_each_cannot_be_ranked_and_says_so() =>
        KayentaClassifier.Classify(Errors, [1], [2]).Label.ShouldBe(KayentaLabel.Error);

    [Fact]
    public void Says_the_same_twice_of_constant_samples()
    {
        var first = KayentaClassifier.Classify(Errors, [1, 1, 1, 1, 1], [2, 2, 2, 2, 2]);
        first.Label.ShouldBe(KayentaLabel.High);
        KayentaClassifier.Classify(Errors, [1, 1, 1, 1, 1], [2, 2, 2, 2, 2]).ShouldBe(first);
    }

    [Fact]
    public void Asked_every_five_minutes_stops_at_the_first_High()
    {
        var tripled = Ten.Select(v => v * 3).ToList();
        KayentaJudge.FirstHigh(new(Errors, [.. Ten, .. Ten], [.. Ten.Take(2), .. tripled, .. tripled.Take(8)])).ShouldBe(15);
        KayentaJudge.FirstHigh(new(Errors, Ten, tripled)).ShouldBe(5);
        KayentaJudge.FirstHigh(new(Errors, Ten, Ten)).ShouldBeNull();
    }

    /// <summary>
    /// Rows of the simulation's table (gate.md, section 6), with 10 and 90 requests a second and a look every five minutes:
    /// E0a, E0b, E1a, E1b and E1g.
    /// </summary>
    [Theory]
    [InlineData(0.01, 0.01, 0.006, 0.008, null)]
    [InlineData(0.001, 0.001, 0.0115, 0.01, null)]
    [InlineData(0.01, 0.02, 1, 0.01, 600)]
    [InlineData(0.001, 0.01, 1, 0.01, 300)]
    [InlineData(0.0001, 0.001, 0.037, 0.018, 600)]
    public void Asked_six_times_it_says_what_it_says_in_the_simulation(
        double stable, double candidate, double found, double give, int? median)
    {
        var chance = new Chance(20260821);
        List<int> seconds = [];
        const int Releases = 1000;
        for (var release = 0; release < Releases; release++)
        {
            var first = KayentaJudge.FirstHigh(new(Errors, Minutes(5400, stable), Minutes(600, candidate)));
            seconds.AddRange(first is { } minute ? [60 * minute] : []);
        }

        (seconds.Count / (double)Releases).ShouldBe(found, give);
        (median is null ? null : seconds.Order().ElementAt(seconds.Count / 2) as int?).ShouldBe(median);

        double[] Minutes(int requests, double share) =>
            [.. Enumerable.Range(0, 30).Select(_ => chance.Binomial(requests, share) / (double)requests)];
    }

    [Fact]
    public void Reads_ticks_as_shares_of_a_minute()
    {
        var ticks = Enumerable.Range(0, 30).Select(i => Counted(i < 24 ? 50 : 0, i < 12 ? 1 : 0));
        MinuteValues.Of(ticks, TimeSpan.FromSeconds(5), MinuteValues.ErrorShare).ShouldBe([0.02, 0]);
        MinuteValues.Of([Counted(0, 0)], TimeSpan.FromMinutes(1), MinuteValues.ErrorShare).ShouldHaveSingleItem().ShouldBe(double.NaN);
        MinuteValues.Of([null], TimeSpan.FromMinutes(1), MinuteValues.ErrorShare).ShouldHaveSingleItem().ShouldBe(double.NaN);
        MinuteValues.Of(Enumerable.Repeat(Counted(10, 1), 3), TimeSpan.FromMinutes(2), MinuteValues.ErrorShare).Length.ShouldBe(3);
        MinuteValues.Of(Enumerable.Repeat(Counted(10, 1), 9), TimeSpan.FromSeconds(7), MinuteValues.ErrorShare).ShouldBe([0.1]);

        static Counters Counted(double requests, double errors) => new(requests, errors, []);
    }

    [Theory]
    [InlineData(0.25, 0.05)]
    [InlineData(0.5, 0.1)]
    [InlineData(0.8, 0.2)]
    [InlineData(0.95, 0.25)]
    public void Reads_quantiles_as_Prometheus_estimates_them(double quantile, double seconds) =>
        MinuteValues.Quantile(new Counters(100, 0, [new(0.1, 50), new(0.25, 95), new(0.5, 95), new(double.PositiveInfinity, 100)]), quantile).ShouldBe(seconds, 1e-12);

    [Fact]
    public void Takes_the_last_bound_for_what_is_above_all_of_them_and_nothing_for_no_requests()
    {
        MinuteValues.Quantile(new Counters(100, 0, [new(0.1, 50), new(double.PositiveInfinity, 100)]), 0.95).ShouldBe(0.1);
        MinuteValues.Quantile(new Counters(0, 0, [new(0.1, 0), new(double.PositiveInfinity, 0)]), 0.95).ShouldBe(double.NaN);
        MinuteValues.Quantile(new Counters(100, 0, []), 0.95).ShouldBe(double.NaN);
    }

    [Fact]
    public void Is_reported_beside_the_gates_verdict_of_a_series_and_decides_nothing()
    {
        var ticks = string.Join(',', Enumerable.Range(0, 120).Select(k =>
            $$"""{"t":{{5 * (k + 1)}},"share":0.1,"stable":{"errors":{{4 + (k % 2)}},"requests":450},"candidate":{"errors":{{5 + (k % 3)}},"requests":50} }"""));
        var result = SeriesGate.Judge(Series.Read(
            $$"""{"judge":"kayenta","objectives":[{"id":"errors","type":"errors"}],"history":[{"requests":4500,"errors":45}],"ticks":[{{ticks}}] }""", "counts.json"));

        result.Decision.ShouldBe(GateOutcome.Fail);
        double.Parse(result.Label!).ShouldBeLessThan(60);
        var json = result.ToJson()["secondOpinion"]!;
        (json["judge"]!.GetValue<string>(), json["decision"]!.GetValue<string>()).ShouldBe(("kayenta", "fail"));
        json["metrics"]![0]!["firstHighMinute"]!.GetValue<int>().ShouldBe(5);
        result.SecondOpinion!.Lines().ShouldBe(
        [
            "second opinion: fail. Kayenta scores 0 of 100 (passes from 95, fails below 75). errors is significantly higher than the control.",
            "second opinion: errors would have been High at minute 5, asked every five minutes.",
        ]);
    }
}
