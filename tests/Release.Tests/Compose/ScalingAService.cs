using System.Text.Json.Nodes;
using Release.Drivers.Compose;

namespace Release.Tests.Compose;

/// <summary>What Doctor's --fix asks of compose.</summary>
public sealed class ScalingAService
{
    [Fact]
    public void What_stays_is_not_recreated() => ComposeCommands
        .Scale(ComposeCommands.Stack("shop", "/shop", ["a.yml", "b.yml"]), "ping", 2, TimeSpan.FromSeconds(9.5))
        .ShouldBe(["--project-name", "shop", "--project-directory", "/shop", "--file", "a.yml", "--file", "b.yml", "up", "-d", "--no-recreate", "--no-deps", "--no-build", "-t", "10", "--scale", "ping=2", "ping"]);

    [Theory]
    [InlineData("ping-1.2.0-run3", 2)]
    [InlineData("ping-1.2.0-first-2-run3", 1)]
    [InlineData("ping-1.0.0-adopted-0123456789ab", 12)]
    public void The_copies_that_stay_have_a_name_of_their_own(string instance, int copies)
    {
        ComposeNames.ParseFirst(ComposeNames.First(instance, copies)).ShouldBe((instance, copies));
        ComposeNames.ParseFirst(instance).ShouldBe((instance, null));
    }

    [Theory]
    [InlineData("shop-ping-1", null, null)]
    [InlineData("shop_ping_1", null, null)]
    [InlineData("ping", null, "it has the container_name ping")]
    [InlineData("shop-ping-1", "8080", "it has the host port 8080")]
    [InlineData("shop-ping-1", "", null)]
    [InlineData("shop-ping-1", "0", null)]
    [InlineData("shop-ping-1", "8000-8010", null)]
    public void A_container_name_or_a_fixed_host_port_is_for_one_container_only(string name, string? hostPort, string? refused)
    {
        var bindings = hostPort is null ? new JsonObject() : new JsonObject { ["3000/tcp"] = new JsonArray(new JsonObject { ["HostIp"] = "", ["HostPort"] = hostPort }) };
        var why = ScaleRefusal.Of(name, new JsonObject { ["HostConfig"] = new JsonObject { ["PortBindings"] = bindings } }, "shop", "ping");
        (why is null).ShouldBe(refused is null);
        (why ?? "").ShouldStartWith(refused ?? "");
    }
}
