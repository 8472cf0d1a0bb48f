using Release.Watching;

namespace Release.Tests.Watching;

/// <summary>When "08:00" is, in a zone whose clocks change.</summary>
public class TimesOfDay
{
    private static readonly Schedule Berlin = Schedule.Of("Europe/Berlin");

    [Fact]
    public void A_time_of_day_comes_once_a_day()
    {
        Berlin.Between(["08:00"], At("2026-06-01T00:00Z"), At("2026-06-04T00:00Z"))
            .ShouldBe([At("2026-06-01T06:00Z"), At("2026-06-02T06:00Z"), At("2026-06-03T06:00Z")]);
        Berlin.Between(["20:00", "08:00"], At("2026-06-01T00:00Z"), At("2026-06-02T00:00Z")).ShouldBe([At("2026-06-01T06:00Z"), At("2026-06-01T18:00Z")]);
    }

    [Fact]
    public void It_stays_that_time_when_the_clocks_change()
    {
        Berlin.Between(["08:00"], At("2026-03-28T00:00Z"), At("2026-03-31T00:00Z")).ShouldBe([At("2026-03-28T07:00Z"), At("2026-03-29T06:00Z"), At("2026-03-30T06:00Z")]);
        Berlin.Between(["08:00"], At("2026-10-24T00:00Z"), At("2026-10-27T00:00Z")).ShouldBe([At("2026-10-24T06:00Z"), At("2026-10-25T07:00Z"), At("2026-10-26T07:00Z")]);
    }

    [Fact]
    public void A_time_that_the_clocks_skip_is_made_up_for_and_one_that_comes_twice_counts_once()
    {
        Berlin.Between(["02:30"], At("2026-03-28T12:00Z"), At("2026-03-30T12:00Z")).ShouldBe([At("2026-03-29T01:30Z"), At("2026-03-30T00:30Z")]);
        Berlin.Between(["02:30"], At("2026-10-24T12:00Z"), At("2026-10-26T12:00Z")).ShouldBe([At("2026-10-25T00:30Z"), At("2026-10-26T01:30Z")]);
    }

    [Fact]
    public void Midnight_may_be_what_the_clocks_skip() =>
        Schedule.Of("America/Asuncion").Between(["00:00"], At("2023-09-30T12:00Z"), At("2023-10-02T12:00Z")).ShouldBe([At("2023-10-01T04:00Z"), At("2023-10-02T03:00Z")]);

    [Fact]
    public void The_end_belongs_to_it_and_the_beginning_does_not()
    {
        Berlin.Last(["08:00"], At("2026-06-01T06:00Z"), At("2026-06-02T06:00Z")).ShouldBe(At("2026-06-02T06:00Z"));
        Berlin.Last(["08:00"], At("2026-06-01T06:00Z"), At("2026-06-02T05:59Z")).ShouldBeNull();
        Berlin.Next(["08:00"], At("2026-06-01T06:00Z")).ShouldBe(At("2026-06-02T06:00Z"));
        Berlin.Next([], At("2026-06-01T06:00Z")).ShouldBeNull();
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
