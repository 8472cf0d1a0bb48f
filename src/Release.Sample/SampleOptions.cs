using System.Globalization;
using System.Net;

namespace Release.Sample;

/// <summary>How an instance of the sample service is started.</summary>
internal sealed record SampleOptions
{
    /// <summary>Faults from the environment, comma separated, before those of the command line.</summary>
    public const string FaultsVariable = "RELEASE_SAMPLE_FAULTS";

    public const string Usage = "usage: Release.Sample --port <0-65535> [--address <ip>] [--below <path>] [--fault <fault>]...";

    /// <summary>The port to listen on; 0 lets the system choose, which only a test can make use of.</summary>
    public required int Port { get; init; }

    /// <summary>Where it listens: only this machine reaches it, unless it stands in a container.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Below which path it answers, too: that of a gateway which passes paths on unchanged; empty for none.</summary>
    public PathString Below { get; init; }

    public Faults Faults { get; init; } = Faults.None;

    /// <summary>What is wrong with the arguments, or null and the options.</summary>
    public static string? Parse(IReadOnlyList<string> arguments, string? faultsOfEnvironment, out SampleOptions? options)
    {
        options = null;
        int? port = null;
        var address = IPAddress.Loopback;
        var below = "";
        var specifications = new List<string>(
            faultsOfEnvironment?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? []);
        for (var index = 0; index < arguments.Count; index++)
        {
            var (name, value) = Split(arguments, ref index);
            if (value is null)
            {
                return $"{name}: is not an option, or its value is missing\n{Usage}";
            }

            if (name == "--fault")
            {
                specifications.Add(value);
            }
            else if (name == "--port"
                && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number <= 65535)
            {
                port = number;
            }
            else if (name == "--address" && IPAddress.TryParse(value, out var parsed))
            {
                address = parsed;
            }
            else if (name == "--below" && value.StartsWith('/') && value.Length > 1)
            {
                below = value.TrimEnd('/');
            }
            else
            {
                return $"{name} {value}: is not understood\n{Usage}";
            }
        }

        if (port is null)
        {
            return $"--port: is required\n{Usage}";
        }

        if (Faults.Parse(specifications, out var faults) is { } error)
        {
            return error;
        }

        options = new SampleOptions { Port = port.Value, Address = address, Below = below, Faults = faults };
        return null;
    }

    private static (string Name, string? Value) Split(IReadOnlyList<string> arguments, ref int index)
    {
        var argument = arguments[index];
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        if (argument.StartsWith("--", StringComparison.Ordinal) && equals > 0)
        {
            return (argument[..equals], argument[(equals + 1)..]);
        }

        return index + 1 < arguments.Count ? (argument, arguments[++index]) : (argument, null);
    }
}
