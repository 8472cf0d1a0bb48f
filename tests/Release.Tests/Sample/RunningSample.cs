using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Release.Sample;

namespace Release.Tests.Sample;

/// <summary>An instance of the sample inside the test, version 1.2.3, on a free port.</summary>
internal sealed class RunningSample : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningSample(WebApplication app)
    {
        _app = app;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Client = new HttpClient { BaseAddress = new Uri(address) };
    }

    public HttpClient Client { get; }

    public static async Task<RunningSample> Start(params string[] faults)
    {
        Faults.Parse(faults, out var parsed).ShouldBeNull();
        var options = new SampleOptions { Port = 0, Faults = parsed };
        var app = SampleHost.Build(options, new ArtefactIdentity("ping", "1.2.3"), TimeProvider.System, seed: 7);
        await app.StartAsync();
        return new RunningSample(app);
    }

    public async Task<(int Status, JsonObject Body)> Execute(string input, string tool = "echo", bool synthetic = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ai/execute") { Content = JsonContent.Create(new { input, tool }) };
        if (synthetic)
        {
            request.Headers.Add("X-Release-Synthetic", "1");
        }

        using var answer = await Client.SendAsync(request);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }

    public async Task<JsonObject> Info() =>
        JsonNode.Parse(await Client.GetStringAsync(new Uri("/health/info", UriKind.Relative)))!.AsObject();

    public async Task<Dictionary<string, double>> Metrics() =>
        (await Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .ToDictionary(
                line => line[..line.LastIndexOf(' ')],
                line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
