using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Markdig;

namespace Release.Acceptance.Hostile;

/// <summary>What harmless means, place by place.</summary>
internal static partial class Harmless
{
    private static readonly MarkdownPipeline Everything = new MarkdownPipelineBuilder().UseAdvancedExtensions().UseEmojiAndSmiley().Build();

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

    /// <summary>The pages have no script, no picture from elsewhere and no link but to themselves and to each other, whoever writes what into them.</summary>
    public static void InHtml(string text)
    {
        InTerminal(text);
        var page = XDocument.Parse(text);
        page.Descendants().Select(e => e.Name.LocalName).Intersect(["script", "img", "iframe", "object", "embed", "form", "input", "use", "foreignObject"]).ShouldBeEmpty();
        page.Descendants().Attributes().Where(a => a.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
        foreach (var link in page.Descendants().Attributes().Where(a => a.Name.LocalName is "href" or "src" or "action"))
        {
            Link().IsMatch(link.Value).ShouldBeTrue(link.ToString());
        }
    }

    /// <summary>Nothing of it is markup of its own: rendered, there is no element that our documents do not have, and no heading but ours.</summary>
    public static void InMarkdown(string text)
    {
        InTerminal(text);
        var html = Markdown.ToHtml(text, Everything);
        foreach (var element in Element().Matches(html).Select(m => m.Groups["name"].Value))
        {
            element.ShouldBeOneOf("h1", "h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "strong", "br");
        }

        Heading().Matches(html).Select(m => m.Groups["text"].Value).ShouldAllBe(h => !h.StartsWith("hostile", StringComparison.Ordinal));
        text.Split('\n').ShouldAllBe(l => !l.StartsWith("::", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"<(?<name>[a-zA-Z!][\w-]*)")]
    private static partial Regex Element();

    [GeneratedRegex(@"<h\d[^>]*>(?<text>[^<]*)")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^(#[\w-]+|run-\d+\.html|history\.html|data:,)$")]
    private static partial Regex Link();

    [GeneratedRegex(@"^::(?<name>[^ :]*)(?<properties>[^:]*)::")]
    private static partial Regex Command();
}
