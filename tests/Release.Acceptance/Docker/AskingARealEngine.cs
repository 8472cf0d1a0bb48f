using System.Text.Json.Nodes;
using Release.Acceptance.Processes;
using Release.Drivers.Docker;

namespace Release.Acceptance.Docker;

/// <summary>The client and a real engine: what the engine says is what the client takes it for.</summary>
[Collection(DockerStack.Row)]
public sealed class AskingARealEngine(DockerStack docker) : IAsyncLifetime
{
    private const string Name = "client-test";
    private const string Other = "client-test-other";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private DockerEngine Engine => docker.Engine.Client;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (docker.Engine is not null)
        {
            await Engine.Remove(Name, force: true, CancellationToken.None);
            await Engine.RemoveNetwork(Name, CancellationToken.None);
            await Engine.RemoveNetwork(Other, CancellationToken.None);
        }
    }

    [DockerFact]
    public async Task A_container_lives_from_its_making_to_its_removal()
    {
        var network = await Engine.CreateNetwork(Name, new Dictionary<string, string> { ["made-by"] = "test" }, default);
        _ = await Engine.CreateNetwork(Other, new Dictionary<string, string>(), default);
        var body = Busybox("httpd", "-f", "-p", "80");
        body["HostConfig"]!["NetworkMode"] = Other;
        var id = await Engine.Create(Name, body, default);
        (await Engine.Container(Name, default))!.State.Status.ShouldBe("created");
        await Engine.Connect(Name, id, new() { ["Aliases"] = new JsonArray("web") }, default);

        await Engine.Start(id, default);
        await Engine.Start(id, default);
        await Eventually.Holds("its check passes", Soon, async () => (await Engine.Container(id, default))!.State.Health is { IsHealthy: true });
        var running = (await Engine.Container(Name, default))!;
        running.Networks[Name].NetworkId.ShouldBe(network);
        running.Networks[Name].Aliases.ShouldContain("web");
        running.Networks[Name].Address.ShouldNotBeNull();
        running.Labels["a"].ShouldBe("b");
        (await Engine.Containers(new Dictionary<string, string?> { ["a"] = "b" }, all: false, default)).Single().Id.ShouldBe(id);
        var stats = (await Engine.Stats(id, default))!;
        stats.Memory.ShouldBeGreaterThan(0);
        stats.Pids.ShouldBeGreaterThan(0); // Its health check may be one more.

        await Engine.Stop(id, TimeSpan.Zero, default);
        await Engine.Stop(id, TimeSpan.Zero, default);
        (await Engine.Container(id, default))!.State.Status.ShouldBe("exited");
        await Engine.Remove(id, force: false, default);
        await Engine.Remove(id, force: false, default);
        (await Engine.Container(id, default)).ShouldBeNull();
        await Engine.RemoveNetwork(network, default);
        (await Engine.Network(Name, default)).ShouldBeNull();
    }

    [DockerFact]
    public async Task A_name_that_is_taken_is_refused_in_the_engines_words()
    {
        _ = await Engine.Create(Name, Busybox("true"), default);

        var refusal = await Should.ThrowAsync<DockerRefusedException>(() => Engine.Create(Name, Busybox("true"), default));

        refusal.Status.ShouldBe(409);
        refusal.Message.ShouldContain("already in use");
    }

    [DockerFact]
    public async Task Both_channels_of_a_log_are_read_and_a_terminals_too()
    {
        await Run(Busybox("sh", "-c", "echo out; echo bad >&2"));
        (await Lines()).ShouldBe(["Error bad", "Output out"]);
        await Engine.Remove(Name, force: true, default);

        var terminal = Busybox("sh", "-c", "echo out; echo bad >&2");
        terminal["Tty"] = true;
        await Run(terminal);
        (await Lines()).ShouldBe(["Output bad", "Output out"]);
    }

    [DockerFact]
    public async Task The_end_of_a_container_is_an_event_with_its_exit_code()
    {
        var begin = DateTimeOffset.UtcNow.AddSeconds(-1);
        await Run(Busybox("sh", "-c", "exit 3"));

        var died = await Engine.Events(
            new Dictionary<string, IReadOnlyList<string>> { ["container"] = [Name], ["event"] = ["die"] }, begin, DateTimeOffset.UtcNow.AddSeconds(1), default).ToListAsync();

        died.ShouldContain(e => e.Attributes["exitCode"] == "3"); // Another one of its name may have ended just before.
    }

    [DockerFact]
    public async Task An_image_has_names_that_come_and_go()
    {
        var service = OpsConductorImages.Services[0];
        var image = (await Engine.Image(service.Image(service.Stable), default))!;
        image.Platform.ShouldStartWith("linux/");
        image.RepoDigests.ShouldBeEmpty();
        image.Labels["sample.service"].ShouldBe(service.Name);

        await Engine.Tag(image.Id, "opsconductor/other", "1", default);
        (await Engine.Image("opsconductor/other:1", default))!.Id.ShouldBe(image.Id);
        await Engine.Untag("opsconductor/other:1", default);
        await Engine.Untag("opsconductor/other:1", default);
        (await Engine.Image("opsconductor/other:1", default)).ShouldBeNull();
        (await Engine.Image(image.Id, default)).ShouldNotBeNull();
    }

    [DockerFact]
    public async Task An_archive_that_is_none_is_refused()
    {
        using var nothing = new MemoryStream("this is no tar"u8.ToArray());

        (await Should.ThrowAsync<DockerException>(() => Engine.Load(nothing, Soon, default))).Message.ShouldContain("images/load");
    }

    private async Task Run(JsonObject body)
    {
        var id = await Engine.Create(Name, body, default);
        await Engine.Start(id, default);
        await Eventually.Holds("it ends", Soon, async () => (await Engine.Container(id, default))!.State.Status == "exited");
    }

    private async Task<IEnumerable<string>> Lines() =>
        (await Engine.Logs(Name, null, null, follow: false, tail: null, default).ToListAsync()).Select(line => $"{line.Channel} {line.Text}").Order(StringComparer.Ordinal);

    private static JsonObject Busybox(params IReadOnlyList<string> words) => new()
    {
        ["Image"] = "opsconductor/redis:1",
        ["Entrypoint"] = new JsonArray("/bin/busybox"),
        ["Cmd"] = new JsonArray([.. words.Select(word => (JsonNode)word)]),
        ["Labels"] = new JsonObject { ["a"] = "b" },
        ["Healthcheck"] = new JsonObject { ["Test"] = new JsonArray("CMD", "/bin/busybox", "true"), ["Interval"] = 1_000_000_000L },
        ["HostConfig"] = new JsonObject { ["NetworkMode"] = "none" },
    };
}
