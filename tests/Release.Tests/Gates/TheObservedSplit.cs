using Release.Gates;

namespace Release.Tests.Gates;

public sealed class TheObservedSplit
{
    [Theory]
    [InlineData(10, 97, 1000, SplitVerdict.Matches)]
    [InlineData(10, 0, 199, SplitVerdict.NotYet)]
    [InlineData(10, 0, 200, SplitVerdict.Mismatch)]
    [InlineData(10, 20, 200, SplitVerdict.Matches)]
    [InlineData(10, 300, 1000, SplitVerdict.Mismatch)]
    [InlineData(10, 1300, 10000, SplitVerdict.NotYet)]
    [InlineData(10, 13000, 100000, SplitVerdict.Mismatch)]
    [InlineData(10, 1200, 10000, SplitVerdict.Matches)]
    [InlineData(10, double.NaN, double.NaN, SplitVerdict.NotYet)]
    [InlineData(1, 0, 500, SplitVerdict.NotYet)]
    [InlineData(1, 0, 1000, SplitVerdict.NotYet)]
    [InlineData(1, 0, 2500, SplitVerdict.Mismatch)]
    [InlineData(1, 12, 1000, SplitVerdict.Matches)]
    [InlineData(50, 1000, 1000, SplitVerdict.Mismatch)]
    [InlineData(50, 250, 500, SplitVerdict.Matches)]
    [InlineData(99, 1000, 1000, SplitVerdict.NotYet)]
    [InlineData(99, 3000, 3000, SplitVerdict.Mismatch)]
    [InlineData(100, 1000, 1000, SplitVerdict.Matches)]
    [InlineData(100, 999, 1000, SplitVerdict.Mismatch)]
    [InlineData(100, 100, 100, SplitVerdict.NotYet)]
    [InlineData(0, 0, 500, SplitVerdict.Matches)]
    [InlineData(0, 1, 500, SplitVerdict.Mismatch)]
    public void Is_judged_with_a_tolerance_for_chance(int share, double candidate, double requests, SplitVerdict expected) =>
        new SplitCheck(new Percent(share), candidate, requests).Verdict.ShouldBe(expected);

    [Fact]
    public void Reads_as_a_sentence()
    {
        new SplitCheck(new Percent(10), 97, 1000).Sentence.ShouldBe("asked 10 %, observed 9.7 % (97 of 1,000)");
        new SplitCheck(new Percent(10)).Sentence.ShouldBe("asked 10 %, observed no requests");
        new SplitCheck(new Percent(10), 0, 1000).Sentence.ShouldBe("asked 10 %, observed 0 % (0 of 1,000), so it is between 0 % and 0.8 % by 95 %");
    }

    [Fact]
    public void Tells_a_report_all_that_the_counts_say() =>
        new SplitCheck(new Percent(10), 7100, 60000).Detail.ShouldBe(
            "asked 10 %, observed 11.833 % (7,100 of 60,000): it is between 11.4 % and 12.3 % by 95 %, tolerated 8 % to 12 %, evidence against exactly 10 % e^103");

    [Fact]
    public void Adds_up_over_ticks_and_starts_afresh()
    {
        var split = new SplitCheck(new Percent(50)).Add(Scene.Counted(30, 0), Scene.Counted(20, 0)).Add(Scene.Counted(1, 0), Scene.Counted(2, 0));
        (split.Candidate, split.Requests, split.Observed).ShouldBe((22, 53, 22 / 53.0));
        split.Restart().ShouldBe(new SplitCheck(new Percent(50)));
    }

    [Fact]
    public void A_candidate_that_cannot_be_read_is_neither_unreached_nor_a_mismatch()
    {
        var stable = new VariantDelta(new Counters(900, 0, []), 1, []);
        var unread = new SplitCheck(new Percent(10)).Add(stable, new VariantDelta(new Counters(0, 0, []), 0, ["no answer"]));
        (unread.IsUnreached, unread.Verdict).ShouldBe((false, SplitVerdict.NotYet));

        var read = unread.Add(stable, new VariantDelta(new Counters(0, 0, []), 1, []));
        (read.IsUnreached, read.Verdict).ShouldBe((true, SplitVerdict.Mismatch));
    }
}
