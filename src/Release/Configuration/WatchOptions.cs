using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Release.Configuration;

/// <summary>How a version is watched after it was promoted: by a tender, a cron job or a scheduled workflow that tends.</summary>
public sealed record WatchOptions : ICheckedOptions
{
    /// <summary>Gets for how long.</summary>
    public TimeSpan For { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Gets the time between two looks at counters, life and alerts.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets the times of day at which the smoke tests are made (<c>"08:00"</c>).</summary>
    [RegularExpression(TimeOfDay, ErrorMessage = TimeText)]
    public IReadOnlyList<string> Smoke { get; init; } = [];

    /// <summary>Gets the times of day from which the gate's limits are held against <see cref="GateOver"/> of requests (<c>"09:00"</c>).</summary>
    [RegularExpression(TimeOfDay, ErrorMessage = TimeText)]
    public IReadOnlyList<string> Gate { get; init; } = [];

    /// <summary>Gets for how long such a gate counts.</summary>
    public TimeSpan GateOver { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets the time of day at which a day is summed up.</summary>
    [RegularExpression(TimeOfDay, ErrorMessage = TimeText)]
    public string Summary { get; init; } = "00:00";

    /// <summary>Gets the time zone of these times (<c>"Europe/Berlin"</c>).</summary>
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9/_+-]{0,63}", ErrorMessage = "the name of a time zone such as \"Europe/Berlin\"")]
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Gets how much of stable's past before the release the figures are compared with.</summary>
    public TimeSpan Baseline { get; init; } = TimeSpan.FromHours(1);

    internal const string TimeOfDay = "([01][0-9]|2[0-3]):[0-5][0-9]";
    internal const string TimeText = "a time of day from \"00:00\" to \"23:59\"";

    /// <summary>A time of day.</summary>
    internal static TimeOnly Parse(string time) => TimeOnly.ParseExact(time, "HH:mm", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (TimeZone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            yield return new("timeZone", $"there is no time zone {OptionText.Found(TimeZone)} on this machine");
        }

        if (Every > For)
        {
            yield return new("every", "expected no longer than \"for\"", "for");
        }
    }
}
