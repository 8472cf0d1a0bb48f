using System.Text.Json.Nodes;
using Release.Drivers.Docker;

namespace Release.Acceptance.Docker;

/// <summary>
/// The images of the stack. The services are the sample, under the names, ports and versions of the runbook; the gateway
/// stands in for Kong. Programs come from this machine and from the test's own folder.
/// </summary>
internal static class OpsConductorImages
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public static IReadOnlyList<SampleService> Services { get; } =
    [
        new("automation-service", 3003, "/ai", "3.0.0", "3.0.1"),
        new("ai-pipeline", 8001, "/pipeline", "1.0.0", "1.1.0"),
        new("frontend", 3100, "/frontend", "1.0.0", "1.1.0") { Route = "/" },
    ];

    /// <summary>Versions that are bad from birth: what is wrong with them stands in the image, as in life.</summary>
    public static IReadOnlyDictionary<string, string> Faults { get; } = new Dictionary<string, string>
    {
        ["failing"] = "error-rate=30%",
        ["slow-to-boot"] = "boot=8s",
        ["never-healthy"] = "boot=1000s",
        ["crashing"] = "crash-after=6s",
        ["not-starting"] = "boot=fail",
    };

    public static async Task Load(DockerEngine engine, string folder)
    {
        var path = Path.Combine(folder, "images.tar");
        using (var archive = new ImageArchive(path))
        {
            archive.Layer("busybox", await ProgramFiles.Of("busybox"));
            archive.Layer("dotnet", await ProgramFiles.OfDotnet());
            archive.Layer("sample", Published("Release.Sample"));
            archive.Layer("gateway", Published("Release.Gateway"));
            archive.Layer("redis", await ProgramFiles.Of("redis-server"));
            archive.Layer("prometheus", await ProgramFiles.Of("prometheus"));
            archive.Image(new("opsconductor/kong:1", ["busybox", "dotnet", "gateway"], Dotnet("Release.Gateway", [], "--state", "/tmp/kong", "--proxy-port", "8000", "--admin-port", "8001", "--address", "0.0.0.0")));
            archive.Image(new("opsconductor/redis:1", ["busybox", "redis"], new() { ["Entrypoint"] = List("/bin/redis-server"), ["Cmd"] = List("--protected-mode", "no", "--save", "") }));
            archive.Image(new("opsconductor/prometheus:1", ["busybox", "prometheus"], new()
            {
                ["Entrypoint"] = List("/bin/prometheus"),
                ["Cmd"] = List("--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/tmp/prometheus", "--web.enable-lifecycle"),
            }));
            foreach (var service in Services)
            {
                Sample(archive, service, service.Stable, null);
                Sample(archive, service, service.Candidate, null);
            }

            foreach (var (name, fault) in Faults)
            {
                Sample(archive, Services[0], $"{Services[0].Candidate}-{name}", fault);
            }

            archive.Finish();
        }

        using (var tar = File.OpenRead(path))
        {
            await engine.Load(tar, Longest, CancellationToken.None);
        }

        File.Delete(path);
    }

    // What a version is, is a property of its files: release.json beside the program.
    private static void Sample(ImageArchive archive, SampleService service, string version, string? fault)
    {
        var layer = $"{service.Name} {version}";
        archive.Layer(layer, new Dictionary<string, string>(), new Dictionary<string, string>
        {
            ["/app/release.json"] = $"{{\"service\":\"{service.Name}\",\"version\":\"{version}\"}}",
        });
        var config = Dotnet(
            "Release.Sample", fault is null ? [] : [$"RELEASE_SAMPLE_FAULTS={fault}"], "--port", $"{service.Port}", "--address", "0.0.0.0", "--below", service.Path);
        config["ExposedPorts"] = new JsonObject { [$"{service.Port}/tcp"] = new JsonObject() };
        config["Labels"] = new JsonObject { ["sample.service"] = service.Name, ["org.opencontainers.image.version"] = version };
        archive.Image(new(service.Image(version), ["busybox", "dotnet", "sample", layer], config));
    }

    private static JsonObject Dotnet(string program, IReadOnlyList<string> variables, params IReadOnlyList<string> arguments) => new()
    {
        ["Entrypoint"] = List("/dotnet/dotnet", $"/app/{program}.dll"),
        ["Cmd"] = List([.. arguments]),
        ["Env"] = List(["DOTNET_ROOT=/dotnet", "DOTNET_EnableDiagnostics=0", "DOTNET_TieredPGO=0", "DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0", "DOTNET_gcServer=0", .. variables]),
    };

    private static Dictionary<string, string> Published(string program) =>
        Directory.EnumerateFiles(AppContext.BaseDirectory, $"{program}.*").Where(file => Path.GetExtension(file) is ".dll" or ".json")
            .ToDictionary(file => $"/app/{Path.GetFileName(file)}");

    private static JsonArray List(params IReadOnlyList<string> items) => new([.. items.Select(item => (JsonNode)item)]);
}

/// <summary>A service of the stack.</summary>
/// <param name="Name">Its name in compose.</param>
/// <param name="Port">Its port inside.</param>
/// <param name="Path">Below which path it answers through the gateway.</param>
/// <param name="Stable">The version that runs first.</param>
/// <param name="Candidate">The version to release.</param>
internal sealed record SampleService(string Name, int Port, string Path, string Stable, string Candidate)
{
    /// <summary>Gets the path of its route in the gateway.</summary>
    public string Route { get; init; } = Path;

    public string Image(string version) => $"opsconductor/{Name}:{version}";
}
