using System.Globalization;
using System.Text.RegularExpressions;
using Release.Certificates;

namespace Release.Drivers.Docker;

/// <summary>How an engine is reached.</summary>
public enum DockerTransport
{
    /// <summary>A Unix socket of this machine.</summary>
    Unix,

    /// <summary>TCP, with TLS when there are files for it.</summary>
    Tcp,

    /// <summary>A program on the far side of an SSH connection.</summary>
    Ssh,
}

/// <summary>Where an engine is, in the words of <c>DOCKER_HOST</c>. Only configuration says so: the process's own variables are not read.</summary>
public sealed partial record DockerHost
{
    /// <summary>The engine of this machine, where Docker's own packages put it.</summary>
    public const string Default = "unix:///var/run/docker.sock";

    private DockerHost(string text) => Text = text;

    /// <summary>Gets it as it was written; for messages and for compose's <c>DOCKER_HOST</c>.</summary>
    public string Text { get; }

    /// <summary>Gets the way there.</summary>
    public DockerTransport Transport { get; private init; }

    /// <summary>Gets the socket's path; over SSH that of the far side, null for its usual one.</summary>
    public string? Socket { get; private init; }

    /// <summary>Gets the machine's name or address; empty for a Unix socket.</summary>
    public string Machine { get; private init; } = "";

    /// <summary>Gets the port; null for SSH's own configuration to say.</summary>
    public int? Port { get; private init; }

    /// <summary>Gets who logs in over SSH; null for SSH's own configuration to say.</summary>
    public string? User { get; private init; }

    /// <summary>Gets the TLS files, in <c>DOCKER_CERT_PATH</c> called <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c>; null for plain TCP.</summary>
    public TlsFiles? Tls { get; private init; }

    /// <summary>Gets the program that logs in over SSH; its own configuration says with which key, and which machines it knows.</summary>
    public string Ssh { get; init; } = "ssh";

    /// <summary>Reads <c>unix:///path</c>, <c>tcp://host:port</c> or <c>ssh://user@host:port</c>.</summary>
    /// <param name="text">The address.</param>
    /// <param name="tls">The TLS files, for <c>tcp</c> only.</param>
    /// <exception cref="FormatException">It is none of them; the message says what was expected.</exception>
    public static DockerHost Parse(string text, TlsFiles? tls = null) =>
        TryParse(text, tls, out var host, out var problem) ? host! : throw new FormatException(problem);

    /// <summary>The same, with the problem as a sentence's end: <c>expected …</c>.</summary>
    public static bool TryParse(string text, TlsFiles? tls, out DockerHost? host, out string? problem)
    {
        host = null;
        if (UnixAddress().Match(text) is { Success: true } unix)
        {
            host = new(text) { Transport = DockerTransport.Unix, Socket = unix.Groups["path"].Value };
        }
        else if (NetworkAddress().Match(text) is { Success: true } network)
        {
            var isSsh = network.Groups["scheme"].Value == "ssh";
            var port = network.Groups["port"] is { Success: true } number && int.TryParse(number.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)
                ? parsed
                : (int?)null;
            var socket = network.Groups["path"].Value is { Length: > 1 } path ? path : null;
            var isWhole = port is null or (> 0 and < 65536) && (isSsh || (network.Groups["user"].Length == 0 && socket is null));
            host = !isWhole ? null : new(text)
            {
                Transport = isSsh ? DockerTransport.Ssh : DockerTransport.Tcp,
                Machine = network.Groups["host"].Value,
                Port = port ?? (isSsh ? null : tls is null ? 2375 : 2376),
                User = network.Groups["user"] is { Success: true } user ? user.Value : null,
                Socket = socket,
                Tls = isSsh ? null : tls,
            };
        }

        problem = host is null ? "expected an engine's address such as \"unix:///var/run/docker.sock\", \"tcp://host:2376\" or \"ssh://user@host\""
            : tls is not null && host.Transport != DockerTransport.Tcp ? "TLS files are for a tcp:// address only"
            : tls is { } files && (files.Certificate is null) != (files.Key is null) ? "a certificate and its key go together"
            : null;
        return problem is null;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"^unix://(?<path>/[^\p{C}]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex UnixAddress();

    // No name begins with a dash: ssh would take it for an option.
    [GeneratedRegex(
        @"^(?<scheme>tcp|ssh)://(?:(?<user>[A-Za-z0-9_][A-Za-z0-9_.-]*)@)?(?<host>[A-Za-z0-9][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\])(?::(?<port>[0-9]{1,5}))?(?<path>/[A-Za-z0-9_./-]*)?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex NetworkAddress();
}
