using System.Net.Sockets;
using Release.Certificates;
using Release.Tools;

namespace Release.Drivers.Docker;

/// <summary>Why an engine gave no answer, as the end of a sentence about it, with what to do: it is read at night.</summary>
internal static class EngineSilence
{
    // What ssh and the programs on the far side say, in the order in which they are looked for. The first match counts: of
    // "permission denied" there are two, and only Docker's own speaks of a socket.
    private static readonly (string Said, Func<DockerHost, string> Means)[] OverSsh =
    [
        ("REMOTE HOST IDENTIFICATION HAS CHANGED", host => $"has another host key than the one that is known: another machine may answer in its place. If it was changed on purpose: ssh-keygen -R {KnownAs(host)}, then {Login(host)}"),
        ("Host key verification failed", host => $"has a host key that is not known here. Log in once by hand and compare it: {Login(host)}"),
        ("Permission denied (", host => $"is not reached: its machine does not let us log in. See that a key without a passphrase (or an agent) is accepted: {Login(host)}"),
        ("Too many authentication failures", host => $"is not reached: its machine does not let us log in. Name the key in ~/.ssh/config; see {Login(host)}"),
        ("Could not resolve hostname", _ => "is on a machine that nobody knows under this name"),
        ("port 22: Connection refused", _ => "is not reached: nothing answers SSH on its machine"),
        ("Connection refused", _ => "is not reached: nothing answers SSH on its machine at this port"),
        ("permission denied while trying to connect", PermissionDenied),
        ("connect: permission denied", PermissionDenied),
        ("docker: command not found", NoClient),
        ("docker: not found", NoClient),
        ("Is the docker daemon running", _ => "does not run: nothing listens at its socket there"),
        ("no such file or directory", _ => "does not run: it has no socket there"),
    ];

    /// <summary>The reason.</summary>
    /// <param name="problem">What was thrown.</param>
    /// <param name="host">The engine.</param>
    /// <param name="limit">How long it had.</param>
    public static string Why(Exception problem, DockerHost host, TimeSpan limit) => problem is OperationCanceledException
        ? $"gave no whole answer within {limit.TotalSeconds:0.#} s"
        : TlsHandshake.Meaning(problem, host.Tls) is { } meaning ? $"{meaning}{TlsAdvice(meaning, host)}"
        : problem.GetBaseException() switch
        {
            SocketException { SocketErrorCode: SocketError.AccessDenied } => "lets this user not in: permission denied at its socket (the user must be root or in the group docker)",
            SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.AddressNotAvailable } => "does not run: nothing listens there",
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } => "is on a machine that nobody knows under this name",
            ToolMissingException missing => $"cannot be asked: {missing.Message}",
            ToolEndedException ended => Ended(ended, host),
            var cause => $"gave no answer: {cause.Message}",
        };

    /// <summary>Whether asking again at once cannot help: it was understood and refused, or takes the limit once more.</summary>
    public static bool IsSettled(Exception? problem) => problem is not null
        && (problem is OperationCanceledException || TlsHandshake.Meaning(problem, null) is not null || problem.GetBaseException() is ToolException or ToolEndedException);

    private static string Ended(ToolEndedException ended, DockerHost host) =>
        OverSsh.FirstOrDefault(one => ended.Words.Contains(one.Said, StringComparison.OrdinalIgnoreCase)) is { Means: { } means }
            ? means(host)
            : $"gave no answer over SSH: {(ended.Words.Length == 0 ? $"{host.Ssh} ended without a word. Try it: {Login(host)} docker version" : Last(ended.Words))}";

    // Banners and warnings come first; what went wrong is said last.
    private static string Last(string words) => words.Length <= 300 ? words : "…" + words[^300..];

    private static string TlsAdvice(string meaning, DockerHost host) =>
        meaning.Contains("speaks no TLS", StringComparison.Ordinal) ? " (Docker's ports are 2376 with TLS and 2375 without; without it leave the certificates out of the configuration)"
        : meaning.Contains("client's certificate", StringComparison.Ordinal) ? $" (it is {host.Tls?.Certificate ?? "none"})"
        : meaning.Contains("a certificate of this client", StringComparison.Ordinal) ? " (cert.pem and key.pem in the folder of the configuration's certificates)"
        : "";

    private static string PermissionDenied(DockerHost host) =>
        $"lets the user not in as whom we log in: permission denied at its socket (there, as root: usermod -aG docker {host.User ?? "USER"})";

    private static string NoClient(DockerHost host) =>
        $"is not reached: on its machine there is no program docker for the user as whom we log in, and that joins us to the engine. See {Login(host)} docker version";

    private static string Login(DockerHost host) =>
        $"ssh {(host.Port is { } port ? $"-p {port} " : "")}{(host.User is { } user ? $"{user}@" : "")}{host.Machine.Trim('[', ']')}";

    // As known_hosts has it: with the port where it is not SSH's own.
    private static string KnownAs(DockerHost host) => host.Port is { } port and not 22 ? $"'[{host.Machine.Trim('[', ']')}]:{port}'" : host.Machine.Trim('[', ']');
}
