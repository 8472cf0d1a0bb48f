using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Release.Certificates;

namespace Release.Tests.Certificates;

/// <summary>An authority of the test's own, which makes certificates for servers and clients alike, as PEM files in a folder.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly string _folder;
    private readonly string _name;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private int _issued;

    public TestAuthority(string folder, string name)
    {
        (_folder, _name) = (folder, name);
        var request = new CertificateRequest($"CN={name} authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-10), DateTimeOffset.UtcNow.AddYears(10));
        File = Path.Combine(folder, $"{name}-ca.pem");
        System.IO.File.WriteAllText(File, _certificate.ExportCertificatePem());
    }

    /// <summary>Gets the file of its own certificate.</summary>
    public string File { get; }

    /// <summary>Makes a certificate for a name or an address; by default one that is valid now. Its files, with this authority as the trusted one.</summary>
    public TlsFiles Issue(string name, int validFrom = -1, int validUntil = 30)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var now = DateTimeOffset.UtcNow;
        var generator = X509SignatureGenerator.CreateForECDsa(_key);
        using var made = request.Create(_certificate.SubjectName, generator, now.AddDays(validFrom), now.AddDays(validUntil), RandomNumberGenerator.GetBytes(8));
        var path = Path.Combine(_folder, $"{_name}-{++_issued}");
        System.IO.File.WriteAllText($"{path}.pem", made.ExportCertificatePem());
        System.IO.File.WriteAllText($"{path}-key.pem", key.ExportPkcs8PrivateKeyPem());
        return new(File, $"{path}.pem", $"{path}-key.pem");
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}
