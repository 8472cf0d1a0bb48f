using System.Globalization;
using System.Net;

namespace Release.Gateway;

/// <summary>How the gateway is started.</summary>
internal sealed record GatewayOptions
{
    public const string Usage =
        "usage: Release.Gateway --state <folder> --proxy-port <0-65535> --admin-port <0-65535> [--address <ip>] [--dbless]";

    /// <summary>Where <c>config.json</c> and <c>gateway.json</c> live; one gateway at a time.</summary>
    public required string State { get; init; }

    /// <summary>The port that takes traffic; 0 lets the system choose.</summary>
    public required int ProxyPort { get; init; }

    /// <summary>The port of the Admin API; 0 lets the system choose.</summary>
    public required int AdminPort { get; init; }

    /// <summary>Where both listen: only this machine reaches them, unless it stands in a container.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>As Kong without a database: entities change only by a whole declarative file sent to <c>/config</c>.</summary>
    public bool DbLess { get; init; }

    /// <summary>How long in-flight requests may take to finish after SIGTERM.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What is wrong with the arguments, or null and the options.</summary>
    public static string? Parse(IReadOnlyList<string> arguments, out GatewayOptions? options)
    {
        options = null;
        string? state = null;
        int? proxy = null;
        int? admin = null;
        var address = IPAddress.Loopback;
        var dbLess = false;
        for (var index = 0; index < arguments.Count; index++)
        {
            var name = arguments[index];
            if (name == "--dbless")
            {
                dbLess = true;
                continue;
            }

            var value = ++index < arguments.Count ? arguments[index] : null;
            var understood = name switch
            {
                "--state" => (state = value) is { Length: > 0 },
                "--proxy-port" => (proxy = Port(value)) is not null,
                "--admin-port" => (admin = Port(value)) is not null,
                "--address" => IPAddress.TryParse(value, out address!),
                _ => false,
            };
            if (!understood)
            {
                return $"{name} {value}: is not understood\n{Usage}";
            }
        }

        if (state is null || proxy is null || admin is null)
        {
            return $"--state, --proxy-port and --admin-port are required\n{Usage}";
        }

        options = new GatewayOptions
        {
            State = Path.GetFullPath(state),
            ProxyPort = proxy.Value,
            AdminPort = admin.Value,
            Address = address,
            DbLess = dbLess,
        };
        return null;
    }

    private static int? Port(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535 ? port : null;
}
