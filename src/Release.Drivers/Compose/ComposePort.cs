using System.Globalization;

namespace Release.Drivers.Compose;

/// <summary>A TCP port of a service.</summary>
/// <param name="Target">The port in the container.</param>
/// <param name="Published">The port on the host; null when it is not reachable from there, or any free one.</param>
internal sealed record ComposePort(int Target, int? Published)
{
    /// <summary>Reads the short form (<c>8080</c>, <c>8080:80</c>, <c>127.0.0.1:8080:80/tcp</c>); null for what is no TCP port.</summary>
    public static ComposePort? OfText(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && !text[(slash + 1)..].Equals("tcp", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        // An address may stand in front, also one of IPv6 in brackets.
        var ports = (slash < 0 ? text : text[..slash])[(text.LastIndexOf(']') + 1)..].TrimStart(':').Split(':');
        return Number(ports[^1]) is { } target ? new(target, ports.Length > 1 ? Number(ports[^2]) : null) : null;
    }

    /// <summary>Reads the long form (<c>target</c>, <c>published</c>, <c>protocol</c>); null for what is no TCP port.</summary>
    public static ComposePort? OfMap(Func<string, string?> member)
        => member("protocol") is null or "tcp" && member("target") is { } target && Number(target) is { } port
            ? new(port, member("published") is { } published ? Number(published) : null)
            : null;

    // Of a range the first.
    private static int? Number(string text)
        => int.TryParse(text.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535 ? port : null;
}
