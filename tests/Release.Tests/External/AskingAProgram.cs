using System.Text.Json.Nodes;
using Release.Drivers;
using Release.Drivers.External;
using Release.Output;
using Release.Platforms;
using Release.Tests.Processes;
using Release.Tools;

namespace Release.Tests.External;

/// <summary>What reaches a program: one JSON document, the same as variables, arguments as they are.</summary>
public sealed class AskingAProgram : IDisposable
{
    private const string Keep = "cat >json; env | grep ^DRIVER_ | sort >variables; printf '%s\\n' \"$@\" >arguments; printf '%s' \"${TOKEN:-}\" >token; echo '{\"state\":\"done\"}'";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProgramsFact(["sh"])]
    public async Task The_request_is_one_document()
    {
        await Undo("ping-1.0.0-run1");
        var request = JsonNode.Parse(await File.ReadAllTextAsync(_folder["json"]))!.AsObject();
        request.Select(pair => pair.Key).ShouldBe(["protocol", "port", "call", "env", "timeout", "step", "stepId", "service", "instance", "version", "digest", "key", "before"]);
        request["service"]!["name"]!.GetValue<string>().ShouldBe("ping");
        request["before"]!["nested"]!["deep"]!.GetValue<int>().ShouldBe(1);
    }

    [ProgramsFact(["sh"])]
    public async Task The_same_stands_in_variables()
    {
        await Undo("ping-1.0.0-run1");
        var variables = await File.ReadAllLinesAsync(_folder["variables"]);
        variables.ShouldContain("DRIVER_CALL=undo");
        variables.ShouldContain("DRIVER_STEP=start");
        variables.ShouldContain("DRIVER_STEP_ID=start-ping");
        variables.ShouldContain("DRIVER_SERVICE_NAME=ping");
        variables.ShouldContain($"DRIVER_KEY={StepConformance.UndoKey}");
        variables.ShouldContain("DRIVER_BEFORE_ALIVE=false");
        variables.ShouldContain("DRIVER_BEFORE_STARTED_AT=now");
    }

    [ProgramsFact(["sh"])]
    public async Task What_a_call_has_not_is_empty_and_not_somebody_elses()
    {
        await Undo("ping-1.0.0-run1");
        (await File.ReadAllLinesAsync(_folder["variables"])).ShouldContain("DRIVER_WEIGHTS=");
        (await File.ReadAllLinesAsync(_folder["variables"])).ShouldContain("DRIVER_BACKUP=");
    }

    [ProgramsFact(["sh"])]
    public async Task Hostile_names_arrive_as_they_are()
    {
        const string Name = "x'; touch pwned; $(touch pwned) `touch pwned` \\ \" *";
        await Undo(Name);
        JsonNode.Parse(await File.ReadAllTextAsync(_folder["json"]))!["instance"]!.GetValue<string>().ShouldBe(Name);
        (await File.ReadAllLinesAsync(_folder["variables"])).ShouldContain($"DRIVER_INSTANCE={Name}");
        File.Exists(_folder["pwned"]).ShouldBeFalse();
    }

    [ProgramsFact(["sh"])]
    public async Task Arguments_and_variables_of_the_configuration_are_resolved_when_they_are_used()
    {
        await Undo("ping");
        (await File.ReadAllLinesAsync(_folder["arguments"])).ShouldBe(["a b", "$HOME", "resolved"]);
        (await File.ReadAllTextAsync(_folder["token"])).ShouldBe("resolved");
    }

    private Task Undo(string instance)
    {
        var context = new DriverContext(_folder.Path, "test", new Tool(TimeProvider.System, new SecretMask()), TimeProvider.System, _ => { })
        {
            Resolve = text => text.Replace("${env:SECRET}", "resolved", StringComparison.Ordinal),
        };
        var options = new ExternalPlatformOptions
        {
            Type = "external",
            Program = "sh",
            Args = ["-c", Keep, "sh", "a b", "$HOME", "${env:SECRET}"],
            Env = new Dictionary<string, string> { ["TOKEN"] = "${env:SECRET}" },
        };
        var step = new ExternalPlatform(options, context).Start("start-ping", new Instance(instance, new("ping", "1.0.0", "d"), []), DriverWorld.Service);
        var before = new JsonObject { ["alive"] = false, ["startedAt"] = "now", ["nested"] = new JsonObject { ["deep"] = 1 }, ["bad name"] = "x" };
        return step.Undo(new(before), StepConformance.UndoKey, default);
    }
}
