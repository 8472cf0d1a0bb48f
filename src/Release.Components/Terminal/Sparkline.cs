namespace Release.Components.Terminal;

/// <summary>Values over time in a line of small bars; one that reaches its limit is a full bar.</summary>
internal static class Sparkline
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>As many of the newest values as there are cells; a gap where there is none.</summary>
    /// <param name="values">Oldest first.</param>
    /// <param name="limit">What is a full bar, with everything above it.</param>
    /// <param name="cells">The width.</param>
    public static string Of(IReadOnlyList<double?> values, double limit, int cells) =>
        string.Concat(values.TakeLast(cells).Select(v => v is { } value ? Bar(value, limit) : ' '));

    private static char Bar(double value, double limit) => value > limit
        ? Bars[^1]
        : Bars[(int)Math.Round((limit > 0 ? value / limit : 0) * (Bars.Length - 2))];
}
