using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Release.Probes;

namespace Release.Tests.Probes;

public sealed class LookingAtConnections : IDisposable
{
    private static readonly DateTimeOffset Today = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Looking _looking = new() { Time = new StandingClock(Today) };
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public LookingAtConnections() => _listener.Start();

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        _looking.Dispose();
    }

    [Fact]
    public Task A_port_that_accepts_passes()
        => _looking.Pass(new TcpProbeOptions { Id = "tcp", Type = "tcp", Host = "127.0.0.1", Port = Port });

    [Fact]
    public async Task A_port_that_refuses_fails()
    {
        var port = Port;
        _listener.Stop();
        await _looking.Fail(new TcpProbeOptions { Id = "tcp", Type = "tcp", Host = "127.0.0.1", Port = port }, $"127.0.0.1:{port} refuses connections");
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_does_not_pass()
    {
        var result = await _looking.Look(new TcpProbeOptions { Id = "tcp", Type = "tcp", Host = "name.invalid", Port = 1 });
        result.Verdict.ShouldBe(ProbeVerdict.Unavailable);
        result.Detail.ShouldStartWith("name.invalid:1 could not be reached");
    }

    [Fact]
    public async Task A_trusted_certificate_for_the_name_passes()
    {
        using var certificate = Certificate("localhost", Today.AddDays(-1), Today.AddDays(30));
        await Serve(certificate, () => _looking.Pass(Tls(certificate)));
    }

    [Fact]
    public async Task A_certificate_of_a_stranger_fails()
    {
        using var certificate = Certificate("localhost", Today.AddDays(-1), Today.AddDays(30));
        await Serve(certificate, () => _looking.Fail(Tls(null), "the certificate is not trusted"));
    }

    [Fact]
    public async Task A_certificate_for_another_name_fails()
    {
        using var certificate = Certificate("example.org", Today.AddDays(-1), Today.AddDays(30));
        await Serve(certificate, () => _looking.Fail(Tls(certificate), "(CN=example.org) is not for localhost"));
    }

    [Fact]
    public async Task A_certificate_that_ends_soon_fails()
    {
        using var certificate = Certificate("localhost", Today.AddDays(-1), Today.AddDays(13));
        await Serve(certificate, () => _looking.Fail(Tls(certificate), "valid until 2030-01-14 00:00 UTC: expected 14 days, found 13"));
        await Serve(certificate, () => _looking.Pass(Tls(certificate) with { MinDays = 13 }));
    }

    [Fact]
    public async Task A_certificate_that_is_not_valid_yet_fails()
    {
        using var certificate = Certificate("localhost", Today.AddDays(1), Today.AddDays(30));
        await Serve(certificate, () => _looking.Fail(Tls(certificate), "the certificate is not trusted"));
    }

    [Fact]
    public async Task A_server_that_hangs_up_is_unavailable()
    {
        var looking = _looking.Look(Tls(null));
        using (await _listener.AcceptTcpClientAsync())
        {
            // Closed at once.
        }

        (await looking).Verdict.ShouldBe(ProbeVerdict.Unavailable);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_unavailable()
    {
        using var looking = new Looking();
        var result = looking.Look(Tls(null) with { Timeout = TimeSpan.FromSeconds(0.3) });
        using var silent = await _listener.AcceptTcpClientAsync();
        (await result).ShouldBe(new(ProbeVerdict.Unavailable, "no answer within 300ms", "Look at the peer, or raise the probe's timeout."));
    }

    [Fact]
    public Task A_name_that_resolves_passes() => _looking.Pass(Dns("localhost"));

    [Fact]
    public Task The_expected_address_passes() => _looking.Pass(Dns("127.0.0.1", "127.0.0.1"));

    [Fact]
    public Task Another_address_fails() => _looking.Fail(Dns("127.0.0.1", "10.0.0.1"), "127.0.0.1 is 127.0.0.1: expected 10.0.0.1");

    [Fact]
    public async Task A_name_that_is_not_there_never_passes()
        => (await _looking.Look(Dns("name.invalid"))).Verdict.ShouldNotBe(ProbeVerdict.Pass);

    private static DnsProbeOptions Dns(string name, params string[] addresses)
        => new() { Id = "dns", Type = "dns", Name = name, Addresses = addresses };

    private static X509Certificate2 Certificate(string name, DateTimeOffset from, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(from, until);
    }

    private TlsProbeOptions Tls(X509Certificate2? trusted)
    {
        if (trusted is not null)
        {
            File.WriteAllText(Path.Combine(_looking.Root, "ca.pem"), trusted.ExportCertificatePem());
        }

        return new()
        {
            Id = "tls",
            Type = "tls",
            Host = "127.0.0.1",
            ServerName = "localhost",
            Port = Port,
            TrustedCa = trusted is null ? null : "ca.pem",
        };
    }

    private async Task Serve(X509Certificate2 certificate, Func<Task> look)
    {
        var serving = Task.Run(async () =>
        {
            using var client = await _listener.AcceptTcpClientAsync();
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsServerAsync(certificate);
            await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
        });
        await look();
        await serving;
    }
}
