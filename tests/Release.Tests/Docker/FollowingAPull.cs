using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Release.Drivers;
using Release.Drivers.Compose;
using Release.Drivers.Docker;
using Release.Drivers.Docker.Probes;
using Release.Platforms;
using Release.Probes;
using Release.Runs;
using Release.Tests.Probes;

namespace Release.Tests.Docker;

/// <summary>Images that come from a registry: with which login, how far they are, and what can be in the way.</summary>
public sealed class FollowingAPull
{
    private const string Digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private static readonly Artefact Cart = new("cart", "1.0.0", $"registry.example/cart@{Digest}");

    [Theory]
    [InlineData("registry.example:5000/shop/cart:1.0.0", "registry.example:5000")]
    [InlineData("ghcr.io/cart", "ghcr.io")]
    [InlineData("localhost/cart", "localhost")]
    [InlineData("shop/cart:1.0.0", "docker.io")]
    [InlineData("cart:1.0.0", "docker.io")]
    public void The_registry_stands_before_the_first_slash_if_it_could_be_a_host(string reference, string registry) =>
        RegistryLogins.Registry(reference).ShouldBe(registry);

    [Fact]
    public void A_login_goes_to_its_registry_only_and_is_read_when_it_is_needed()
    {
        var resolved = new List<string>();
        var logins = new RegistryLogins([new() { Registry = "ghcr.io", User = "me", Password = "${env:TOKEN}" }], text =>
        {
            resolved.Add(text);
            return text == "${env:TOKEN}" ? "s>e?c" : text;
        });

        logins.For("registry.example/cart:1").ShouldBeNull();
        resolved.ShouldBeEmpty();
        var login = logins.For("ghcr.io/cart:1")!;
        login.ShouldNotContain('/');
        JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(login.Replace('-', '+').Replace('_', '/'))))!
            .ToJsonString().ShouldBe(new JsonObject { ["username"] = "me", ["password"] = "s>e?c", ["serveraddress"] = "ghcr.io" }.ToJsonString());
    }

    [Fact]
    public void Progress_counts_layers_and_bytes_as_they_become_known()
    {
        var progress = new PullProgress();
        Add("""{"status":"Pulling from shop/cart","id":"1.0.0"}""");
        Add("""{"status":"Pulling fs layer","progressDetail":{},"id":"aaaaaaaaaaaa"}""");
        Add("""{"status":"Already exists","progressDetail":{},"id":"bbbbbbbbbbbb"}""");
        Add("""{"status":"Downloading","progressDetail":{"current":2500000,"total":10000000},"id":"aaaaaaaaaaaa"}""");
        progress.ToString().ShouldBe("fetched 2.5 of 10 MB, 1 of 2 layers are there");
        Add("""{"status":"Download complete","progressDetail":{},"id":"aaaaaaaaaaaa"}""");
        Add("""{"status":"Extracting","progressDetail":{"current":1,"total":99000000},"id":"aaaaaaaaaaaa"}""");
        progress.ToString().ShouldBe("fetched 10 of 10 MB, 1 of 2 layers are there");
        Add("""{"status":"Pull complete","progressDetail":{},"id":"aaaaaaaaaaaa"}""");
        progress.ToString().ShouldBe("fetched 10 of 10 MB, 2 of 2 layers are there");

        void Add(string line) => progress.Add(new((JsonObject)JsonNode.Parse(line)!));
    }

    [Theory]
    [InlineData("failed to register layer: write /x: no space left on device", "has no space left for", "system df")]
    [InlineData("unauthorized: authentication required", "does not give registry.example/cart@", "Correct user and password of registry.example")]
    [InlineData("Get \"https://registry.example/v2/\": dial tcp 10.0.0.1:443: connect: connection refused", "registry.example does not answer the engine", "load the image there")]
    [InlineData("Get \"https://registry.example/v2/\": x509: certificate signed by unknown authority", "does not trust registry.example", "/etc/docker/certs.d/registry.example/ca.crt")]
    [InlineData("manifest for registry.example/cart@sha256:aa not found: manifest unknown: manifest unknown", "registry.example has no image", "docker push")]
    [InlineData("something new", "could not get registry.example/cart@", "docker -H unix://")]
    public async Task A_failure_in_the_middle_of_a_pull_fails_the_step_and_says_what_to_do(string said, string why, string next)
    {
        var login = "";
        await using var there = await EngineDouble.Start(async context =>
        {
            context.Response.StatusCode = context.Request.Method == "POST" ? 200 : 404;
            login = context.Request.Headers["X-Registry-Auth"].ToString();
            await context.Response.WriteAsync(context.Request.Method == "POST"
                ? $"{{\"status\":\"Pulling fs layer\",\"id\":\"aaaaaaaaaaaa\"}}\n{new JsonObject { ["errorDetail"] = new JsonObject { ["message"] = said }, ["error"] = said }.ToJsonString()}\n"
                : "{\"message\":\"No such image\"}");
        });
        using var platform = Platform(there);

        var refusal = await Should.ThrowAsync<ReleaseException>(() => platform.Prepare("prepare-cart", Cart).Apply(new("1"), default));

        refusal.Message.ShouldContain(why);
        refusal.Next.ShouldContain(next);
        login.ShouldNotBeEmpty();
        there.Asked.ShouldContain($"POST /v1.41/images/create?fromImage={Uri.EscapeDataString(Cart.Digest)}");
    }

    [Fact]
    public async Task What_was_in_no_registry_is_not_fetched()
    {
        await using var there = await EngineDouble.Answering(404, "{\"message\":\"No such image\"}");
        using var platform = Platform(there);
        var step = platform.Prepare("prepare-cart", Cart with { Digest = Digest });

        (await step.Observe(default)).Seen[Artefact.ToBeHad]!.GetValue<bool>().ShouldBeFalse();
        (await Should.ThrowAsync<ReleaseException>(() => step.Apply(new("1"), default))).Message.ShouldContain("has no image");
        there.Asked.ShouldAllBe(asked => !asked.StartsWith("POST"));
    }

    [Fact]
    public async Task Where_nothing_may_be_fetched_no_registry_is_asked()
    {
        await using var there = await EngineDouble.Answering(404, "{\"message\":\"No such image\"}");
        using var platform = Platform(there, PullPolicy.Never);
        var step = platform.Prepare("prepare-cart", Cart);

        (await step.Observe(default)).State.ShouldBe(StepState.Pending);
        _ = await Should.ThrowAsync<ReleaseException>(() => step.Apply(new("1"), default));
        step.Deadline.ShouldBe(TimeSpan.FromSeconds(60));
        there.Asked.Where(asked => asked.Contains("distribution") || asked.StartsWith("POST")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("linux", "amd64", null, true)]
    [InlineData("linux", "arm64", null, false)]
    [InlineData("linux", "amd64", "500MB", false)]
    public async Task A_check_of_an_image_that_is_still_to_be_fetched_judges_what_its_registry_says(string os, string architecture, string? maxSize, bool passes)
    {
        await using var there = await EngineDouble.Start(context =>
        {
            var isDistribution = context.Request.Path.Value!.Contains("/distribution/", StringComparison.Ordinal);
            context.Response.StatusCode = isDistribution ? 200 : 404;
            return context.Response.WriteAsync(isDistribution
                ? $"{{\"Descriptor\":{{\"digest\":\"{Digest}\"}},\"Platforms\":[{{\"os\":\"{os}\",\"architecture\":\"{architecture}\"}}]}}"
                : "{\"message\":\"No such image\"}");
        });
        using var looking = new Looking();
        var options = new ImageProbeOptions { Id = "image", Type = "image", Image = "registry.example/cart:1.0.0", MaxSize = maxSize };
        var context = Context() with { Platform = Options(there, PullPolicy.Missing) };

        var result = await ImageProbe.Look(options, looking.Surroundings, context, default);

        result.Verdict.ShouldBe(passes ? ProbeVerdict.Pass : ProbeVerdict.Fail, result.Detail);
        result.Detail.ShouldContain(passes ? $"is fetched by the release, as {Digest}" : maxSize is null ? "is for linux/arm64 in its registry" : "its size and age are seen only there");
    }

    private static ComposePlatform Platform(EngineDouble there, PullPolicy pull = PullPolicy.Missing) => new(Options(there, pull), Context(), (_, _) => Task.FromResult<int?>(null));

    private static ComposePlatformOptions Options(EngineDouble there, PullPolicy pull) => new()
    {
        Type = "compose",
        Project = "shop",
        Engine = there.Host.Text,
        Pull = pull,
        Registries = [new() { Registry = "registry.example", User = "me", Password = "secret" }],
    };

    private static DriverContext Context() => new(Path.GetTempPath(), "test", Git.TestRepository.Tool, TimeProvider.System, _ => { });
}
