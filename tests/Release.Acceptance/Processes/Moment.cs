using System.Text.Json;
using System.Text.Json.Nodes;

namespace Release.Acceptance.Processes;

/// <summary>A moment of a run, by what its journal has.</summary>
/// <param name="Name">In words.</param>
/// <param name="IsIn">Whether these records have it.</param>
internal sealed record Moment(string Name, Func<IReadOnlyList<JsonObject>, bool> IsIn)
{
    public static Moment Judging { get; } = Parse("MetricsGate", "sample");

    /// <summary>A record of a release's run in one of its phases.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="record">A record's type, and the step that it is about: <c>step-applied tag-release</c>; nothing for the start of the phase.</param>
    public static Moment Parse(string phase, string record)
    {
        var (type, step) = record.Split(' ') is [var first, var second] ? (first, second) : (record, null);
        return new($"{(type.Length == 0 ? "the start" : record)} in {phase}", records =>
        {
            // A sample has no phase of its own: it belongs to the last one that started.
            var start = records.ToList().FindLastIndex(r => Is(r, "type", "phase-started") && !Is(r, "run", "1"));
            return start >= 0 && Is(records[start], "phase", phase)
                && (type.Length == 0 || records.Skip(start).Any(r => Is(r, "type", type) && (step is null || Is(r, "step", step))));
        });
    }

    private static bool Is(JsonObject record, string name, string value) => record[name]?.GetValueKind() is JsonValueKind.String && record[name]!.GetValue<string>() == value;
}
