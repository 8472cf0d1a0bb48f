using System.Net;
using Markdig;
using Release.Output;
using Release.Reports;

namespace Release.Tests.Reports;

public sealed class EncodingForMarkdown
{
    // Everything that GitHub understands and more: what none of it takes for markup stays text.
    private static readonly MarkdownPipeline Everything = new MarkdownPipelineBuilder().UseAdvancedExtensions().UseEmojiAndSmiley().Build();

    public static TheoryData<string> Hostile => [.. HostileTexts.All];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_text_is_text_in_a_paragraph(string hostile)
    {
        var html = Markdig.Markdown.ToHtml($"before\n\n{MarkdownText.Encode(hostile)}\n\nafter", Everything);

        var lines = html.TrimEnd().Split('\n');
        lines.ShouldBe(["<p>before</p>", .. Paragraph(hostile), "<p>after</p>"], html);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_text_is_one_cell_of_a_table(string hostile)
    {
        var html = Markdig.Markdown.ToHtml($"| a | b |\n| --- | --- |\n| {MarkdownText.Encode(hostile)} | {MarkdownText.Code(hostile)} |\n| c | d |\n", Everything);

        html.Split("<td").Length.ShouldBe(5, html);
        html.Split("<tr>").Length.ShouldBe(4, html);
        foreach (var forbidden in new[] { "<a ", "<img", "<script", "<em", "<strong", "<del", "<h1", "<!--", "<iframe", "<svg", "math", "footnote" })
        {
            html.ShouldNotContain(forbidden);
        }

        Text(html).ShouldContain(Shown(hostile));
    }

    [Theory]
    [InlineData("1.1.0 serves everything (after 0.1 min): 26 %", "1.1.0 serves everything (after 0.1 min): 26 %")]
    [InlineData("ana@laptop", "ana@laptop")]
    [InlineData("ask @org/team or @ana", "ask @&#8203;org/team or @&#8203;ana")]
    [InlineData("see https://evil.test and www.evil.test", "see https\\://evil.test and www\\.evil.test")]
    [InlineData("mailto:eve", "mailto\\:eve")]
    [InlineData("a|b\nc", "a\\|b c")]
    [InlineData("<!channel>", "&lt;\\!channel&gt;")]
    [InlineData("1. one", "1\\. one")]
    [InlineData("1) one", "1\\) one")]
    [InlineData("- item", "\\- item")]
    [InlineData("$x$", "&#36;x&#36;")]
    [InlineData("snake_case `code` \\", "snake\\_case \\`code\\` \\\\")]
    [InlineData("::error::x", "\\| \\:\\:error\\:\\:x")]
    public void A_text_is_escaped_where_it_must_be(string text, string encoded) => MarkdownText.Encode(text).ShouldBe(encoded);

    [Theory]
    [InlineData("sha256:0a1b", "`sha256:0a1b`")]
    [InlineData("run-3-87ae5370/running.json", "`run-3-87ae5370/running.json`")]
    [InlineData("a`b", "a\\`b")]
    [InlineData("::error::x", "\\| \\:\\:error\\:\\:x")]
    [InlineData("", "")]
    public void A_harmless_name_stands_in_a_code_span(string text, string encoded) => MarkdownText.Code(text).ShouldBe(encoded);

    private static IEnumerable<string> Paragraph(string hostile) => Shown(hostile) is { Length: > 0 } shown ? [$"<p>{Html(shown)}</p>"] : [];

    // What a reader sees: one line, and after an @ a space of no width where it would have called somebody.
    private static string Shown(string hostile) => System.Text.RegularExpressions.Regex.Replace(TerminalText.Line(hostile).Trim(), "(?<![\\p{L}\\p{Nd}_-])@(?=[\\p{L}\\p{Nd}_-])", "@\u200B");

    private static string Html(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);

    private static string Text(string html) => WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Replace(html, "<[^>]*>", ""));
}
