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
    [InlineData(10, 1300, 10000, SplitVerdict.Mismatch)]
    [InlineData(10, 1200, 10000, SplitVerdict.Matches)]
    [InlineData(1, 0, 500, SplitVerdict.NotYet)]
    [InlineData(1, 0, 1000, SplitVerdict.Mismatch)]
    [InlineData(1, 12, 1000, SplitVerdict.Matches)]
    [InlineData(50, 1000, 1000, SplitVerdict.Mismatch)]
    [InlineData(50, 250, 500, SplitVerdict.Matches)]
    [InlineData(99, 1000, 1000, SplitVerdict.Mismatch)]
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
    }

    [Fact]
    public void Adds_up_over_ticks_and_starts_afresh()
    {
        var split = new SplitCheck(new Percent(50)).Add(Scene.Counted(30, 0), Scene.Counted(20, 0)).Add(Scene.Counted(1, 0), Scene.Counted(2, 0));
        (split.Candidate, split.Requests, split.Observed).ShouldBe((22, 53, 22 / 53.0));
        split.Restart().ShouldBe(new SplitCheck(new Percent(50)));
    }
}
