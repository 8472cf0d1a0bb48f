using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Release.Acceptance.Processes;

namespace Release.Acceptance.Docker;

/// <summary>The stack that the scenarios stand on is there, and is what it says.</summary>
[Collection(DockerStack.Row)]
public sealed class StandingOnAnEngine(DockerStack docker)
{
    [DockerFact]
    public async Task A_request_through_the_gateway_reaches_each_service_in_its_version()
    {
        using var http = new HttpClient { BaseAddress = docker.Stack.Proxy };
        foreach (var service in OpsConductorImages.Services)
        {
            var info = await http.GetFromJsonAsync<JsonObject>($"{service.Path}/health/info");
            info!["service"]!.GetValue<string>().ShouldBe(service.Name);
            info["version"]!.GetValue<string>().ShouldBe(service.Stable);
        }
    }

    [DockerFact]
    public async Task Prometheus_scrapes_each_service_by_name_and_version()
    {
        using var http = new HttpClient { BaseAddress = docker.Stack.Prometheus };
        await Eventually.Holds("each service is up in Prometheus", TimeSpan.FromSeconds(30), async () =>
        {
            var answer = await http.GetFromJsonAsync<JsonObject>("/api/v1/query?query=up");
            var up = answer!["data"]!["result"]!.AsArray()
                .Where(series => series!["value"]![1]!.GetValue<string>() == "1")
                .Select(series => $"{series!["metric"]!["service"]} {series["metric"]!["version"]}").ToHashSet();
            return OpsConductorImages.Services.All(service => up.Contains($"{service.Name} {service.Stable}"));
        });
    }

    [DockerFact]
    public async Task A_reset_leaves_nothing_of_a_scenario()
    {
        var before = await docker.Stack.Inventory();
        _ = await docker.Stack.Compose("up", "--detach", "--scale", "automation-service=2");
        (await docker.Stack.Inventory()).Count.ShouldBe(before.Count + 1);

        await docker.Stack.Reset();

        (await docker.Stack.Inventory()).ShouldBe(before);
    }
}
