using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Release.Certificates;
using Release.Drivers.Docker;
using Release.Runs;
using Release.Tests.Certificates;

namespace Release.Tests.Docker;

/// <summary>An engine that speaks TLS: whom we trust, whom it trusts, and what is said when one does not.</summary>
public sealed class AskingAnEngineOverTls : IDisposable
{
    private readonly Journal.TemporaryFolder _folder = new();
    private readonly TestAuthority _ours;
    private readonly TestAuthority _others;

    public AskingAnEngineOverTls() => (_ours, _others) = (new(_folder.Root, "ours"), new(_folder.Root, "others"));

    public void Dispose()
    {
        _ours.Dispose();
        _others.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task One_that_trusts_us_and_that_we_trust_answers()
    {
        await using var there = await Start(_ours.Issue("127.0.0.1"));
        using var engine = Engine(there, _ours.Issue("somebody"));

        (await engine.Version(default)).Engine.ShouldBe("20.10.24");
    }

    [Fact]
    public async Task A_certificate_that_does_not_hold_is_described_and_nothing_is_sent()
    {
        await Says(_ours.Issue("127.0.0.1", validFrom: -30, validUntil: -2), "shows a certificate that was valid until 20", "renew it there");
        await Says(_ours.Issue("127.0.0.1", validFrom: 2), "shows a certificate that is valid from 20", "this machine's clock");
        await Says(_ours.Issue("build.example"), "shows a certificate for build.example, and not for 127.0.0.1", "under a name of the certificate");
        await Says(_others.Issue("127.0.0.1"), "shows a certificate from CN=others authority, which is no authority in", "ours-ca.pem");

        async Task Says(TlsFiles shown, params string[] words)
        {
            await using var there = await Start(shown);
            using var engine = Engine(there, _ours.Issue("somebody"));
            var problem = await Should.ThrowAsync<DockerUnavailableException>(() => engine.Version(default));
            words.ShouldAllBe(word => problem.Message.Contains(word), problem.Message);
            problem.Message.ShouldContain($"the Docker Engine at tcp://127.0.0.1:{there.Port}");
            there.Asked.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Where_nobody_speaks_TLS_the_ports_are_told()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await plain.AcceptTcpClientAsync();
            _ = await client.GetStream().ReadAsync(new byte[4096]);
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        });
        using var engine = new DockerEngine(DockerHost.Parse($"tcp://127.0.0.1:{((IPEndPoint)plain.LocalEndpoint).Port}", _ours.Issue("somebody")), TimeProvider.System);

        (await Should.ThrowAsync<DockerUnavailableException>(() => engine.Version(default))).Message.ShouldContain("speaks no TLS at this port (Docker's ports are 2376 with TLS and 2375 without");
        await serving;
    }

    [Fact]
    public void Files_that_cannot_be_used_are_named_before_anything_is_sent()
    {
        var (one, other) = (_ours.Issue("one"), _ours.Issue("other"));
        Refused(one with { Ca = "/nowhere/ca.pem" }, "/nowhere/ca.pem");
        Refused(one with { Ca = one.Key }, "it has no certificate");
        Refused(one with { Key = other.Key }, one.Certificate!);
        Refused(one with { Key = "/nowhere/key.pem" }, "/nowhere/key.pem");

        static void Refused(TlsFiles files, string said)
        {
            var refusal = Should.Throw<ReleaseException>(() => new DockerEngine(DockerHost.Parse("tcp://127.0.0.1:1", files), TimeProvider.System));
            refusal.Message.ShouldContain(said);
            refusal.Status.ShouldBe(ExitStatus.Usage);
        }
    }

    private static async Task<EngineDouble> Start(TlsFiles shown)
    {
        var certificate = X509Certificate2.CreateFromPemFile(shown.Certificate!, shown.Key);
        return await EngineDouble.Start(context => context.Response.WriteAsync("[]"), new HttpsConnectionAdapterOptions
        {
            ServerCertificate = certificate,
            ClientCertificateMode = ClientCertificateMode.RequireCertificate,
            ClientCertificateValidation = (client, _, _) => client.Issuer == "CN=ours authority",
        });
    }

    private static DockerEngine Engine(EngineDouble there, TlsFiles files) => new(DockerHost.Parse($"tcp://127.0.0.1:{there.Port}", files), TimeProvider.System);
}
