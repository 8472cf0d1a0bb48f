using Release.Gates;
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

    /// <summary>Scenario E0b of gate.md, section 6: 0.1 % errors in both, 10 and 90 requests a second. 1.15 % there.</summary>
    [Fact]
    public void Asked_six_times_its_false_alarms_are_those_of_the_simulation()
    {
        var chance = new Chance(20260821);
        var alarms = 0;
        for (var release = 0; release < 2000; release++)
        {
            alarms += KayentaJudge.FirstHigh(new(Errors, Minutes(5400), Minutes(600))) is not null ? 1 : 0;
        }

        (alarms / 2000.0).ShouldBeInRange(0.004, 0.022);

        double[] Minutes(int requests) =>
            [.. Enumerable.Range(0, 30).Select(_ => chance.Binomial(requests, 0.001) / (double)requests)];
    }

    [Fact]
    public void Reads_ticks_as_shares_of_a_minute()
    {
        var ticks = Enumerable.Range(0, 30).Select(i => (i < 24 ? 50.0 : 0, i < 12 ? 1.0 : 0));
        MinuteShares.Of(ticks, TimeSpan.FromSeconds(5)).ShouldBe([0.02, 0]);
        MinuteShares.Of([(0, 0)], TimeSpan.FromMinutes(1)).ShouldHaveSingleItem().ShouldBe(double.NaN);
        MinuteShares.Of(Enumerable.Repeat((10.0, 1.0), 3), TimeSpan.FromMinutes(2)).Length.ShouldBe(3);
        MinuteShares.Of(Enumerable.Repeat((10.0, 1.0), 9), TimeSpan.FromSeconds(7)).ShouldBe([0.1]);
    }
}
