using System.Globalization;
using System.Text.Json.Nodes;
using Release.Runs;

namespace Release.Notices;

/// <summary>A message to people or systems. It decides nothing.</summary>
/// <param name="Key">Its own, the same at every delivery: who gets it twice knows by it.</param>
/// <param name="Kind">What it tells of.</param>
/// <param name="Severity">1 is the worst, 3 the least; 0 for what is no incident.</param>
/// <param name="Run">The run, or null.</param>
/// <param name="At">When what it tells of happened.</param>
/// <param name="Text">Sentences for a person, filtered and masked, on one line.</param>
public sealed record Notice(string Key, NoticeKind Kind, int Severity, string? Run, DateTimeOffset At, string Text)
{
    /// <summary>Gets the command that goes on from here; empty for none.</summary>
    public string Next { get; init; } = "";

    /// <summary>Gets the incident that it belongs to: the same for its opening, updates and end; null for none.</summary>
    public string? Incident { get; init; }

    /// <summary>Gets how the incident stands: <c>open</c>, <c>update</c> or <c>resolved</c>; null without one.</summary>
    public string? State { get; init; }

    /// <summary>Gets when a window that it closes began, as a canary's did; null for a moment.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>For the journal. <c>to</c> and <c>detail</c> are what a report shows.</summary>
    /// <param name="channels">Who is to be told.</param>
    public JsonObject ToJson(IReadOnlyList<string> channels) => new()
    {
        ["id"] = Words.Of(Kind),
        ["kind"] = Words.Of(Kind),
        ["notice"] = Key,
        ["severity"] = Severity,
        ["at"] = Time(At),
        ["since"] = Since is { } since ? Time(since) : null,
        ["text"] = Text,
        ["next"] = Next,
        ["incident"] = Incident,
        ["state"] = State,
        ["channels"] = new JsonArray([.. channels.Select(c => (JsonNode)c)]),
        ["to"] = string.Join(", ", channels),
        ["detail"] = Text,
    };

    /// <summary>From the journal.</summary>
    public static Notice FromJson(JsonObject data, string? run) => new(
        data["notice"]!.GetValue<string>(),
        Words.Parse<NoticeKind>(data["kind"]!.GetValue<string>()),
        data["severity"]!.GetValue<int>(),
        run,
        DateTimeOffset.Parse(data["at"]!.GetValue<string>(), CultureInfo.InvariantCulture),
        data["text"]!.GetValue<string>())
    {
        Next = data["next"]?.GetValue<string>() ?? "",
        Incident = data["incident"]?.GetValue<string>(),
        State = data["state"]?.GetValue<string>(),
        Since = data["since"]?.GetValue<string>() is { } since ? DateTimeOffset.Parse(since, CultureInfo.InvariantCulture) : null,
    };

    internal static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
