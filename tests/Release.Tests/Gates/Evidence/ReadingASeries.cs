using Release.Configuration;
using Release.Gates.Evidence;

namespace Release.Tests.Gates.Evidence;

public sealed class ReadingASeries
{
    private const string Objectives = """ "objectives":[{"id":"errors","type":"errors"}] """;

    [Fact]
    public void Takes_the_issues_example()
    {
        var series = Read("""
            {"alpha":0.01,"tick":"5s","window":"30m",
             "objectives":[{"id":"errors","type":"errors"},{"id":"latency","type":"latency"},{"id":"slo","type":"errors","max":"1%","compare":false}],
             "history":[{"requests":450,"errors":4,"buckets":{"100":200,"250":440,"+Inf":450}}],
             "ticks":[{"t":5,"share":0.1,"stable":{"requests":450,"errors":4,"buckets":{"100":200,"250":440,"+Inf":450}},
                       "candidate":{"requests":50,"errors":1,"buckets":{"+Inf":50,"250":49,"100":21}}}]}
            """);
        series.Options.PlannedTicks.ShouldBe(360);
        (series.Options.Alpha, series.Options.PassAlpha, series.Options.WarmUp, series.Options.MinDuration).ShouldBe((0.01, 0.05, TimeSpan.Zero, TimeSpan.Zero));
        series.Options.Objectives[2].ShouldBe(new TestedObjective { Id = "slo", Type = ObjectiveType.Errors, Limit = 0.01, Compare = false });
        series.Ticks.Single().Share.ShouldBe(0.1);
        series.Ticks.Single().Candidate!.Buckets.ShouldBe([new(0.1, 21), new(0.25, 49), new(double.PositiveInfinity, 50)]);
    }

    [Fact]
    public void Takes_everything_that_may_be_said()
    {
        var series = Read("""
            {"alpha":0.02,"alphaPass":0.1,"tick":"1s","window":"2m","warmUp":"0s","minDuration":"2m","maxGap":"90s",
             "objectives":[{"id":"a","type":"latency","max":"250ms","quantile":0.99,"required":true,"passMargin":{"ratio":1.2},"failMargin":{"ratio":1.1,"absolute":"0.5%"},
                            "minErrorTicks":2,"minDispersion":1.5,"weight":2}],
             "ticks":[{"t":"2026-08-21T12:00:00Z","share":"10%","candidate":null},{"t":"2026-08-21T12:00:01Z","stable":{"requests":null}}]}
            """);
        series.Options.PlannedTicks.ShouldBe(120);
        series.Options.Objectives.Single().ShouldBe(new TestedObjective
        {
            Id = "a",
            Type = ObjectiveType.Latency,
            Limit = 0.25,
            Quantile = 0.99,
            Required = true,
            PassMargin = new(1.2),
            FailMargin = new(1.1, 0.005),
            MinErrorTicks = 2,
            MinDispersion = 1.5,
            Weight = 2,
        });
        series.Ticks[0].Label.ShouldBe("\"2026-08-21T12:00:00Z\"");
        (series.Ticks[1].Stable, series.Ticks[1].Candidate).ShouldBe((null, null));
    }

    [Theory]
    [InlineData("""{"ticks":[]}""", "$.objectives: missing: expected a list")]
    [InlineData("""{"objectives":[],"ticks":[]}""", "$.objectives: expected at least one objective")]
    [InlineData("""{"objectives":[{"id":"a","type":"cpu"}],"ticks":[]}""", "$.objectives[0].type: expected \"errors\" or \"latency\", found \"cpu\"")]
    [InlineData("""{"objectives":[{"id":"a","type":"errors","max":0.01}],"ticks":[]}""", "$.objectives[0].max: expected a percentage above 0% and below 100% such as \"1%\", found 0.01")]
    [InlineData("""{"objectives":[{"id":"a","type":"errors","max":"0%"}],"ticks":[]}""", "$.objectives[0].max: expected a percentage above 0%")]
    [InlineData("""{"objectives":[{"id":"a","type":"latency","max":"5%"}],"ticks":[]}""", "$.objectives[0].max: expected a duration such as \"500ms\"")]
    [InlineData("""{"objectives":[{"id":"a","type":"errors","compare":false}],"ticks":[]}""", "$.objectives[0].compare: expected true, found false without \"max\"")]
    [InlineData("""{"objectives":[{"id":"a","type":"errors"},{"id":"a","type":"latency"}],"ticks":[]}""", "$.objectives: expected ids that differ, found \"a\" twice")]
    [InlineData("""{"objectives":[{"id":"a","type":"errors","maxx":"1%"}],"ticks":[]}""", "$.objectives[0].maxx: unknown key. Did you mean \"max\"?")]
    [InlineData("""{"alpha":1.5,"objectives":[{"id":"a","type":"errors"}],"ticks":[]}""", "$.alpha: expected a chance above 0 and below 1 such as 0.01, found 1.5")]
    [InlineData("""{"tick":5,"objectives":[{"id":"a","type":"errors"}],"ticks":[]}""", "$.tick: expected a duration such as \"5s\", found 5")]
    [InlineData("""{"objectives":[{"id":"a","type":"errors"}],"ticks":{}}""", "$.ticks: expected a list, found an object")]
    [InlineData("[]", "expected an object, found a list")]
    [InlineData("NaN", "is not JSON")]
    public void Refuses_other_settings(string json, string expected) => Refused(json).ShouldContain(expected);

    [Theory]
    [InlineData("""{"requests":-1,"errors":0}""", ".requests: expected a count: a whole number of at least 0")]
    [InlineData("""{"requests":10.5,"errors":0}""", ".requests: expected a count")]
    [InlineData("""{"requests":"NaN","errors":0}""", ".requests: expected a count")]
    [InlineData("""{"requests":1e300,"errors":0}""", ".requests: expected a count")]
    [InlineData("""{"requests":100000000000000000000000000,"errors":0}""", ".requests: expected a count")]
    [InlineData("""{"requests":10,"errors":11}""", ".errors: expected at most as many as requests (10), found 11")]
    [InlineData("""{"requests":10}""", ".errors: missing: expected a count")]
    [InlineData("""{"errors":0}""", ".requests: missing: expected a count")]
    [InlineData("""{"requests":10,"errors":0,"latency":[]}""", ".latency: unknown key")]
    [InlineData("""{"requests":10,"errors":0,"buckets":[]}""", ".buckets: expected an object of upper bounds")]
    [InlineData("""{"requests":10,"errors":0,"buckets":{"100":9}}""", ".buckets: missing: expected \"+Inf\"")]
    [InlineData("""{"requests":10,"errors":0,"buckets":{"100":9,"250":8,"+Inf":10}}""", ".buckets['250']: expected at least the 9 of the bound below")]
    [InlineData("""{"requests":10,"errors":0,"buckets":{"100ms":9,"+Inf":10}}""", ".buckets['100ms']: expected an upper bound in milliseconds")]
    [InlineData("""{"requests":10,"errors":0,"buckets":{"100":9,"100.0":9,"+Inf":10}}""", ".buckets['100.0']: the bound is there twice")]
    [InlineData("""{"requests":10,"errors":0,"buckets":{"NaN":9,"+Inf":10}}""", ".buckets.NaN: expected an upper bound")]
    [InlineData("5", ": expected an object, found 5")]
    public void Refuses_what_is_no_count_and_says_where(string counts, string expected)
    {
        Refused($$"""{ {{Objectives}},"history":[{{counts}}],"ticks":[]}""").ShouldContain("$.history[0]" + expected);
        Refused($$"""{ {{Objectives}},"ticks":[{"t":1,"candidate":{{counts}}}]}""").ShouldContain("$.ticks[0].candidate" + expected);
    }

    [Theory]
    [InlineData("""{"t":1},{"t":1}""", "$.ticks[1].t: expected a time after that of the tick before (1), found 1")]
    [InlineData("""{"t":1},{"t":0.5}""", "$.ticks[1].t: expected a time after")]
    [InlineData("""{"t":"soon"}""", "$.ticks[0].t: expected a number of seconds such as 5")]
    [InlineData("""{"t":-1e12}""", "$.ticks[0].t: expected a number of seconds such as 5")]
    [InlineData("""{"t":"0001-01-01T00:00:00Z"}""", "$.ticks[0].t: expected a number of seconds such as 5")]
    [InlineData("""{}""", "$.ticks[0].t: missing: expected a number of seconds")]
    [InlineData("""{"t":1,"share":10}""", "$.ticks[0].share: expected a share from 0 to 1 such as 0.1, or a percentage such as \"10%\", found 10")]
    [InlineData("""{"t":1,"canary":{}}""", "$.ticks[0].canary: unknown key")]
    [InlineData("""{"t":1,"stable":{"requests":1,"errors":0,"buckets":{"100":1,"+Inf":1}}},{"t":2,"stable":{"requests":1,"errors":0,"buckets":{"120":1,"+Inf":1}}}""", "$.ticks[1].stable.buckets['120']: expected the same bounds in all ticks")]
    public void Refuses_ticks_that_do_not_follow(string ticks, string expected) => Refused($$"""{ {{Objectives}},"ticks":[{{ticks}}]}""").ShouldContain(expected);

    [Fact]
    public void Tells_all_that_is_wrong_at_once_with_lines()
    {
        var wrong = Should.Throw<ConfigurationException>(() => Read("{\"alpha\":0,\n\"tick\":\"5\",\n\"objectives\":[{\"id\":\"a\",\"type\":\"errors\"}],\n\"ticks\":[{\"t\":1,\"candidate\":{\"requests\":-1,\"errors\":-2}}]}"));
        wrong.Errors.Select(e => e.Line).ShouldBe([1, 2, 4, 4]);
        wrong.Message.ShouldStartWith("counts.json:1:10  $.alpha: expected a chance");
    }

    private static string Refused(string json) => Should.Throw<ConfigurationException>(() => Read(json)).Message;

    private static Series Read(string json) => Series.Read(json, "counts.json");
}
