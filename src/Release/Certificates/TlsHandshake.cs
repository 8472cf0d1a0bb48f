using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Release.Output;

namespace Release.Certificates;

/// <summary>The other side's certificate does not hold: nothing was sent to it.</summary>
/// <param name="message">What is wrong with it, as the end of a sentence about who shows it: <c>shows a certificate that …</c>. Filtered.</param>
public sealed class UntrustedCertificateException(string message) : AuthenticationException(message);

/// <summary>How this program shakes hands with a peer over TLS, and what it says when that fails.</summary>
public static class TlsHandshake
{
    private const string NotAccepted = "does not accept this client's certificate";
    private const string Wanted = "wants a certificate of this client, and got none that it could take";

    // What the other side's library says when it does not want our certificate (RFC 8446, 6.2), in OpenSSL's words.
    private static readonly (string Alert, string Why)[] Refusals =
    [
        ("alert certificate required", Wanted),
        ("alert bad certificate", NotAccepted),
        ("alert unsupported certificate", $"{NotAccepted}: it is not one for clients"),
        ("alert certificate revoked", $"{NotAccepted}: it was revoked"),
        ("alert certificate expired", $"{NotAccepted}: it has expired"),
        ("alert certificate unknown", NotAccepted),
        ("alert unknown ca", $"{NotAccepted}: it comes from another authority than its own"),
        ("alert access denied", "knows this client's certificate and does not let it in"),
        ("alert handshake failure", "has no TLS version or cipher in common with this client"),
        ("alert protocol version", "has no TLS version in common with this client"),
        ("Cannot determine the frame size", "speaks no TLS at this port"),
        ("wrong version number", "speaks no TLS at this port"),
    ];

    /// <summary>
    /// What to shake hands with. Revocation is not asked for, and a missing issuer is not fetched: a stranger would choose whom
    /// this machine asks. A certificate that does not hold is an <see cref="UntrustedCertificateException"/>.
    /// </summary>
    /// <param name="host">The name or address that the certificate must be for.</param>
    /// <param name="files">Whom to trust and what to show.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="TlsFilesException">A file cannot be used.</exception>
    public static SslClientAuthenticationOptions Options(string host, TlsFiles files, TimeProvider time)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (files.Authorities() is { } authorities)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return new()
        {
            TargetHost = host,
            CertificateChainPolicy = policy,
            ClientCertificateContext = files.Shown() is var (own, between) ? SslStreamCertificateContext.Create(own, between, offline: true) : null,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => errors is SslPolicyErrors.None
                ? true
                : throw new UntrustedCertificateException(Wrong(certificate as X509Certificate2, chain, errors, host, files, time.GetUtcNow())),
        };
    }

    /// <summary>
    /// What a failed handshake means, as the end of a sentence about the other side (<c>does not accept …</c>); null when it is
    /// no such failure. With TLS 1.3 a refusal of our certificate comes with the first answer only.
    /// </summary>
    /// <param name="problem">What was thrown.</param>
    /// <param name="files">What was shown; null where nothing was, or where only what is certain counts.</param>
    public static string? Meaning(Exception problem, TlsFiles? files)
    {
        for (var at = problem; at is not null; at = at.InnerException)
        {
            if (at is UntrustedCertificateException untrusted)
            {
                return untrusted.Message;
            }

            if (Refusals.FirstOrDefault(refusal => at.Message.Contains(refusal.Alert, StringComparison.Ordinal)) is { Why: { } why })
            {
                // Go's servers call a missing one a bad one.
                return files?.Certificate is null && why.StartsWith(NotAccepted, StringComparison.Ordinal) ? Wanted : why;
            }
        }

        // A server that hangs up with data of ours unread resets the connection, and its alert is lost on the way.
        return files is not null && problem.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown }
            ? $"ended the connection before it answered, as one does that {(files.Certificate is null ? Wanted : NotAccepted)}"
            : null;
    }

    private static string Wrong(X509Certificate2? own, X509Chain? chain, SslPolicyErrors errors, string host, TlsFiles files, DateTimeOffset now) =>
        own is null ? "shows no certificate"
        : Utc(own.NotAfter) is var until && until < now ? $"shows a certificate that was valid until {Shown(until)}: renew it there"
        : Utc(own.NotBefore) is var from && from > now ? $"shows a certificate that is valid from {Shown(from)} on: correct this machine's clock, or the certificate"
        : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $"shows a certificate for {Names(own)}, and not for {host}: ask it under a name of the certificate, or have one made for this name"
        : $"shows a certificate from {TerminalText.Line(own.Issuer, 100)}, which is no authority {(files.Ca is { } ca ? $"in {ca}" : "that this machine trusts")} ({Status(chain)}): if the right one answers, trust the authority that it has now";

    private static string Status(X509Chain? chain) =>
        chain?.ChainStatus is { Length: > 0 } all ? TerminalText.Line(string.Join(", ", all.Select(status => status.Status)), 100) : "it cannot be followed to one";

    private static string Names(X509Certificate2 own)
    {
        var alternatives = own.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString()))).ToList();
        return TerminalText.Line(alternatives.Count > 0 ? string.Join(", ", alternatives) : own.Subject, 150);
    }

    private static DateTimeOffset Utc(DateTime local) => new(local.ToUniversalTime(), TimeSpan.Zero);

    private static string Shown(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
