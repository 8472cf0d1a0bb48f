using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Release.Probes;
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
    private async Task<int> Start(params string[] arguments)
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            listener.Stop();
            var server = Process.Start(new ProcessStartInfo(
                "redis-server", [$"--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--dir", _looking.Root, .. arguments]) { RedirectStandardOutput = true })!;
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
