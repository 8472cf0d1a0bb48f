using System.Globalization;

namespace Release.Gateway.Admin;

/// <summary>Where a target is: a host name or address with a port, 8000 when none is given, as in Kong.</summary>
internal readonly record struct TargetAddress(string Host, int Port)
{
    private const int DefaultPort = 8000;

    public static bool TryParse(string text, out TargetAddress address)
    {
        var (host, port) = Split(text);
        var isValid = Uri.CheckHostName(host.Trim('[', ']')) != UriHostNameType.Unknown;
        address = new TargetAddress(host, DefaultPort);
        if (port is null || !isValid)
        {
            return isValid;
        }

        isValid = int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535;
        address = new TargetAddress(host, number);
        return isValid;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    private static (string Host, string? Port) Split(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon < 0 || text.EndsWith(']') ? (text, null) : (text[..colon], text[(colon + 1)..]);
    }
}
