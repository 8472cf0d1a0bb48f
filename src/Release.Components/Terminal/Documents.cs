using System.Text.Json;
using System.Text.Json.Nodes;
using Release.Runs;

namespace Release.Components.Terminal;

/// <summary>What the targets of one command print with <c>--json</c>: together one document, whatever happens.</summary>
internal static class Documents
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly List<(string Target, JsonObject Document)> Given = [];

    /// <summary>Keeps a target's document for the end.</summary>
    public static void Add(string target, JsonObject document) => Given.Add((target, document));

    /// <summary>
    /// The one document: a target's own, or where several gave one each under its target's name; without any the result, or
    /// else the exit code and what was said.
    /// </summary>
    /// <param name="result">How the command ended; null where none of the release's targets ran.</param>
    /// <param name="exitCode">The process's.</param>
    /// <param name="said">What was said last on standard error.</param>
    public static string Whole(RunResult? result, int exitCode, IReadOnlyList<string> said)
    {
        var document = Given switch
        {
            [var only] => only.Document,
            [] => result is null ? Said(exitCode, said) : Of(result, said),
            _ => new JsonObject(Given.DistinctBy(g => g.Target).Select(g => KeyValuePair.Create(g.Target, (JsonNode?)g.Document))),
        };
        return ConsoleScreen.Masked(document.ToJsonString(Indented));
    }

    private static JsonObject Of(RunResult result, IReadOnlyList<string> said)
    {
        var document = new JsonObject { ["status"] = (int)result.Status, ["message"] = result.Message, ["next"] = result.Next };
        result.LastAnswer?.AddTo(document);
        if (result.Status is ExitStatus.Usage)
        {
            // What is wrong with a configuration takes more than one line.
            document["details"] = new JsonArray([.. said.Select(line => (JsonNode)line)]);
        }

        return document;
    }

    private static JsonObject Said(int exitCode, IReadOnlyList<string> said) => new()
    {
        ["status"] = exitCode,
        ["message"] = exitCode == 0 ? "done" : string.Join('\n', said),
        ["next"] = exitCode == (int)ExitStatus.Usage ? $"{OwnProgram.Command} --help" : "",
    };
}
