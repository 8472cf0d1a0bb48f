using System.Text.Encodings.Web;
using System.Text.Json;

namespace Release.Tests.Gateway;

/// <summary>Kong's shapes and codes, as in its source (<c>kong/db/errors.lua</c>, <c>kong/api/endpoints.lua</c>).</summary>
public sealed class AskingTheAdminApi
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData("GET", "/nothing", null, 404, """{"message":"Not found"}""")]
    [InlineData("GET", "/services/nothing", null, 404, """{"message":"Not found"}""")]
    [InlineData("PATCH", "/upstreams/app/targets/127.0.0.1:1", "{}", 404, """{"message":"Not found"}""")]
    [InlineData("POST", "/status", null, 405, """{"message":"Method not allowed"}""")]
    [InlineData("POST", "/services", "{", 400, """{"message":"Cannot parse JSON body"}""")]
    [InlineData("POST", "/services", """{"name":"a","name":"b"}""", 400, """{"message":"Cannot parse JSON body"}""")]
    [InlineData("POST", "/services", "{}", 400, """{"code":2,"name":"schema violation","message":"schema violation (host: required field missing)","fields":{"host":"required field missing"}}""")]
    [InlineData("PATCH", "/upstreams/app/targets/127.0.0.1:9", """{"weight":65536}""", 400, """{"code":2,"name":"schema violation","message":"schema violation (weight: value should be between 0 and 65535)","fields":{"weight":"value should be between 0 and 65535"}}""")]
    [InlineData("POST", "/routes", """{"paths":["x"]}""", 400, """{"code":2,"name":"schema violation","message":"schema violation (paths.1: should start with: / (fixed path) or ~/ (regex path))","fields":{"paths":["should start with: / (fixed path) or ~/ (regex path)"]}}""")]
    [InlineData("POST", "/services", """{"host":"h","nmae":"x"}""", 400, """{"code":2,"name":"schema violation","message":"schema violation (nmae: unknown field)","fields":{"nmae":"unknown field"}}""")]
    [InlineData("POST", "/services", """{"name":"app","host":"h"}""", 409, """{"code":5,"name":"unique constraint violation","message":"UNIQUE violation detected on '{name=\"app\"}'","fields":{"name":"app"}}""")]
    [InlineData("DELETE", "/services/app", null, 400, """{"code":4,"name":"foreign key violation","message":"an existing 'routes' entity references this 'services' entity","fields":{"@referenced_by":"routes"}}""")]
    [InlineData("POST", "/config", "{}", 400, """{"message":"this endpoint is only available when Kong is configured to not use a database"}""")]
    public async Task Refusals_have_Kongs_shape(string method, string path, string? body, int status, string expected)
    {
        await using var gateway = await RunningGateway.Serving(("127.0.0.1:9", 100));
        var (actual, answer) = await gateway.Send(method, path, body);
        answer!.ToJsonString(Readable).ShouldBe(expected);
        actual.ShouldBe(status);
    }

    [Fact]
    public async Task Defaults_are_Kongs()
    {
        await using var gateway = await RunningGateway.Start();
        var (status, service) = await gateway.Send("POST", "/services", """{"name":"s","url":"http://example.test:81/base"}""");
        status.ShouldBe(201);
        Guid.TryParse((string)service!["id"]!, out _).ShouldBeTrue();
        ((string)service["host"]!).ShouldBe("example.test");
        ((int)service["port"]!).ShouldBe(81);
        ((string)service["path"]!).ShouldBe("/base");
        ((int)service["retries"]!).ShouldBe(5);
        ((int)service["connect_timeout"]!).ShouldBe(60000);
        await gateway.Created("/upstreams", """{"name":"app"}""");
        var (_, target) = await gateway.Send("POST", "/upstreams/app/targets", """{"target":"127.0.0.1"}""");
        ((int)target!["weight"]!).ShouldBe(100);
        ((string)target["target"]!).ShouldBe("127.0.0.1:8000");
    }

    [Fact]
    public async Task Lists_come_in_pages()
    {
        await using var gateway = await RunningGateway.Serving(("127.0.0.1:1", 1), ("127.0.0.1:2", 2), ("127.0.0.1:3", 3));
        var (_, all) = await gateway.Send("GET", "/upstreams/app/targets");
        all!["data"]!.AsArray().Count.ShouldBe(3);
        all.ContainsKey("next").ShouldBeTrue();
        all["next"].ShouldBeNull();
        var (_, first) = await gateway.Send("GET", "/upstreams/app/targets?size=2");
        var (_, second) = await gateway.Send("GET", (string)first!["next"]!);
        first["data"]!.AsArray().Concat(second!["data"]!.AsArray())
            .Select(target => (string)target!["target"]!)
            .ShouldBe(["127.0.0.1:3", "127.0.0.1:2", "127.0.0.1:1"]);
        second["next"].ShouldBeNull();
    }

    [Fact]
    public async Task Entities_are_found_by_name_and_id_put_and_removed()
    {
        await using var gateway = await RunningGateway.Serving(("127.0.0.1:9", 100));
        var (_, target) = await gateway.Send("GET", "/upstreams/app/targets/127.0.0.1:9");
        var byId = $"/upstreams/app/targets/{(string)target!["id"]!}";
        ((int)(await gateway.Send("PUT", byId, """{"weight":3}""")).Body!["weight"]!).ShouldBe(3);
        (await gateway.Send("DELETE", byId)).Status.ShouldBe(204);
        (await gateway.Send("DELETE", byId)).Status.ShouldBe(404);

        var (status, created) = await gateway.Send("PUT", "/services/new", """{"host":"one"}""");
        status.ShouldBe(200);
        var (_, replaced) = await gateway.Send("PUT", "/services/new", """{"host":"two","retries":1}""");
        ((string)replaced!["id"]!).ShouldBe((string)created!["id"]!);
        (await gateway.Send("DELETE", "/services/new")).Status.ShouldBe(204);
        (await gateway.Send("DELETE", "/services/new")).Status.ShouldBe(204);
        (await gateway.Send("GET", "/services/new")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_form_is_understood()
    {
        await using var gateway = await RunningGateway.Serving(("127.0.0.1:9", 100));
        using var form = new FormUrlEncodedContent([new("weight", "17"), new("tags[]", "a"), new("tags[]", "b")]);
        using var answer = await gateway.Admin.PatchAsync(new Uri("/upstreams/app/targets/127.0.0.1:9", UriKind.Relative), form);
        ((int)answer.StatusCode).ShouldBe(200);
        var (_, target) = await gateway.Send("GET", "/upstreams/app/targets/127.0.0.1:9");
        ((int)target!["weight"]!).ShouldBe(17);
        target["tags"]!.AsArray().Count.ShouldBe(2);
        (await gateway.Send("GET", "/upstreams/app/health")).Body!["data"]![0]!["health"]!.ToString().ShouldBe("HEALTHCHECKS_OFF");
    }

    [Fact]
    public async Task A_body_beyond_ten_megabytes_is_refused()
    {
        await using var gateway = await RunningGateway.Start();
        using var content = new ByteArrayContent(new byte[11 * 1024 * 1024]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/services") { Content = content };
        request.Headers.ExpectContinue = true;
        using var answer = await gateway.Admin.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(413);
    }
}
