using System.Globalization;
using System.Text;

namespace Release.Drivers.Docker;

/// <summary>Where a container wrote a line to.</summary>
public enum LogChannel
{
    /// <summary>Its standard output, or its terminal.</summary>
    Output,

    /// <summary>Its standard error.</summary>
    Error,
}

/// <summary>A line that a container wrote.</summary>
/// <param name="At">When the engine got it; null when the log does not say.</param>
/// <param name="Channel">Where it was written to.</param>
/// <param name="Text">The line as it came, without its end: filter it before anybody sees it. Cut at 64 KiB.</param>
public sealed record LogLine(DateTimeOffset? At, LogChannel Channel, string Text)
{
    internal static LogLine Read(LogChannel channel, ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line.TrimEnd((byte)'\r'));
        var blank = text.IndexOf(' ', StringComparison.Ordinal);
        var stamp = blank < 0 ? text : text[..blank];
        return stamp.Length is >= 20 and <= 40 && DateTimeOffset.TryParse(
            stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? new(at, channel, blank < 0 ? "" : text[(blank + 1)..])
            : new(null, channel, text);
    }
}
