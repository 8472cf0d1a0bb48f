using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Release.Acceptance.Processes;
using Release.Drivers.Docker;

namespace Release.Acceptance.Docker;

/// <summary>The runbook's stack, in a folder of its own: three services, Redis, Prometheus that scrapes them, and Kong.</summary>
internal sealed class OpsConductor(OwnEngine engine, string folder)
{
    public const string Project = "opsconductor";
    private static readonly TimeSpan Booting = TimeSpan.FromSeconds(60);
    private readonly int _proxy = FreePort();
    private readonly int _admin = FreePort();
    private readonly int _prometheus = FreePort();
    private readonly int _redis = FreePort();

    public string Folder => folder;

    public OwnEngine Engine => engine;

    public Uri Proxy => new($"http://127.0.0.1:{_proxy}/");

    public Uri Admin => new($"http://127.0.0.1:{_admin}/");

    public Uri Prometheus => new($"http://127.0.0.1:{_prometheus}/");

    public int RedisPort => _redis;

    /// <summary>Writes the files and starts everything.</summary>
    public async Task Start()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "docker-compose.yml"), ComposeFile());
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), PrometheusFile);
        await Up();
    }

    /// <summary>Puts everything back to how it was at the start, whatever a scenario left.</summary>
    /// <param name="automationServices">How many containers the first service has.</param>
    public async Task Reset(int automationServices = 1)
    {
        var all = await engine.Client.Containers(new Dictionary<string, string?>(), all: true, CancellationToken.None);
        await Task.WhenAll(all.Select(container => engine.Client.Remove(container.Id, force: true, CancellationToken.None)));
        foreach (var file in Directory.GetFiles(folder).Where(file => Path.GetFileName(file) is not ("docker-compose.yml" or "prometheus.yml")))
        {
            File.Delete(file);
        }

        await Up(automationServices);
    }

    /// <summary><c>docker-compose …</c> in the stack's folder; it must succeed.</summary>
    public async Task<Ended> Compose(params IReadOnlyList<string> arguments)
    {
        var variables = Machine.CleanEnvironment();
        variables["DOCKER_HOST"] = engine.Address;
        variables["COMPOSE_PROJECT_NAME"] = Project;
        using var command = Command.Start(folder, variables, "docker-compose", arguments);
        var ended = await command.End();
        ended.ExitCode.ShouldBe(0, ended.ToString());
        return ended;
    }

    /// <summary>What of this project is there: containers with their images, networks, volumes, and every image's names.</summary>
    public async Task<IReadOnlyList<string>> Inventory()
    {
        var none = new Dictionary<string, string?>();
        var containers = await engine.Client.Containers(none, all: true, CancellationToken.None);
        var networks = await engine.Client.Networks(none, CancellationToken.None);
        var volumes = await engine.Client.Volumes(none, CancellationToken.None);
        var images = await engine.Client.Images(none, CancellationToken.None);
        return
        [
            .. containers.Select(container => $"container {container.Name} {container.State} {container.Image}").Order(StringComparer.Ordinal),
            .. networks.Select(network => $"network {network.Name}").Order(StringComparer.Ordinal),
            .. volumes.Select(volume => $"volume {volume.Name}").Order(StringComparer.Ordinal),
            .. images.SelectMany(image => image.RepoTags.DefaultIfEmpty(image.Id)).Select(tag => $"image {tag}").Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The containers of a service that run.</summary>
    public Task<IReadOnlyList<ContainerSummary>> Containers(string service) => engine.Client.Containers(
        new Dictionary<string, string?> { ["com.docker.compose.project"] = Project, ["com.docker.compose.service"] = service }, all: false, CancellationToken.None);

    /// <summary>A third of the requests to the candidates of a service fail from now on.</summary>
    public async Task TurnBad(SampleService service)
    {
        var candidates = await engine.Client.Containers(new Dictionary<string, string?> { ["release.service"] = service.Name, ["release.variant"] = "candidate" }, all: false, CancellationToken.None);
        candidates.ShouldNotBeEmpty();
        using var http = new HttpClient();
        foreach (var candidate in candidates)
        {
            var container = (await engine.Client.Container(candidate.Id, CancellationToken.None))!;
            var address = container.Json["NetworkSettings"]!["Networks"]!.AsObject().Single().Value!["IPAddress"]!.GetValue<string>();
            using var answer = await http.PostAsJsonAsync(new Uri($"http://{address}:{service.Port}/admin/error-rate"), new JsonObject { ["errorRate"] = 0.33 });
            answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        }
    }

    private async Task Up(int automationServices = 1)
    {
        _ = await Compose("up", "--detach", "--remove-orphans", "--scale", $"{OpsConductorImages.Services[0].Name}={automationServices}");
        try
        {
            await Eventually.Holds("every container of the stack is well", Booting, async () => (await Unwell()).Count == 0);
        }
        catch (TimeoutException late)
        {
            throw new InvalidOperationException($"{late.Message}\n{string.Join('\n', await Unwell())}", late);
        }

        await RouteAll();
        await Eventually.Holds("every service answers through the gateway", Booting, Answers);
    }

    /// <summary>The containers of the project that do not run or are not healthy, with their last words.</summary>
    public async Task<IReadOnlyList<string>> Unwell()
    {
        var unwell = new List<string>();
        foreach (var summary in await engine.Client.Containers(new Dictionary<string, string?> { ["com.docker.compose.project"] = Project }, all: true, CancellationToken.None))
        {
            if (await engine.Client.Container(summary.Id, CancellationToken.None) is { } container
                && !(container.State.Status == "running" && container.State.Health is null or { IsHealthy: true }))
            {
                var words = await engine.Client.Logs(container.Id, null, null, follow: false, tail: 5, CancellationToken.None).ToListAsync();
                unwell.Add($"{container}: exit code {container.State.ExitCode}, {container.State.Health?.LastOutput} {string.Join(" | ", words.Select(line => line.Text))}");
            }
        }

        return unwell;
    }

    // Kong before the first release: each service has an upstream, with its containers by name.
    private async Task RouteAll()
    {
        using var http = new HttpClient { BaseAddress = Admin };
        await Eventually.Holds("the gateway's Admin API answers", Booting, async () =>
        {
            try
            {
                return (await http.GetAsync(new Uri("/status", UriKind.Relative))).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        foreach (var service in OpsConductorImages.Services)
        {
            await Put(http, $"/upstreams/{service.Name}", []);
            foreach (var container in await Containers(service.Name))
            {
                using var added = await http.PostAsJsonAsync($"/upstreams/{service.Name}/targets", new JsonObject { ["target"] = $"{container.Name}:{service.Port}", ["weight"] = 100 });
                added.IsSuccessStatusCode.ShouldBeTrue();
            }

            await Put(http, $"/services/{service.Name}", new() { ["host"] = service.Name, ["port"] = service.Port, ["protocol"] = "http" });
            await Put(http, $"/routes/{service.Name}", new() { ["service"] = new JsonObject { ["name"] = service.Name }, ["paths"] = new JsonArray(service.Route), ["strip_path"] = false });
        }
    }

    private static async Task Put(HttpClient http, string path, JsonObject body)
    {
        using var answer = await http.PutAsJsonAsync(path, body);
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Whether Prometheus has the counters of every service.</summary>
    public async Task<bool> IsScraped()
    {
        using var http = new HttpClient { BaseAddress = Prometheus };
        var answer = JsonNode.Parse(await http.GetStringAsync(new Uri("api/v1/query?query=count(ai_requests_total)by(service)", UriKind.Relative)))!;
        return answer["data"]!["result"]!.AsArray().Count >= OpsConductorImages.Services.Count;
    }

    private async Task<bool> Answers()
    {
        using var http = new HttpClient { BaseAddress = Proxy };
        foreach (var service in OpsConductorImages.Services)
        {
            using var answer = await http.GetAsync(new Uri($"{service.Path}/health", UriKind.Relative));
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                return false;
            }
        }

        return true;
    }

    private string ComposeFile() =>
        $$"""
        version: "3.8"
        services:
        {{string.Join("\n", OpsConductorImages.Services.Select(ServiceText))}}
          redis:
            image: opsconductor/redis:1
            ports: ["127.0.0.1:{{_redis}}:6379"]
            networks: [opsconductor]
            restart: unless-stopped
          prometheus:
            image: opsconductor/prometheus:1
            ports: ["127.0.0.1:{{_prometheus}}:9090"]
            volumes:
              - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
              - {{engine.SocketFolder}}:/engine
            networks: [opsconductor]
            restart: unless-stopped
          kong:
            image: opsconductor/kong:1
            ports: ["127.0.0.1:{{_proxy}}:8000", "127.0.0.1:{{_admin}}:8001"]
            networks: [opsconductor]
            restart: unless-stopped
        networks:
          opsconductor: {}

        """;

    private static string ServiceText(SampleService service) => string.Create(CultureInfo.InvariantCulture,
        $"""
          {service.Name}:
            image: {service.Image(service.Stable)}
            environment:
              FEATURE_BYPASS_LLM: "false"
            depends_on: [redis]
            networks: [opsconductor]
            stop_grace_period: 20s
            healthcheck:
              test: ["CMD", "/bin/busybox", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:{service.Port}/health"]
              interval: 2s
              timeout: 5s
              retries: 3
            restart: unless-stopped
        """);

    // Whatever carries the sample's label is scraped, the candidates of a release too, whoever made them.
    private const string PrometheusFile =
        """
        global:
          scrape_interval: 2s
          scrape_timeout: 2s
        scrape_configs:
          - job_name: services
            docker_sd_configs:
              - host: unix:///engine/d.sock
                refresh_interval: 2s
            relabel_configs:
              - source_labels: [__meta_docker_container_label_sample_service]
                regex: .+
                action: keep
              - source_labels: [__meta_docker_container_label_sample_service]
                target_label: service
              - source_labels: [__meta_docker_container_label_org_opencontainers_image_version]
                target_label: version
              - source_labels: [__meta_docker_container_name]
                regex: /(.*)
                target_label: container
              - action: labelmap
                regex: __meta_docker_container_label_(release_.+)

        """;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
