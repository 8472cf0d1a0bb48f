namespace Release.Tests.Gateway;

public sealed class RunningWithoutADatabase
{
    [Fact]
    public async Task A_whole_file_replaces_everything_and_single_writes_are_refused()
    {
        await using var one = await Backend.Saying("one");
        await using var two = await Backend.Saying("two");
        await using var gateway = await RunningGateway.Start(dbLess: true);
        var (status, body) = await gateway.Send("POST", "/config", Declared(one.Address, 100));
        status.ShouldBe(201);
        body!["targets"]!.AsObject().Count.ShouldBe(1);
        (await gateway.Get()).ShouldBe("200 one");
        (await gateway.Send("POST", "/config?check_hash=1", Declared(one.Address, 100))).Status.ShouldBe(304);

        var (refused, error) = await gateway.Send("PATCH", $"/upstreams/app/targets/{one.Address}", """{"weight":1}""");
        refused.ShouldBe(405);
        error!.ToJsonString().ShouldBe(
            """{"code":12,"name":"operation unsupported","message":"cannot update \u0027targets\u0027 entities when not using a database"}""");
        (await gateway.Send("POST", "/upstreams/app/targets", """{"target":"127.0.0.1:1"}""")).Status.ShouldBe(405);
        (await gateway.Send("DELETE", "/services/app")).Status.ShouldBe(405);
        (await gateway.Send("POST", "/upstreams/app/targets", """{"weight":-1}""")).Status.ShouldBe(400);

        (await gateway.Send("POST", "/config", Declared(two.Address, 100))).Status.ShouldBe(201);
        (await gateway.Get()).ShouldBe("200 two");
        (await gateway.Send("GET", "/upstreams/app/targets")).Body!["data"]!.AsArray().Count.ShouldBe(1);
        ((string)(await gateway.Send("GET", "/")).Body!["configuration"]!["database"]!).ShouldBe("off");
    }

    [Fact]
    public async Task What_was_exported_can_be_sent_again()
    {
        await using var one = await Backend.Saying("one");
        await using var gateway = await RunningGateway.Start(dbLess: true);
        await gateway.Send("POST", "/config", Declared(one.Address, 7));
        var hash = (string)(await gateway.Send("GET", "/status")).Body!["configuration_hash"]!;
        var exported = (string)(await gateway.Send("GET", "/config")).Body!["config"]!;
        (await gateway.Send("POST", "/config", exported)).Status.ShouldBe(201);
        ((string)(await gateway.Send("GET", "/status")).Body!["configuration_hash"]!).ShouldBe(hash);
    }

    [Theory]
    [InlineData("", "expected a declarative configuration")]
    [InlineData("services: []", "declarative config is invalid")]
    [InlineData("""{"_format_version":"9.9"}""", "expected one of")]
    [InlineData("""{"services":[]}""", "required field missing")]
    [InlineData("""{"_format_version":"3.0","plugins":[]}""", "unknown field")]
    [InlineData("""{"_format_version":"3.0","upstreams":[{"name":"app","targets":[{"target":"a:1","weight":"x"}]}]}""", "expected an integer")]
    public async Task A_bad_file_changes_nothing_and_says_why(string file, string reason)
    {
        await using var one = await Backend.Saying("one");
        await using var gateway = await RunningGateway.Start(dbLess: true);
        await gateway.Send("POST", "/config", Declared(one.Address, 100));
        var (status, body) = await gateway.Send("POST", "/config", file);
        status.ShouldBe(400);
        ((string)body!["message"]!).ShouldContain(reason);
        (await gateway.Get()).ShouldBe("200 one");
    }

    [Fact]
    public async Task Errors_can_be_flattened()
    {
        await using var gateway = await RunningGateway.Start(dbLess: true);
        var (_, body) = await gateway.Send(
            "POST", "/config?flatten_errors=1", """{"_format_version":"3.0","services":[{"name":"s","port":1}]}""");
        var error = body!["flattened_errors"]![0]!;
        ((string)error["entity_type"]!).ShouldBe("service");
        ((string)error["entity_name"]!).ShouldBe("s");
        ((string)error["errors"]![0]!["field"]!).ShouldBe("host");
    }

    private static string Declared(string target, int weight) =>
        $$"""
        {"_format_version":"3.0","_transform":true,
         "services":[{"name":"app","host":"app","routes":[{"name":"all","paths":["/"]}]}],
         "upstreams":[{"name":"app","targets":[{"target":"{{target}}","weight":{{weight}}}]}]}
        """;
}
