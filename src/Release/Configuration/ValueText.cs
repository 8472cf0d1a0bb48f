using System.Globalization;
using System.Text.RegularExpressions;

namespace Release.Configuration;

/// <summary>Values that a configuration writes as text with their unit.</summary>
public static partial class ValueText
{
    /// <summary>The longest that a timer can wait is a little more.</summary>
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(49);

    /// <summary>Reads a duration (<c>"30s"</c>, <c>"300ms"</c>, <c>"10m"</c>, <c>"2h"</c>, <c>"1d"</c>), 0 to 49 days.</summary>
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (!TryNumber(Duration().Match(text), out var number, out var unit))
        {
            return false;
        }

        var ticks = unit switch
        {
            "ms" => TimeSpan.TicksPerMillisecond,
            "s" => TimeSpan.TicksPerSecond,
            "m" => TimeSpan.TicksPerMinute,
            "h" => TimeSpan.TicksPerHour,
            _ => TimeSpan.TicksPerDay,
        } * number;
        if (ticks > LongestDuration.Ticks)
        {
            return false;
        }

        duration = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    /// <summary>Reads a share (<c>"1%"</c>, <c>"0.5%"</c>), 0 to 100.</summary>
    public static bool TryPercent(string text, out Percent percent)
    {
        var fits = TryNumber(Share().Match(text), out var number, out _) && number <= 100;
        percent = fits ? new(number) : Percent.Zero;
        return fits;
    }

    /// <summary>Reads a size in bytes (<c>"500MB"</c>; decimal kB, MB, GB, TB, binary KiB, MiB, GiB, TiB).</summary>
    public static bool TrySize(string text, out long bytes)
    {
        bytes = 0;
        if (!TryNumber(Size().Match(text), out var number, out var unit))
        {
            return false;
        }

        var factor = unit.Contains('i', StringComparison.Ordinal) ? 1024m : 1000m;
        var power = unit.Length == 1 ? 0 : "kMGT".IndexOf(unit[0] == 'K' ? 'k' : unit[0], StringComparison.Ordinal) + 1;
        for (; power > 0; power--)
        {
            number *= factor;
        }

        if (number > long.MaxValue)
        {
            return false;
        }

        bytes = (long)number;
        return true;
    }

    /// <summary>Writes a duration as a configuration would: <c>90s</c>, <c>250ms</c>, <c>2h</c>.</summary>
    public static string Of(TimeSpan duration)
    {
        var (amount, unit) = duration switch
        {
            _ when duration == TimeSpan.Zero => (0, "s"),
            _ when duration.Ticks % TimeSpan.TicksPerDay == 0 => (duration.TotalDays, "d"),
            _ when duration.Ticks % TimeSpan.TicksPerHour == 0 => (duration.TotalHours, "h"),
            _ when duration.Ticks % TimeSpan.TicksPerMinute == 0 => (duration.TotalMinutes, "m"),
            _ when duration < TimeSpan.FromSeconds(1) => (duration.TotalMilliseconds, "ms"),
            _ => (duration.TotalSeconds, "s"),
        };
        return amount.ToString("0.###", CultureInfo.InvariantCulture) + unit;
    }

    /// <summary>Whether a text is a value of one of the forms.</summary>
    internal static bool Has(string text, ValueForms forms)
        => (forms.HasFlag(ValueForms.Duration) && TryDuration(text, out _))
            || (forms.HasFlag(ValueForms.Percent) && TryPercent(text, out _))
            || (forms.HasFlag(ValueForms.Size) && TrySize(text, out _))
            || (forms.HasFlag(ValueForms.Number) && TryNumber(text, out _));

    /// <summary>Reads a bare number (<c>"100"</c>, <c>"-0.5"</c>, <c>"1e6"</c>); false for anything else, also for one without bound.</summary>
    public static bool TryNumber(string text, out double number)
        => double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);

    /// <summary>What is expected, in the words of an error.</summary>
    internal static string Expected(ValueForms forms)
    {
        var kinds = new List<string>();
        if (forms.HasFlag(ValueForms.Duration))
        {
            kinds.Add("a duration such as \"30s\"");
        }

        if (forms.HasFlag(ValueForms.Size))
        {
            kinds.Add("a size such as \"500MB\"");
        }

        if (forms.HasFlag(ValueForms.Percent))
        {
            kinds.Add("a percentage such as \"1%\"");
        }

        if (forms.HasFlag(ValueForms.Number))
        {
            kinds.Add("a number such as \"100\"");
        }

        return string.Join(" or ", kinds);
    }

    /// <summary>The value that was probably meant (<c>5</c>, <c>"10 min"</c>, <c>"1 %"</c>), or null when that is a guess.</summary>
    internal static string? Meant(string text, ValueForms forms)
    {
        var match = Loose().Match(text);
        var (number, unit) = (match.Groups[1].Value, match.Groups[2].Value);
        var written = number + unit.ToLowerInvariant() switch
        {
            "" => forms == ValueForms.Duration ? "s" : forms == ValueForms.Percent ? "%" : "",
            "ms" or "msec" or "millis" or "milliseconds" => "ms",
            "s" or "sec" or "secs" or "second" or "seconds" => "s",
            "m" or "min" or "mins" or "minute" or "minutes" => "m",
            "h" or "hr" or "hour" or "hours" => "h",
            "d" or "day" or "days" => "d",
            "%" or "pct" or "percent" => "%",
            "b" => "B",
            "k" or "kb" => "kB",
            "mb" => "MB",
            "g" or "gb" => "GB",
            "t" or "tb" => "TB",
            _ => "",
        };
        return match.Success && Has(written, forms) && !IsZero(number) ? written : null;
    }

    private static bool IsZero(string number) => decimal.Parse(number, CultureInfo.InvariantCulture) == 0;

    private static bool TryNumber(Match match, out decimal number, out string unit)
    {
        number = match.Success ? decimal.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
        unit = match.Groups[2].Value;
        return match.Success;
    }

    [GeneratedRegex(@"\A([0-9]{1,12}(?:\.[0-9]{1,3})?) ?([A-Za-z%]{0,12})\z")]
    private static partial Regex Loose();

    [GeneratedRegex(@"\A([0-9]{1,12}(?:\.[0-9]{1,6})?)(ms|s|m|h|d)\z")]
    private static partial Regex Duration();

    [GeneratedRegex(@"\A([0-9]{1,3}(?:\.[0-9]{1,6})?)(%)\z")]
    private static partial Regex Share();

    [GeneratedRegex(@"\A([0-9]{1,15}(?:\.[0-9]{1,3})?)(B|[kMGT]B|[KMGT]iB)\z")]
    private static partial Regex Size();
}
