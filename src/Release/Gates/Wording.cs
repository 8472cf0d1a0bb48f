using System.Globalization;

namespace Release.Gates;

/// <summary>How numbers read in the gate's sentences.</summary>
internal static class Wording
{
    public static string Share(double fraction) => (fraction * 100).ToString("0.###", CultureInfo.InvariantCulture) + " %";

    public static string Count(double count) => count.ToString("#,0.##", CultureInfo.InvariantCulture);

    public static string Of(double part, double all) =>
        all > 0 ? $"{Share(part / all)} ({Count(part)} of {Count(all)})" : "no requests";

    public static string Duration(TimeSpan duration) => Seconds(duration.TotalSeconds);

    public static string Seconds(double seconds) => seconds switch
    {
        < 1 => (seconds * 1000).ToString("0.###", CultureInfo.InvariantCulture) + "ms",
        < 120 => seconds.ToString("0.##", CultureInfo.InvariantCulture) + "s",
        _ => (seconds / 60).ToString("0.#", CultureInfo.InvariantCulture) + " min",
    };
}
