using System.Globalization;

namespace Release.Drivers.Prometheus;

/// <summary>Values as PromQL writes them.</summary>
internal static class PromText
{
    /// <summary>A duration: whole minutes, whole seconds, or milliseconds.</summary>
    public static string Duration(TimeSpan time) => (time.Ticks % TimeSpan.TicksPerMinute, time.Ticks % TimeSpan.TicksPerSecond) switch
    {
        (0, _) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0}m"),
        (_, 0) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalMilliseconds):0}ms"),
    };

    /// <summary>A number.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
