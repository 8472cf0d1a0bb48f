using Release.Drivers.Docker.Probes;

namespace Release.Tests.Docker;

/// <summary>When a candidate's log fails it, beside stable's over the same time.</summary>
public sealed class ComparingLogs
{
    private static readonly LogsProbeOptions Options = new() { Id = "logs", Type = "logs", Patterns = ["\\berror\\b"], Ignore = ["healthcheck"] };

    [Theory]
    [InlineData(0, 1000, 0, 9000, true)]
    [InlineData(1, 1000, 0, 9000, false)] // Stable never logs it: one line is enough.
    [InlineData(5, 1000, 45, 9000, true)] // The same rate, at a tenth of the traffic.
    [InlineData(10, 1000, 45, 9000, true)] // Twice of five: chance does that.
    [InlineData(40, 1000, 45, 9000, false)]
    [InlineData(3, 0, 30, 9000, true)] // Nothing else logged: by time, in which both were watched alike.
    [InlineData(60, 0, 30, 9000, false)]
    public void A_pattern_that_stable_logs_as_often_does_not_fail_the_candidate(int matches, int ordinary, int usual, int stable, bool passes) =>
        LogsProbe.Judge("cart", Options, Count(matches, ordinary), Count(usual, stable), 1).Any().ShouldBe(!passes);

    [Fact]
    public void Without_a_candidate_only_the_limit_counts()
    {
        LogsProbe.Judge("cart", Options with { Max = 2 }, Count(2, 10), null, 1).ShouldBeEmpty();
        LogsProbe.Judge("cart", Options with { Max = 2 }, Count(3, 10), null, 1).Single()
            .ShouldBe("cart logged 3 lines like \\berror\\b in 13, expected at most 2. The first: an ERROR it was");
    }

    [Fact]
    public void Lines_that_are_ignored_do_not_count()
    {
        var count = Count(0, 0);
        count.Add("error in healthcheck");
        (count.Lines, count.Matches(0)).ShouldBe((0, 0));
    }

    [Theory]
    [InlineData(10, 0.5, 0, 1)]
    [InlineData(10, 0.5, 10, 0.0009765625)]
    [InlineData(10, 0.5, 6, 0.376953125)]
    [InlineData(20000, 0.1, 2200, 1.8e-6)] // 4.7 standard deviations; each term by itself underflows in plain numbers.
    public void The_tail_is_the_binomials(long tries, double share, long least, double chance) =>
        LogComparison.UpperTail(tries, share, least).ShouldBe(chance, chance * 0.2);

    private static LogCount Count(int matches, int ordinary)
    {
        var count = new LogCount([.. Options.Patterns.Select(LogsProbeOptions.Compiled)], [.. Options.Ignore.Select(LogsProbeOptions.Compiled)]);
        for (var i = 0; i < matches; i++)
        {
            count.Add("an ERROR it was");
        }

        for (var i = 0; i < ordinary; i++)
        {
            count.Add("all is well");
        }

        count.Watch(TimeSpan.FromMinutes(10));
        return count;
    }
}
