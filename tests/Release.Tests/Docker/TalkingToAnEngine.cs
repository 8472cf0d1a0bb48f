using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Release.Drivers.Docker;
using Release.Tests.Peers;

namespace Release.Tests.Docker;

/// <summary>What is asked of an engine over its Unix socket, and what is made of the answers.</summary>
public sealed class TalkingToAnEngine
{
    private const string Inspected =
        """
        {"Id":"0123456789abcdef","Name":"/cart","Image":"sha256:aa","Created":"2026-01-02T03:04:05.678Z","RestartCount":2,
         "State":{"Status":"running","Running":true,"ExitCode":0,"OOMKilled":false,"StartedAt":"2026-01-02T03:04:06Z","FinishedAt":"0001-01-01T00:00:00Z",
                  "Health":{"Status":"unhealthy","FailingStreak":3,"Log":[{"Output":"first"},{"Output":"refused"}]}},
         "Config":{"Image":"cart:1","Env":["A=b=c","A=d","odd"],"Labels":{"x":"y"},"Tty":false},
         "NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}],"81/udp":null},
                            "Networks":{"shop":{"NetworkID":"n","IPAddress":"172.18.0.2","Aliases":["cart","c"]},"off":{"NetworkID":"o","IPAddress":"","Aliases":null}}}}
        """;

    [Theory]
    [InlineData("1.41", "1.12", "v1.41")]
    [InlineData("1.52", "1.44", "v1.44")]
    public async Task The_newest_api_that_both_know_is_spoken(string newest, string oldest, string spoken)
    {
        await using var there = await EngineDouble.Answering(200, "[]");
        there.VersionText = $"{{\"Version\":\"x\",\"ApiVersion\":\"{newest}\",\"MinAPIVersion\":\"{oldest}\"}}";
        using var engine = new DockerEngine(there.Host, TimeProvider.System);

        _ = await engine.Containers(new Dictionary<string, string?> { ["a"] = "b", ["c"] = null }, all: true, default);
        _ = await engine.Images(new Dictionary<string, string?>(), default);

        there.Asked.ShouldBe(["GET /version", $"GET /{spoken}/containers/json?all=1&filters=%7B%22label%22%3A%5B%22a%3Db%22%2C%22c%22%5D%7D", $"GET /{spoken}/images/json?filters=%7B%22label%22%3A%5B%5D%7D"]);
    }

    [Theory]
    [InlineData("1.39", "1.12")]
    [InlineData("1.60", "1.45")]
    public async Task An_engine_without_a_common_api_is_refused(string newest, string oldest)
    {
        await using var there = await EngineDouble.Answering(200, "[]");
        there.VersionText = $"{{\"Version\":\"x\",\"ApiVersion\":\"{newest}\",\"MinAPIVersion\":\"{oldest}\"}}";
        using var engine = new DockerEngine(there.Host, TimeProvider.System);

        (await Should.ThrowAsync<DockerRefusedException>(() => engine.Container("cart", default))).Message.ShouldContain("there is none in common");
        there.Asked.ShouldBe(["GET /version"]);
    }

    [Fact]
    public async Task A_container_is_read_whole()
    {
        await using var there = await EngineDouble.Answering(200, Inspected);
        using var engine = new DockerEngine(there.Host, TimeProvider.System);

        var container = (await engine.Container("cart", default))!;

        container.State.ShouldBe(new("running", true, 0, false, new(2026, 1, 2, 3, 4, 6, TimeSpan.Zero), null, 2, new("unhealthy", 3, "refused"), ""));
        container.Env.ShouldBe(new Dictionary<string, string> { ["A"] = "d" });
        container.Ports.ShouldBe([new(80, "tcp", "0.0.0.0", 8080), new(81, "udp", null, null)]);
        container.Networks["shop"].Address!.ToString().ShouldBe("172.18.0.2");
        container.Networks["off"].Address.ShouldBeNull();
        container.Json["Config"]!["Image"]!.GetValue<string>().ShouldBe("cart:1");
        container.ToString().ShouldBe("cart (running)");
    }

    [Fact]
    public async Task A_stranger_whose_id_begins_with_the_name_is_not_it()
    {
        await using var there = await EngineDouble.Answering(200, Inspected);
        using var engine = new DockerEngine(there.Host, TimeProvider.System);

        (await engine.Container("0123", default)).ShouldBeNull();
        (await engine.Container("0123456789ab", default))!.Name.ShouldBe("cart");
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/../../version")]
    [InlineData("")]
    [InlineData("a\nb")]
    public async Task A_name_that_is_a_way_elsewhere_is_not_asked_for(string name)
    {
        await using var there = await EngineDouble.Answering(200, Inspected);
        using var engine = new DockerEngine(there.Host, TimeProvider.System);

        _ = await Should.ThrowAsync<ArgumentException>(() => engine.Container(name, default));
        there.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refusal_has_the_status_and_the_engines_own_words_filtered()
    {
        await using var there = await EngineDouble.Answering(409, new JsonObject { ["message"] = HostileAnswers.Text + "is in use" }.ToJsonString());
        using var engine = new DockerEngine(there.Host, TimeProvider.System);

        var refusal = await Should.ThrowAsync<DockerRefusedException>(() => engine.Create("cart", [], default));

        refusal.Status.ShouldBe(409);
        refusal.Message.ShouldBeFitToShow();
        refusal.Message.ShouldEndWith("is in use");
    }

    [Fact]
    public async Task A_failure_in_the_middle_of_a_body_is_a_refusal()
    {
        await using var there = await EngineDouble.Answering(200, "{\"status\":\"Pulling\"}\r\n{\"errorDetail\":{\"message\":\"unauthorized\"},\"error\":\"unauthorized\"}\r\n");
        using var engine = new DockerEngine(there.Host, TimeProvider.System);

        var refusal = await Should.ThrowAsync<DockerRefusedException>(() => engine.Pull("registry/cart", null, TimeSpan.FromSeconds(10), default));

        refusal.Message.ShouldEndWith("unauthorized");
        there.Asked.ShouldContain("POST /v1.41/images/create?fromImage=registry%2Fcart%3Alatest");
    }

    [Fact]
    public async Task Events_come_until_the_engine_breaks_off()
    {
        var read = new TaskCompletionSource();
        await using var there = await EngineDouble.Start(async context =>
        {
            await context.Response.WriteAsync("{\"Type\":\"container\",\"Action\":\"die\",\"Actor\":{\"ID\":\"c\",\"Attributes\":{\"exitCode\":\"137\"}},\"timeNano\":1767323045000000000}\n");
            await context.Response.Body.FlushAsync();
            await read.Task;
            context.Abort();
        });
        using var engine = new DockerEngine(there.Host, TimeProvider.System);
        var happened = new List<EngineEvent>();

        _ = await Should.ThrowAsync<DockerUnavailableException>(async () =>
        {
            await foreach (var one in engine.Events(new Dictionary<string, IReadOnlyList<string>> { ["event"] = ["die"] }, null, null, default))
            {
                happened.Add(one);
                _ = read.TrySetResult();
            }
        });

        happened.Single().At.ShouldBe(new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        happened.Single().Attributes["exitCode"].ShouldBe("137");
    }

    [Fact]
    public async Task A_log_that_is_followed_ends_with_its_reader()
    {
        await using var there = await EngineDouble.Start(async context =>
        {
            if (context.Request.Path.Value!.EndsWith("/json", StringComparison.Ordinal))
            {
                await context.Response.WriteAsync(Inspected);
                return;
            }

            await context.Response.Body.WriteAsync(Frame(1, "2026-01-02T03:04:05.000000001Z hello\n"));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var engine = new DockerEngine(there.Host, TimeProvider.System);
        using var stop = new CancellationTokenSource();

        _ = await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var line in engine.Logs("cart", null, null, follow: true, tail: null, stop.Token))
            {
                line.Text.ShouldBe("hello");
                await stop.CancelAsync();
            }
        });
    }

    internal static byte[] Frame(byte channel, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [channel, 0, 0, 0, (byte)(bytes.Length >> 24), (byte)(bytes.Length >> 16), (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}
