using System.Text.Json.Nodes;
using Release.Journal;
using Release.Runs;

namespace Release.Runbooks;

/// <summary>What somebody said about a line. In the journal kebab-case: add, never rename.</summary>
public enum SignedAnswer
{
    /// <summary>It is so.</summary>
    Yes,

    /// <summary>It is not.</summary>
    No,

    /// <summary>What was said before does not hold any more.</summary>
    Withdrawn,
}

/// <summary>A named person's word about a line; the last one counts.</summary>
/// <param name="Line">The line's id.</param>
/// <param name="Role">As what it was given.</param>
/// <param name="By">Who gave it.</param>
/// <param name="At">When, by the store's clock.</param>
/// <param name="Answer">What it was.</param>
/// <param name="Note">What was said besides; may be empty.</param>
public sealed record SignedWord(string Line, string Role, string By, DateTimeOffset At, SignedAnswer Answer, string Note)
{
    /// <summary>Gets it for a person.</summary>
    public string Text => $"{(Answer is SignedAnswer.Yes ? "signed" : Answer is SignedAnswer.No ? "refused" : "withdrawn")} as {Role}{(Note.Length > 0 ? $": {Note}" : "")}";

    /// <summary>For the journal; who and when it was is the record's as well.</summary>
    public JsonObject ToJson() => new()
    {
        ["line"] = Line,
        ["role"] = Role,
        ["by"] = By,
        ["answer"] = Words.Of(Answer),
        ["note"] = Note,
        ["detail"] = $"{Line}: {Text}",
    };

    /// <summary>From the journal; null for a sign-off that is about no line.</summary>
    public static SignedWord? Of(JournalRecord record) => record.Type is RecordType.SignOff && record.Data["line"] is JsonValue line
        ? new SignedWord(
            line.GetValue<string>(),
            Member(record, "role"),
            Member(record, "by"),
            record.Ts,
            Words.Parse<SignedAnswer>(Member(record, "answer")),
            Member(record, "note"))
        : null;

    private static string Member(JournalRecord record, string name) => record.Data[name]?.GetValue<string>() ?? "";
}
