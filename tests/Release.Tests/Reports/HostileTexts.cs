using System.Text.Json.Nodes;
using Release.Journal;

namespace Release.Tests.Reports;

/// <summary>The hostile texts of people and peers, and journals that are full of them.</summary>
internal static class HostileTexts
{
    private static readonly string[] TextMembers =
    [
        "owner", "changeTicket", "reason", "describe", "detail", "version", "name", "commit", "digest", "program", "planHash", "host", "purpose", "sha256",
        "judged", "sentence", "type", "safety", "to", "by", "text", "goal",
    ];

    /// <summary>Gets one text of each kind, as they would be given as a ticket, a branch, a version or an answer.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "<img src=x onerror=alert(1)>",
        "<script>alert(1)</script>",
        "</script></style></title><svg onload=alert(1)>",
        "\"><a href=\"javascript:alert(1)\">x</a>",
        "' onmouseover='alert(1)",
        "` onfocus=alert(1) autofocus `",
        "<!-- --><!channel>",
        "--><iframe src=https://evil.test/></iframe>",
        "]]><![CDATA[<b>",
        "&lt;b&gt; &amp; &#60;",
        "[click](javascript:alert(1)) ![x](https://evil.test/x.png)",
        "<javascript:alert(1)> <https://evil.test>",
        "https://evil.test/ www.evil.test mailto:eve@evil.test",
        "| a | b |\n| --- | --- |\n# heading",
        "```\ncode\n``` ~~~ *b* _i_ **b** ~~s~~",
        "@everyone @org/team #1 GH-1",
        "$\\alpha$ $$x$$ \\(x\\)",
        "1. one\n- two\n+ three\n> four\n===\n---",
        "[x]: https://evil.test \"t\"\n[^1]: note",
        "::error::broken",
        "::stop-commands::x",
        "##[error]x ##vso[task.setvariable]x",
        "a\r\nBcc: eve@evil.test\r\n\r\nGITHUB_OUTPUT<<EOF",
        "\e[31mred\e[0m \e]0;title\a \e]8;;https://evil.test\e\\link\e]8;;\e\\ \a\b\0",
        "user\u202Egpj.exe\u2066x\u2069\u200B\uFEFF",
        "=cmd|' /C calc'!A0",
        "+1+cmd|x -1 @SUM(1)",
        "\ud800 lone \uFFFE \uFFFF",
        "../../etc/passwd",
        "C:\\Windows\\system32",
        new string('x', 5000),
    ];

    /// <summary>The journal with every text of people and peers preceded by a hostile one.</summary>
    public static WholeJournal Spoil(IReadOnlyList<JournalRecord> records, string text) => new(
        [.. records.Select(r => r with { Entry = Spoil(r.Entry, text) })], [new JournalDamage(3, 3, text)], TornTail: true);

    private static JournalEntry Spoil(JournalEntry entry, string text)
    {
        var isShift = entry.Step?.StartsWith("shift-traffic-", StringComparison.Ordinal) == true;
        return entry with
        {
            Phase = entry.Phase is null || entry.Phase == "Handover" ? entry.Phase : text + entry.Phase,
            Step = entry.Step is null || isShift ? entry.Step : text + entry.Step,
            Data = entry.Data is null ? null : (JsonObject)Spoiled(entry.Data.DeepClone(), text),
        };
    }

    private static JsonNode Spoiled(JsonNode node, string text)
    {
        switch (node)
        {
            case JsonObject record:
                foreach (var (name, value) in record.ToList())
                {
                    if (value is JsonValue said && said.TryGetValue(out string? plain))
                    {
                        record[name] = TextMembers.Contains(name) ? text + plain : plain;
                    }
                    else if (value is not null)
                    {
                        _ = Spoiled(value, text);
                    }

                    if (name is "before" or "seen" && value is JsonObject seen)
                    {
                        seen[text + name] = text;
                    }

                    if (name == "problems" && value is JsonArray problems)
                    {
                        problems.Add(text);
                    }
                }

                break;
            case JsonArray list:
                list.Where(i => i is not null).ToList().ForEach(i => Spoiled(i!, text));
                break;
            default:
                break;
        }

        return node;
    }
}
