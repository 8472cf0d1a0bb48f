using System.Globalization;
using System.Text.Json.Nodes;
using Release.Runs;

namespace Release.Runbooks;

/// <summary>An executed runbook as one JSON document. Members are added, never renamed.</summary>
public static class RunbookJson
{
    /// <summary>The document: <c>lines</c>, each with <c>id</c>, <c>says</c>, <c>status</c>, <c>by</c>, <c>at</c> and <c>evidence</c> (null where there is none), and <c>counts</c>.</summary>
    public static JsonObject Of(ExecutedRunbook runbook) => new()
    {
        ["env"] = runbook.Environment,
        ["run"] = runbook.Run,
        ["about"] = runbook.About,
        ["over"] = runbook.IsOver,
        ["runbook"] = new JsonObject
        {
            ["title"] = runbook.Title,
            ["file"] = runbook.File,
            ["sha256"] = runbook.Sha256,
            ["recordedSha256"] = runbook.RecordedSha256,
            ["changed"] = runbook.HasChanged,
        },
        ["lines"] = new JsonArray([.. runbook.Lines.Select(Line)]),
        ["counts"] = new JsonObject
        {
            ["automatic"] = runbook.Count(LineStatus.Passed),
            ["signed"] = runbook.Count(LineStatus.Signed),
            ["open"] = runbook.Count(LineStatus.Open),
            ["missing"] = runbook.Count(LineStatus.Missing),
            ["failed"] = runbook.Count(LineStatus.Failed),
            ["notApplicable"] = runbook.Count(LineStatus.NotApplicable),
            ["total"] = runbook.Lines.Count,
        },
    };

    private static JsonNode Line(ExecutedLine line)
    {
        var json = new JsonObject
        {
            ["id"] = line.Id,
            ["says"] = line.Says,
            ["status"] = Words.Of(line.Status),
            ["by"] = OrNull(line.By),
            ["at"] = line.At?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            ["evidence"] = OrNull(line.Evidence),
            ["section"] = OrNull(line.Section),
            ["phase"] = OrNull(line.Phase),
        };
        if (line.Roles.Count > 0)
        {
            json["roles"] = new JsonArray([.. line.Roles.Select(r => (JsonNode)r)]);
            json["required"] = line.IsRequired;
        }

        return json;
    }

    private static JsonNode? OrNull(string text) => text.Length == 0 ? null : text;
}
