using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Release.Gateway;

namespace Release.Tests.Gateway;

/// <summary>A gateway on free loopback ports, with a client for each of them.</summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    private readonly GatewayHost _host;
    private readonly bool _ownsState;

    private RunningGateway(GatewayHost host, string state, bool ownsState)
    {
        _host = host;
        _ownsState = ownsState;
        State = state;
        Client = Connect(host.ProxyPort);
        Admin = Connect(host.AdminPort);
    }

    public string State { get; }

    public HttpClient Client { get; }

    public HttpClient Admin { get; }

    public int ProxyPort => _host.ProxyPort;

    public static async Task<RunningGateway> Start(string? state = null, bool dbLess = false)
    {
        var folder = state ?? Directory.CreateTempSubdirectory("gateway-").FullName;
        var options = new GatewayOptions { State = folder, ProxyPort = 0, AdminPort = 0, DbLess = dbLess };
#pragma warning disable CA2000 // The running gateway owns its host, a client its handler.
        var host = new GatewayHost(options, TimeProvider.System, Guid.NewGuid);
        await host.Start();
        return new RunningGateway(host, folder, state is null);
    }

    /// <summary>A gateway with one service at "/" over the upstream "app" with these targets.</summary>
    public static async Task<RunningGateway> Serving(params (string Target, int Weight)[] targets)
    {
        var gateway = await Start();
        await gateway.Serve(targets);
        return gateway;
    }

    public async Task Serve(params (string Target, int Weight)[] targets)
    {
        await Created("/upstreams", """{"name":"app"}""");
        await Created("/services", """{"name":"app","host":"app","read_timeout":5000,"write_timeout":5000}""");
        await Created("/services/app/routes", """{"name":"all","paths":["/"],"strip_path":false}""");
        foreach (var (target, weight) in targets)
        {
            await Add(target, weight);
        }
    }

    public Task Add(string target, int weight) =>
        Created("/upstreams/app/targets", $$"""{"target":"{{target}}","weight":{{weight}}}""");

    public async Task Weigh(string target, int weight)
    {
        using var answer = await Admin.PatchAsJsonAsync($"/upstreams/app/targets/{target}", new { weight });
        ((int)answer.StatusCode).ShouldBe(200);
    }

    public async Task Delete(string target)
    {
        using var answer = await Admin.DeleteAsync(new Uri($"/upstreams/app/targets/{target}", UriKind.Relative));
        ((int)answer.StatusCode).ShouldBe(204);
    }

    public async Task<(int Status, JsonObject? Body)> Send(string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body is null ? null : new StringContent(body, null, "application/json");
        using var answer = await Admin.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject());
    }

    public async Task Created(string path, string body) => (await Send("POST", path, body)).Status.ShouldBe(201);

    public async Task<string> Get(string path = "/")
    {
        using var answer = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    /// <summary>The value of the first sample whose name and labels start and contain these; 0 without one.</summary>
    public async Task<double> Metric(string name, params string[] labels)
    {
        var text = await Admin.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var line = text.Split('\n').FirstOrDefault(line =>
            line.StartsWith(name + "{", StringComparison.Ordinal) && labels.All(line.Contains));
        return line is null ? 0 : double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    public Task Stop() => _host.Stop();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Admin.Dispose();
        await _host.Stop();
        await _host.DisposeAsync();
        if (_ownsState)
        {
            Directory.Delete(State, recursive: true);
        }
    }

    private static HttpClient Connect(int port) => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{port}"),
        Timeout = TimeSpan.FromSeconds(30),
    };
}
