using Release.Configuration;

namespace Release.Watching;

/// <summary>
/// Times of day in a time zone, as moments. A day has each once: a time that the clocks skip in spring is made up for by as much
/// later, one that comes twice in autumn counts the first time.
/// </summary>
/// <param name="Zone">The zone.</param>
internal sealed record Schedule(TimeZoneInfo Zone)
{
    /// <summary>The zone of that name; UTC where this machine does not know it any more.</summary>
    public static Schedule Of(string zone) => new(TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : TimeZoneInfo.Utc);

    /// <summary>The last moment of one of these times in (<paramref name="after"/>, <paramref name="until"/>]; null when there is none.</summary>
    public DateTimeOffset? Last(IReadOnlyList<string> times, DateTimeOffset after, DateTimeOffset until) => Between(times, after, until).Select(m => (DateTimeOffset?)m).LastOrDefault();

    /// <summary>The next moment of one of these times after this one; null without times.</summary>
    public DateTimeOffset? Next(IReadOnlyList<string> times, DateTimeOffset after) => Between(times, after, after + TimeSpan.FromDays(2)).Select(m => (DateTimeOffset?)m).FirstOrDefault();

    /// <summary>Every moment of one of these times in (<paramref name="after"/>, <paramref name="until"/>], in order.</summary>
    public IEnumerable<DateTimeOffset> Between(IReadOnlyList<string> times, DateTimeOffset after, DateTimeOffset until)
    {
        var day = DayOf(after).AddDays(-1);
        for (var last = DayOf(until).AddDays(1); day <= last; day = day.AddDays(1))
        {
            foreach (var moment in times.Select(t => At(day, WatchOptions.Parse(t))).Order().Where(m => m > after && m <= until))
            {
                yield return moment;
            }
        }
    }

    /// <summary>The day of a moment.</summary>
    public DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, Zone).DateTime);

    private DateTimeOffset At(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time);
        var about = new DateTimeOffset(local, TimeSpan.Zero);
        var (before, after) = (Zone.GetUtcOffset(about.AddDays(-1)), Zone.GetUtcOffset(about.AddDays(1)));

        // Asked of the moments and not of the local time: what .NET says of a local time that is skipped depends on how the zone's
        // rules are written.
        foreach (var moment in new[] { before, after }.OrderDescending().Select(offset => new DateTimeOffset(local, offset).ToUniversalTime()))
        {
            if (TimeZoneInfo.ConvertTime(moment, Zone).DateTime == local)
            {
                return moment;
            }
        }

        return new DateTimeOffset(local, before).ToUniversalTime();
    }
}
