using System.Diagnostics;
using System.Text.Json.Nodes;
using Release.Drivers.External;
using Release.Gates;
using Release.Tests.Configuration;
using Release.Tests.Configuration.Reference;
using Release.Tests.Processes;

namespace Release.Tests.External;

/// <summary>
/// <c>docs/external-drivers.schema.json</c> is made of the table that the program itself asks and checks by. <c>GOLDEN=overwrite</c>
/// makes it again.
/// </summary>
public sealed class TheProtocol
{
    private const string Program = """
        import json, sys, jsonschema
        schema = json.load(open(sys.argv[1], encoding="utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        for document in json.load(sys.stdin):
            one = dict(schema["definitions"][document["name"]])
            for error in jsonschema.Draft7Validator(one).iter_errors(document["json"]):
                print(document["name"], error.message)
        """;

    [Fact]
    public void The_schema_is_that_of_the_table() => Golden.CompareFile("docs/external-drivers.schema.json", ProtocolSchema.Make());

    [Fact]
    public void Every_call_is_on_the_page()
    {
        var page = File.ReadAllText(Path.Combine(Golden.Root, "docs", "external-drivers.md"));
        ExternalProtocol.Calls.Where(call => call.Name is not ("observe" or "apply" or "undo")).Select(call => $"`{call.Name}`").Where(name => !page.Contains(name, StringComparison.Ordinal)).ShouldBeEmpty();
        ExternalProtocol.Calls.Select(call => call.Step).OfType<string>().Distinct().Select(step => $"`{step}`").Where(name => !page.Contains(name, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [ValidatorFact]
    public async Task What_is_asked_is_what_the_schema_says()
    {
        var asked = new JsonArray();
        using var stack = new FolderWorld();
        async Task Keep(string name, Func<Task> ask)
        {
            await ask();
            asked.Add(new JsonObject { ["name"] = name, ["json"] = JsonNode.Parse(stack.Show("request.json")) });
        }

        var instance = await stack.Prepared("ping");
        var artefact = instance.Artefact;
        var (prepare, start) = (stack.Platform.Prepare("prepare-ping", artefact), stack.Platform.Start("start-ping", instance, FolderWorld.Service));
        var shift = stack.Router.Shift("shift", FolderWorld.Service, null, "ping", Percent.Full);
        await Keep("platform-identify-request", () => stack.Platform.Identify(FolderWorld.Service, "1.0.0", default));
        await Keep("platform-look-request", () => stack.Platform.Look("ping", default));
        await Keep("platform-apply-prepare-request", () => prepare.Apply(StepConformance.Key, default));
        await Keep("platform-observe-start-request", () => start.Observe(default));
        await Keep("platform-undo-start-request", () => start.Undo(new(new() { ["alive"] = true }), StepConformance.UndoKey, default));
        await start.Apply(StepConformance.Key, default);
        await Keep("router-endpoints-request", () => stack.Router.Endpoints(default));
        await Keep("router-weights-request", () => stack.Router.Observe(FolderWorld.Service, default));
        await Keep("router-apply-shift-request", () => shift.Apply(StepConformance.Key, default));
        await Keep("router-undo-shift-request", () => shift.Undo(new(new() { ["candidate"] = "127.0.0.1:9" }), StepConformance.UndoKey, default));
        await Keep("metrics-counters-request", () => stack.Metrics.Read([new("ping", Variant.Candidate, "ping", "1.0.0", new Uri("http://127.0.0.1:9/metrics"))], default));
        await Keep("backup-observe-take-request", () => stack.Backup(BackupPolicy.Keep).Take("b")[0].Observe(default));
        await Keep("backup-undo-take-request", () => stack.Backup(BackupPolicy.Keep).Take("b")[0].Undo(new([]), StepConformance.UndoKey, default));

        Wrong(asked).ShouldBe("");
    }

    private static string Wrong(JsonArray documents)
    {
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", Program, Path.Combine(Golden.Root, "docs", "external-drivers.schema.json")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        python.StandardInput.Write(documents.ToJsonString());
        python.StandardInput.Close();
        var answer = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        python.ExitCode.ShouldBe(0);
        return answer;
    }
}
