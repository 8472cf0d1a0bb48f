using System.Text.Json.Nodes;

namespace Release.Tests.Gateway;

public sealed class RestartingTheGateway : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("gateway-").FullName;

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [Fact]
    public async Task Weights_and_routes_come_back()
    {
        await using var one = await Backend.Saying("one");
        await using var two = await Backend.Saying("two");
        JsonObject? before;
        await using (var gateway = await RunningGateway.Start(_state))
        {
            await gateway.Serve((one.Address, 100), (two.Address, 0));
            await gateway.Weigh(two.Address, 100);
            await gateway.Weigh(one.Address, 0);
            before = (await gateway.Send("GET", "/upstreams/app/targets")).Body;
        }

        await using var again = await RunningGateway.Start(_state);
        (await again.Get()).ShouldBe("200 two");
        var after = (await again.Send("GET", "/upstreams/app/targets")).Body;
        after!.ToJsonString().ShouldBe(before!.ToJsonString());
    }

    [Fact]
    public async Task A_file_says_where_it_listens()
    {
        await using var gateway = await RunningGateway.Start(_state);
        var file = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_state, "gateway.json")))!;
        ((int)file["proxyPort"]!).ShouldBe(gateway.ProxyPort);
        ((int)file["adminPort"]!).ShouldBe(gateway.Admin.BaseAddress!.Port);
        ((int)file["pid"]!).ShouldBe(Environment.ProcessId);
    }

    [Theory]
    [InlineData("torn")]
    [InlineData("changed")]
    [InlineData("empty")]
    [InlineData("other")]
    public async Task A_state_that_cannot_be_trusted_is_refused_and_left_alone(string damage)
    {
        await using (var gateway = await RunningGateway.Start(_state))
        {
            await gateway.Serve(("127.0.0.1:9", 100));
        }

        var path = Path.Combine(_state, "config.json");
        var text = await File.ReadAllTextAsync(path);
        var damaged = damage switch
        {
            "torn" => text[..(text.Length / 2)],
            "changed" => text.Replace("\"weight\":100", "\"weight\":101", StringComparison.Ordinal),
            "empty" => "",
            _ => """{"format":99,"sha256":"","entities":{}}""",
        };
        damaged.ShouldNotBe(text);
        await File.WriteAllTextAsync(path, damaged);
        var error = await Should.ThrowAsync<InvalidDataException>(() => RunningGateway.Start(_state));
        error.Message.ShouldContain("corrupt");
        error.Message.ShouldContain(path);
        (await File.ReadAllTextAsync(path)).ShouldBe(damaged);
    }

    [Fact]
    public async Task Two_gateways_do_not_share_a_state()
    {
        await using var gateway = await RunningGateway.Start(_state);
        (await Should.ThrowAsync<IOException>(() => RunningGateway.Start(_state))).Message.ShouldContain("another gateway");
    }
}
