using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Release.Probes;
using Release.Tests.Certificates;
using Release.Tests.Processes;

namespace Release.Tests.Probes;

public sealed class LookingAtRedis : IDisposable
{
    private readonly Looking _looking = new();
    private readonly List<Process> _servers = [];

    public void Dispose()
    {
        foreach (var server in _servers)
        {
            server.Kill();
            server.WaitForExit();
            server.Dispose();
        }

        _looking.Dispose();
    }

    [ProgramsFact(["redis-server"])]
    public async Task A_real_one_is_asked_for_role_and_memory()
    {
        var port = await Start("--maxmemory", "100mb");
        var result = await _looking.Look(Redis(port) with { Role = RedisRole.Master, MaxMemory = "1GB", MaxMemoryUse = new Percent(80), Persists = true });
        result.Verdict.ShouldBe(ProbeVerdict.Pass, result.Detail);
        result.Detail.ShouldContain("is a master of version");
        await _looking.Fail(Redis(port) with { Role = RedisRole.Replica }, "it is a master: expected a replica");
        await _looking.Fail(Redis(port) with { LeastReplicas = 1 }, "0 replicas are connected: expected at least 1");
        await _looking.Fail(Redis(port) with { MaxMemoryUse = new Percent(0.1m) }, "expected at most 0.1%");
    }

    [ProgramsFact(["redis-server"])]
    public async Task A_real_one_with_a_password_is_told_it_and_nobody_else_is()
    {
        var port = await Start("--requirepass", "hunter2000");
        await _looking.Pass(Redis(port) with { Password = "${env:TOKEN}" });
        await _looking.Unavailable(Redis(port), "does not let us look: NOAUTH");
        (await _looking.Look(Redis(port) with { Password = "wrong" })).Verdict.ShouldBe(ProbeVerdict.Unavailable);
    }

    [ProgramsFact(["redis-server"])]
    public async Task A_real_one_lets_a_user_of_its_own_look_and_nobody_else()
    {
        var users = Path.Combine(_looking.Root, "users.acl");
        await File.WriteAllTextAsync(users, "user default off\nuser looker on >hunter2000 -@all +ping +info\nuser blind on >hunter2000 -@all +ping\nuser gone off >hunter2000 +@all\n");
        var port = await Start("--aclfile", users);
        var redis = Redis(port) with { User = "looker", Password = "${env:TOKEN}" };

        await _looking.Pass(redis);
        (await Refused(redis with { User = "blind" }, "does not let us look: NOPERM")).Next.ShouldContain("ACL SETUSER name +ping +info");
        _ = await Refused(redis with { User = "gone" }, "does not let us look: WRONGPASS");
        (await Refused(redis with { User = null, Password = null }, "does not let us look: NOAUTH")).Next.ShouldContain("\"password\" as a reference");

        async Task<ProbeResult> Refused(RedisProbeOptions options, string detail)
        {
            var result = await _looking.Look(options);
            result.Verdict.ShouldBe(ProbeVerdict.Unavailable);
            result.Detail.ShouldContain(detail);
            result.Detail.ShouldNotContain("hunter2000");
            return result;
        }
    }

    [ProgramsFact(["redis-server"])]
    public async Task A_real_one_without_a_password_says_so_when_it_is_told_one() =>
        await _looking.Unavailable(Redis(await Start()) with { Password = "${env:TOKEN}" }, "does not let us look: ERR AUTH");

    [ProgramsFact(["redis-server"])]
    public async Task A_real_one_over_TLS_is_asked_with_both_certificates()
    {
        using var ours = new TestAuthority(_looking.Root, "ours");
        using var others = new TestAuthority(_looking.Root, "others");
        var (shown, mine) = (ours.Issue("127.0.0.1"), ours.Issue("client"));
        var port = await Start(tls: true, "--tls-cert-file", shown.Certificate!, "--tls-key-file", shown.Key!, "--tls-ca-cert-file", ours.File, "--requirepass", "hunter2000");
        var redis = Redis(port) with { Tls = true, TrustedCa = "ours-ca.pem", Certificate = mine.Certificate, Key = mine.Key, Password = "${env:TOKEN}" };

        await _looking.Pass(redis);
        await _looking.Unavailable(redis with { TrustedCa = "others-ca.pem" }, "shows a certificate from CN=ours authority, which is no authority in");
        await _looking.Unavailable(redis with { TrustedCa = null }, "which is no authority that this machine trusts");
        await _looking.Unavailable(redis with { Host = "localhost" }, "shows a certificate for 127.0.0.1, and not for localhost");
        await _looking.Unavailable(redis with { Certificate = null, Key = null }, "wants a certificate of this client");
        var stranger = others.Issue("client");
        await _looking.Unavailable(redis with { Certificate = stranger.Certificate, Key = stranger.Key }, "does not accept this client's certificate");
        await _looking.Unavailable(redis with { Key = stranger.Key }, "and its key do not go together");
        await _looking.Unavailable(redis with { Tls = false, TrustedCa = null, Certificate = null, Key = null }, $"redis at 127.0.0.1:{port}: ");
    }

    [ProgramsFact(["redis-server"])]
    public async Task One_without_TLS_says_so() =>
        await _looking.Unavailable(Redis(await Start()) with { Tls = true, Timeout = TimeSpan.FromSeconds(2) }, "speaks none at this port");

    [Fact]
    public void Options_that_do_not_go_together_are_refused()
    {
        Redis(1).Problems().ShouldBeEmpty();
        (Redis(1) with { TrustedCa = "ca.pem" }).Problems().Single().Member.ShouldBe("tls");
        (Redis(1) with { Tls = true, Key = "key.pem" }).Problems().Single().Member.ShouldBe("key");
        (Redis(1) with { User = "looker" }).Problems().Single().Member.ShouldBe("user");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "is no Redis")]
    [InlineData("$99999999999\r\n", "is no Redis")]
    [InlineData("+PON", "closed in the middle")]
    [InlineData("", "closed in the middle")]
    public async Task What_is_no_Redis_is_unavailable(string answer, string said)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            _ = await client.GetStream().ReadAsync(new byte[1024]);
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(answer));
        });
        await _looking.Unavailable(Redis(((IPEndPoint)listener.LocalEndpoint).Port), said);
        await serving;
    }

    [Fact]
    public async Task One_that_does_not_run_fails()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await _looking.Fail(Redis(port), "refuses connections");
    }

    private static RedisProbeOptions Redis(int port) => new() { Id = "redis", Type = "redis", Host = "127.0.0.1", Port = port, Timeout = TimeSpan.FromSeconds(30) };

    // The port may be taken between its choice and its use: then another one is.
    private Task<int> Start(params string[] arguments) => Start(tls: false, arguments);

    private async Task<int> Start(bool tls, params string[] arguments)
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            listener.Stop();
            var server = Process.Start(new ProcessStartInfo(
                "redis-server", [.. tls ? (string[])["--port", "0", "--tls-port", $"{port}"] : ["--port", $"{port}"], "--bind", "127.0.0.1", "--save", "", "--dir", _looking.Root, .. arguments]) { RedirectStandardOutput = true })!;
            _servers.Add(server);
            while (!server.HasExited && await server.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line.Contains("Ready to accept connections", StringComparison.OrdinalIgnoreCase))
                {
                    return port;
                }
            }
        }
    }
}
