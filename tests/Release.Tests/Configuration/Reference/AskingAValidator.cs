using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Release.Tests.Configuration.Reference;

/// <summary>The schema says of a file what the program says of it, as far as a schema can.</summary>
public sealed class AskingAValidator
{
    private const string Program = """
        import json, sys, jsonschema
        schema = json.load(open(sys.argv[1], encoding="utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        print(json.dumps([sum(1 for _ in validator.iter_errors(document)) for document in json.load(sys.stdin)]))
        """;

    // Rules between members, references, secrets and what the readers of a schema never see of a file.
    private static readonly string[] BeyondASchema =
    [
        "another name than the file's", "steps that do not end in 100", "steps that do not rise", "a shortest above the longest",
        "a tick above the shortest step", "a warm-up as long as the step", "a quantile of a percentage", "a quantile for errors",
        "a latency limit in percent", "two objectives of one name", "two checks of one name", "a service without metrics",
        "a smoke test of a service that is not there", "a route of a service that is not there", "two services on one path",
        "Kong without the address of callers", "a Kong address without a scheme", "a check of what does not run yet", "both path and address",
        "a body path that is none", "a header that cannot be sent", "what Init left to be done", "a password in the file", "a token in a header",
        "a password in an argument", "a password in an address", "a reference of an unknown kind", "a reference of a later version",
        "a reference that names nothing", "a reference without an end", "a misspelled placeholder", "a reference where none is resolved",
        "a reference in a key", "a reference in an expected value", "an address that is none", "a key twice", "half of a character",
        "a duration that never ends",
    ];

    [ValidatorFact]
    public void What_is_right_is_right()
        => Errors([File.ReadAllText(Path.Combine(Golden.Root, "environments", "local.json")), SampleEnvironment.Text])
            .ShouldBe([0, 0]);

    [ValidatorFact]
    public void What_is_wrong_is_wrong_unless_no_schema_could_tell()
    {
        var cases = WrongFile.All.Where(wrong => IsJson(wrong.Text)).ToList();
        var errors = Errors([.. cases.Select(wrong => wrong.Text)]);
        cases.Zip(errors).Where(told => told.Second == 0).Select(told => told.First.Name).ShouldBeSubsetOf(BeyondASchema);
        errors.Count(found => found > 0).ShouldBeGreaterThan(35);
    }

    private static bool IsJson(string text)
    {
        try
        {
            JsonDocument.Parse(text).Dispose();
            return !text.Contains("\\ud800", StringComparison.Ordinal) && !text.Contains("1e999", StringComparison.Ordinal);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static List<int> Errors(IReadOnlyList<string> documents)
    {
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", Program, Path.Combine(Golden.Root, ".nuke", "environment.schema.json")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        python.StandardInput.Write($"[{string.Join(",", documents)}]");
        python.StandardInput.Close();
        var answer = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        python.ExitCode.ShouldBe(0);
        return [.. JsonNode.Parse(answer)!.AsArray().Select(count => (int)count!)];
    }
}
