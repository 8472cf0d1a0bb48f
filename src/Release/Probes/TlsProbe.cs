using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Release.Configuration;

namespace Release.Probes;

/// <summary>A server's certificate is trusted, for this name, and valid for long enough.</summary>
public sealed record TlsProbeOptions : ProbeOptions
{
    /// <summary>Gets the name or address to connect to.</summary>
    [MayHoldPlaceholders]
    public required string Host { get; init; }

    /// <summary>Gets the port.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 443;

    /// <summary>Gets the name that the certificate must be for; by default <see cref="Host"/>.</summary>
    public string? ServerName { get; init; }

    /// <summary>Gets how many days the certificate must stay valid.</summary>
    [Range(0, 3650)]
    public int MinDays { get; init; } = 14;

    /// <summary>Gets a PEM file with the authorities to trust instead of the system's, relative to the repository.</summary>
    [InRepository]
    public string? TrustedCa { get; init; }
}

/// <summary>
/// Shakes hands and judges the certificate itself, so that each thing that is wrong is named. Revocation is not asked
/// for: that needs a third party, whose silence would say nothing about this server. Nor is a missing issuer fetched from
/// where the certificate says: a stranger would choose whom this machine asks.
/// </summary>
internal static class TlsProbe
{
    private const string Renew = "Renew the certificate, or correct what the probe expects.";

    public static async Task<ProbeResult> Look(TlsProbeOptions options, ProbeContext context, CancellationToken cancellation)
    {
        var host = context.Placeholders.Resolve(options.Host);
        var name = options.ServerName ?? host;
        if (string.IsNullOrWhiteSpace(host))
        {
            return new(ProbeVerdict.Unavailable, $"{context.Placeholders.Show(options.Host)}:{options.Port}: the host is empty", "Correct the host.");
        }

        var trusted = new X509Certificate2Collection();
        if (options.TrustedCa is { } file)
        {
            trusted.ImportFromPemFile(context.FullPath(file));
        }

        var presented = new X509Certificate2Collection();
        try
        {
            await Handshake(host, options.Port, name, presented, cancellation);
            return Judge(presented, trusted, name, options.MinDays, context.Time.GetUtcNow());
        }
        catch (Exception problem) when (problem is SocketException or IOException)
        {
            return new(ProbeVerdict.Unavailable, $"{context.Placeholders.Show(options.Host)}:{options.Port} could not be reached: {problem.Message}");
        }
        catch (AuthenticationException problem)
        {
            return new(ProbeVerdict.Fail, $"{context.Placeholders.Show(options.Host)}:{options.Port} does not speak TLS with us: {problem.Message}");
        }
        finally
        {
            foreach (var certificate in presented.Concat(trusted))
            {
                certificate.Dispose();
            }
        }
    }

    private static async Task Handshake(
        string host, int port, string name, X509Certificate2Collection presented, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host, port, cancellation);
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = name,
                CertificateChainPolicy = new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
#pragma warning disable CA5359 // Accepted only to be judged: nothing is sent over this connection.
                RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                {
                    // Copies: what is handed in ends with the handshake. The server's own comes first.
                    foreach (var raw in (chain?.ChainPolicy.ExtraStore ?? []).Prepend(certificate).OfType<X509Certificate>())
                    {
                        presented.Add(X509CertificateLoader.LoadCertificate(raw.GetRawCertData()));
                    }

                    return true;
                },
#pragma warning restore CA5359
            },
            cancellation);
    }

    private static ProbeResult Judge(
        X509Certificate2Collection presented, X509Certificate2Collection trusted, string name, int minDays, DateTimeOffset now)
    {
        if (presented.Count == 0)
        {
            return new(ProbeVerdict.Fail, "the server showed no certificate", Renew);
        }

        var own = presented[0];
        var until = new DateTimeOffset(own.NotAfter.ToUniversalTime(), TimeSpan.Zero);
        var validity = $"valid until {until.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC";
        if (!own.MatchesHostname(name))
        {
            return new(ProbeVerdict.Fail, $"the certificate ({own.Subject}) is not for {name}", Renew);
        }

        if (until < now.AddDays(minDays))
        {
            return new(
                ProbeVerdict.Fail, $"the certificate is {validity}: expected {minDays} days, found {Math.Floor((until - now).TotalDays)}", Renew);
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.ExtraStore.AddRange(presented);
        if (trusted.Count > 0)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        }

        return chain.Build(own)
            ? new(ProbeVerdict.Pass, $"{name}: {validity}")
            : new(
                ProbeVerdict.Fail,
                $"the certificate is not trusted: {string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()))}",
                Renew);
    }
}
