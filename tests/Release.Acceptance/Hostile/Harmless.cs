using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Release.Acceptance.Hostile;

/// <summary>What harmless means, place by place.</summary>
internal static partial class Harmless
{
    // What a terminal understands as more than text, and what it shows otherwise than it stands there.
    public static void InTerminal(string text)
    {
        var wrong = text.EnumerateRunes().Where(r => r.Value is not '\n'
            && Rune.GetUnicodeCategory(r) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate).ToList();
        wrong.ShouldBeEmpty(text);
    }

    /// <summary>A runner takes a command where a line begins with it, and the older form anywhere in a line.</summary>
    public static void InWorkflowLog(string text)
    {
        InTerminal(text);
        foreach (var line in text.Split('\n'))
        {
            line.ShouldNotContain("##[");
            var command = Command().Match(line.TrimStart());
            if (command.Success)
            {
                command.Groups["name"].Value.ShouldBeOneOf("group", "endgroup", "warning", "error");
                command.Groups["properties"].Value.ShouldBeEmpty("ours have none: " + line);
            }
        }
    }

    [GeneratedRegex(@"^::(?<name>[^ :]*)(?<properties>[^:]*)::")]
    private static partial Regex Command();
}
