using System.Text.Json.Nodes;
using Release.Drivers.Compose;

namespace Release.Tests.Compose;

/// <summary>From a running container's definition to a container beside it.</summary>
public sealed class MakingACandidate
{
    private const string Nameless = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    [Fact]
    public void Only_the_image_and_declared_variables_are_others()
    {
        var body = Plan().Body;

        body["Image"]!.GetValue<string>().ShouldBe("sha256:new");
        body["Env"]!.AsArray().Select(e => e!.GetValue<string>()).ShouldBe(["DB=postgres", "CANARY_INSTANCE=true", "FLAG=on"]);
        body["WorkingDir"]!.GetValue<string>().ShouldBe("/srv");
        body["HostConfig"]!["Memory"]!.GetValue<long>().ShouldBe(1000);
        body["HostConfig"]!["RestartPolicy"]!["Name"]!.GetValue<string>().ShouldBe("unless-stopped");
    }

    [Fact]
    public void What_the_definition_has_from_its_image_comes_anew_from_the_new_one()
    {
        var body = Plan().Body;

        body["Cmd"].ShouldBeNull("the old image's command may not be there in the new one");
        body["Labels"]!["org.opencontainers.image.version"].ShouldBeNull();
        body["ExposedPorts"]!.AsObject().Select(p => p.Key).ShouldBe(["9000/tcp"]);
    }

    [Fact]
    public void A_command_is_kept_where_the_entrypoint_is_the_definitions_own()
    {
        var container = Container();
        container["Config"]!["Entrypoint"] = new JsonArray("/wrap");

        Plan(container).Body["Cmd"]!.AsArray().Select(c => c!.GetValue<string>()).ShouldBe(["serve"]);
    }

    [Fact]
    public void It_has_no_label_of_compose_and_no_alias_of_stable()
    {
        var plan = Plan();

        plan.Body["Labels"]!.AsObject().Select(l => l.Key).ShouldBe(["team", "release.instance"]);
        plan.Body["NetworkingConfig"]!["EndpointsConfig"]!.AsObject().Select(n => n.Key).ShouldBe(["stack_default"]);
        plan.Body["NetworkingConfig"]!["EndpointsConfig"]!["stack_default"]!["Aliases"].ShouldBeNull();
        plan.Networks.Select(n => n.Key).ShouldBe(["backend"]);
    }

    [Fact]
    public void What_only_one_container_can_have_is_left_out_and_said()
    {
        var plan = Plan();

        plan.LeftOut.ShouldBe(["the host's port 13003 for 3003/tcp", "the nameless volume at /cache, in place of which it gets a new one", "the address 10.1.0.9 (IPv4Address) in backend"]);
        plan.Body["HostConfig"]!["PortBindings"].ShouldBeNull();
        plan.Body["HostConfig"]!["Binds"]!.AsArray().Select(b => b!.GetValue<string>()).ShouldBe(["data:/data:rw"]);
        plan.Body["Hostname"].ShouldBeNull("it is the other container's id");
    }

    [Fact]
    public void A_flag_that_took_the_place_of_a_value_gives_it_back()
    {
        var container = Container();
        container["Config"]!["Labels"]![ComposeLabels.Replaced] = """{"DB":"mysql","FLAG":null}""";
        container["Config"]!["Env"]!.AsArray().Add("FLAG=off");

        var own = ContainerPlan.OwnVariables(container, Image());

        own.ShouldBe(new Dictionary<string, string> { ["DB"] = "mysql" }, ignoreOrder: true);
    }

    [Fact]
    public void A_port_is_offered_at_a_free_one_of_the_host_where_this_program_needs_it()
    {
        var plan = ContainerPlan.Of(Container(), Image(), Change() with { Offered = (3003, "127.0.0.1") });

        plan.Body["HostConfig"]!["PortBindings"]!["3003/tcp"]![0]!.ToJsonString().ShouldBe("""{"HostIp":"127.0.0.1","HostPort":""}""");
    }

    private static ContainerPlan Plan(JsonObject? container = null) => ContainerPlan.Of(container ?? Container(), Image(), Change());

    private static CandidateChange Change() => new(
        "sha256:new",
        new Dictionary<string, string> { [ComposeLabels.Instance] = "cart-1.1.0-run2" },
        new Dictionary<string, string> { ["CANARY_INSTANCE"] = "true", ["FLAG"] = "on" });

    private static JsonObject Image() => JsonNode.Parse("""
        { "Env": ["PATH=/bin", "IMAGE=old"], "Cmd": ["serve"], "WorkingDir": "/app", "ExposedPorts": { "3003/tcp": {} },
          "Labels": { "org.opencontainers.image.version": "1.0.0" } }
        """)!.AsObject();

    private static JsonObject Container() => JsonNode.Parse($$"""
        {
          "Id": "0123456789abcdef",
          "Config": {
            "Hostname": "0123456789ab", "Image": "cart:1.0.0", "WorkingDir": "/srv", "Cmd": ["serve"],
            "Env": ["DB=postgres", "PATH=/bin", "IMAGE=old"],
            "ExposedPorts": { "3003/tcp": {}, "9000/tcp": {} },
            "Labels": { "team": "shop", "com.docker.compose.project": "stack", "com.docker.compose.service": "cart", "org.opencontainers.image.version": "1.0.0", "release.instance": "cart-1.0.0-run1" }
          },
          "HostConfig": {
            "NetworkMode": "stack_default", "Memory": 1000, "RestartPolicy": { "Name": "unless-stopped" },
            "PortBindings": { "3003/tcp": [{ "HostIp": "", "HostPort": "13003" }] },
            "Binds": ["data:/data:rw", "{{Nameless}}:/cache:rw"]
          },
          "NetworkSettings": { "Networks": {
            "backend": { "Aliases": ["cart", "0123456789ab"], "IPAMConfig": { "IPv4Address": "10.1.0.9" } },
            "stack_default": { "Aliases": ["cart", "0123456789ab"], "IPAMConfig": null } } }
        }
        """)!.AsObject();
}
