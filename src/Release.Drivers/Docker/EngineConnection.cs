using System.Net.Security;
using System.Net.Sockets;
using Release.Certificates;
using Release.Runs;
using Release.Tools;

namespace Release.Drivers.Docker;

/// <summary>Makes what HTTP to an engine runs over.</summary>
internal static class EngineConnection
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The address that requests name; over a socket or a program it only fills the header.</summary>
    public static Uri BaseAddress(DockerHost host) => host.Transport == DockerTransport.Tcp
        ? new UriBuilder(host.Tls is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps, host.Machine, host.Port ?? -1).Uri
        : new Uri("http://docker/");

    /// <summary>The handler. Connects to nothing yet, but reads the TLS files.</summary>
    /// <param name="host">Where the engine is.</param>
    /// <param name="time">The clock that certificates are judged by.</param>
    /// <param name="tool">Starts <c>ssh</c>; needed for that only.</param>
    /// <exception cref="ReleaseException">The TLS files cannot be read, or this machine cannot speak TLS.</exception>
    public static SocketsHttpHandler Handler(DockerHost host, TimeProvider time, Tool? tool)
    {
        var handler = new SocketsHttpHandler
        {
            // An engine is asked directly: a proxy would see, and could say, everything.
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = Patience,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        };
        switch (host.Transport)
        {
            case DockerTransport.Unix:
                handler.ConnectCallback = async (_, cancellation) => await Open(host.Socket!, cancellation);
                break;
            case DockerTransport.Ssh:
                var ssh = tool ?? throw new ArgumentNullException(nameof(tool), "An engine over SSH needs what starts programs.");
                handler.ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(ssh.Converse(DialStdio(host)));

                // One login for each connection: few, and kept.
                handler.MaxConnectionsPerServer = 4;
                handler.PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5);
                break;
            case DockerTransport.Tcp when host.Tls is { } files:
                handler.SslOptions = Tls(host, files, time);
                break;
            case DockerTransport.Tcp:
            default:
                break;
        }

        return handler;
    }

    /// <summary>
    /// The command that joins its input and output to the engine's socket on the far side; the words are those of
    /// Docker's own client. No password is asked for: nobody sits there.
    /// </summary>
    internal static ToolCommand DialStdio(DockerHost host)
    {
        var words = new List<string> { "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=15", "-T" };
        if (host.User is { } user)
        {
            words.AddRange(["-l", user]);
        }

        if (host.Port is { } port)
        {
            words.AddRange(["-p", $"{port}"]);
        }

        words.AddRange(["--", host.Machine.Trim('[', ']'), "docker"]);
        if (host.Socket is { } socket)
        {
            words.AddRange(["--host", $"unix://{socket}"]);
        }

        return new(host.Ssh, [.. words, "system", "dial-stdio"]);
    }

    private static async Task<NetworkStream> Open(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SslClientAuthenticationOptions Tls(DockerHost host, TlsFiles files, TimeProvider time)
    {
        if (!Sha256.HasOpenSsl)
        {
            // .NET ends the process where it cannot load OpenSSL; what can be said is said before.
            throw new ReleaseException(
                ExitStatus.Failed,
                $"The Docker Engine at {host} is asked over TLS, and this machine has no OpenSSL (libssl.so.3). Nothing was changed.",
                "Install libssl3, or run this command on another machine.");
        }

        try
        {
            return TlsHandshake.Options(host.Machine.Trim('[', ']'), files, time);
        }
        catch (TlsFilesException problem)
        {
            throw new ReleaseException(
                ExitStatus.Usage,
                $"The TLS files of the Docker Engine at {host} cannot be used: {problem.Message.TrimEnd('.')}. Nothing was changed.",
                "Correct ca.pem, cert.pem and key.pem in the folder of the engine's certificates, or the folder in the configuration.");
        }
    }
}
