using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Newtonsoft.Json.Linq;
using Release.Configuration;
using Release.Probes;
using Release.Tests.Probes;

namespace Release.Tests.Peers;

/// <summary>Whatever answers a probe: in time, in bounds, and no pass.</summary>
public sealed class ProbingHostileServers
{
    // For answers that never end; what comes to an end is waited for, on a busy machine too.
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public Task No_answer_passes() => HostileAnswers.Each(HostileAnswers.All, async (server, _) =>
    {
        var result = await Look(server, Get(Http("/a") with { Timeout = Short }, "$.data", "[]"));
        result.Verdict.ShouldNotBe(ProbeVerdict.Pass);
        result.Detail.ShouldBeFitToShow();
        if (!result.Detail.StartsWith("no answer within", StringComparison.Ordinal))
        {
            result.Detail.ShouldContain(server.Address.Authority);
        }

        server.Sent.ShouldBeLessThan(12 * 1024 * 1024);
        server.Asked.Count.ShouldBeLessThanOrEqualTo(6);
    });

    [Fact]
    public Task A_request_with_an_effect_is_sent_once() => HostileAnswers.Each(HostileAnswers.All, async (server, _) =>
    {
        var result = await Look(server, Get(Http("/a") with { Method = "POST", Body = "{}", Timeout = TimeSpan.FromSeconds(5) }, "$.data", "[]"));
        result.Verdict.ShouldNotBe(ProbeVerdict.Pass);
        server.Asked.Count.ShouldBe(1);
    });

    [Theory]
    [InlineData("{\"a\":9007199254740993}", "9007199254740992")]
    [InlineData("{\"a\":123456789012345678901234567890}", "123456789012345678901234567891")]
    [InlineData("{\"a\":1e999}", "1")]
    [InlineData("{\"a\":2,\"a\":1}", "1")]
    [InlineData("{\"a\":1} {\"a\":2}", "1")]
    [InlineData("{\"a\":1}trailing", "1")]
    [InlineData("{'a':1}", "1")]
    [InlineData("{\"a\":1,}", "1")]
    [InlineData("/* fine */{\"a\":1}", "1")]
    [InlineData("{\"a\":0x1}", "1")]
    [InlineData("{\"a\":\"1\"}", "1")]
    public async Task Nearly_the_expected_value_is_not_the_expected_value(string body, string expected)
    {
        await using var server = new HostileServer(e => e.Answer(200, body));
        (await Look(server, Get(Http("/"), "$.a", expected))).Verdict.ShouldBe(ProbeVerdict.Fail);
    }

    [Theory]
    [InlineData("\uFEFF{\"a\":1}", "1")]
    [InlineData("{\"a\":1.0}", "1")]
    [InlineData("{\"a\":18446744073709551616}", "18446744073709551616")]
    public async Task The_expected_value_in_other_words_passes(string body, string expected)
    {
        await using var server = new HostileServer(e => e.Answer(200, body, "Content-Type: text/html\r\n"));
        var result = await Look(server, Get(Http("/"), "$.a", expected));
        result.Verdict.ShouldBe(ProbeVerdict.Pass, result.Detail);
    }

    [Fact]
    public async Task A_secret_that_is_cut_off_is_still_masked()
    {
        await using var server = new HostileServer(e => e.Answer(401, new string('x', 195) + "hunter2000"));
        using var looking = new Looking { BaseAddress = server.Address };
        var result = await looking.Look(Http("/") with { Headers = new Dictionary<string, string> { ["X-Key"] = "${env:TOKEN}" } });
        result.Detail.ShouldNotContain("hunt");
    }

    [Fact]
    public Task TLS_with_what_speaks_none_of_it_never_passes() => HostileAnswers.Each(
        new Dictionary<string, Func<Exchange, Task>>
        {
            ["HTTP"] = e => e.Send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nThis is the plain port"),
            ["SSH"] = e => e.Send("SSH-2.0-OpenSSH_9.2\r\n"),
            ["an alert"] = e => e.Send([0x15, 3, 3, 0, 2, 2, 40]),
            ["a record a byte now and then"] = e => e.Forever([0x16], TimeSpan.FromMilliseconds(20)),
            ["records without end"] = e => e.Forever([0x16, 3, 3, 0x40, 0, .. new byte[0x4000]]),
            ["silence"] = e => e.Silence(),
        },
        async (server, _) =>
        {
            // The server waits for the end of a request's head before it answers; a client's hello has none.
            server.AnswersAtOnce = true;
            using var looking = new Looking();
            var result = await looking.Look(Tls(server.Address.Port) with { Timeout = Short });
            result.Verdict.ShouldNotBe(ProbeVerdict.Pass);
            result.Detail.ShouldBeFitToShow();
        });

    [Fact]
    public async Task A_certificate_that_says_where_its_issuer_is_makes_nobody_ask_there()
    {
        await using var issuer = new HostileServer(e => e.Silence());
        var now = DateTimeOffset.UtcNow;
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=\e[31mEvil\u202E CA", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var root = authority.CreateSelfSigned(now.AddDays(-1), now.AddDays(100));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [new Uri(issuer.Address, "ca.crt").ToString()]));
        using var signed = request.Create(root, now.AddDays(-1), now.AddDays(90), [1, 2, 3]);
        using var certificate = signed.CopyWithPrivateKey(key);

        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var stream = new SslStream(client.GetStream());

            // Offline: the server would ask for its issuer, too.
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true) });
            _ = await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
        });
        using var looking = new Looking();
        var result = await looking.Look(Tls(((IPEndPoint)listener.LocalEndpoint).Port) with { Timeout = TimeSpan.FromSeconds(30) });
        await serving;

        result.Verdict.ShouldBe(ProbeVerdict.Fail, result.Detail);
        result.Detail.ShouldStartWith("the certificate is not trusted");
        issuer.Connections.ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\0b")]
    [InlineData("name with blanks.invalid")]
    [InlineData("\e[31m\u202E::error::.invalid")]
    [InlineData("0.0.0.0.0.0")]
    public async Task A_name_that_is_none_is_never_this_machine(string name)
    {
        using var looking = new Looking();
        foreach (var options in new ProbeOptions[]
        {
            new DnsProbeOptions { Id = "dns", Type = "dns", Name = name },
            new DnsProbeOptions { Id = "dns", Type = "dns", Name = name + new string('x', 300) },
            new TcpProbeOptions { Id = "tcp", Type = "tcp", Host = name, Port = 1 },
            new TlsProbeOptions { Id = "tls", Type = "tls", Host = name, Port = 1 },
        })
        {
            var result = await looking.Look(options with { Timeout = TimeSpan.FromSeconds(5) });
            result.Verdict.ShouldNotBe(ProbeVerdict.Pass);
            result.Detail.ShouldNotContain("refuses");
            result.Detail.ShouldBeFitToShow();
        }
    }

    private static HttpProbeOptions Http(string path) =>
        new() { Id = "probe", Type = "http", Path = path, FollowRedirects = true, Timeout = Patience };

    private static HttpProbeOptions Get(HttpProbeOptions options, string path, string value) =>
        options with { ExpectBody = new Dictionary<string, JToken> { [path] = JToken.Parse(value) } };

    private static TlsProbeOptions Tls(int port) =>
        new() { Id = "tls", Type = "tls", Host = "127.0.0.1", ServerName = "localhost", Port = port };

    private static async Task<ProbeResult> Look(HostileServer server, HttpProbeOptions options)
    {
        using var looking = new Looking { BaseAddress = server.Address };
        return await looking.Look(options);
    }
}
