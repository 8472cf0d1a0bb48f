using System.Xml.Linq;
using Release.Output;
using Release.Reports;

namespace Release.Tests.Reports;

public sealed class EncodingForHtml
{
    public static TheoryData<string> Hostile => [.. HostileTexts.All];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_text_is_text_and_nothing_else(string hostile)
    {
        var encoded = HtmlText.Encode(hostile);

        encoded.IndexOfAny(['<', '>', '"', '\'', '`']).ShouldBe(-1);
        var parsed = XElement.Parse($"<p title=\"{encoded}\">{encoded}</p>", LoadOptions.PreserveWhitespace);
        parsed.Elements().ShouldBeEmpty();
        parsed.Attributes().Count().ShouldBe(1);
        parsed.Value.ShouldBe(TerminalText.Strip(hostile).Replace('\uFFFE', '\uFFFD').Replace('\uFFFF', '\uFFFD'));
    }

    [Theory]
    [InlineData("1.2.0-rc.1 → ok", "1.2.0-rc.1 → ok")]
    [InlineData("a < b & c", "a &lt; b &amp; c")]
    [InlineData("say \"it's\"", "say &quot;it&#39;s&quot;")]
    [InlineData("&amp;", "&amp;amp;")]
    [InlineData("a\e[31mb\u202Ec\0", "abc")]
    public void A_text_reads_as_it_was_written(string text, string encoded) => HtmlText.Encode(text).ShouldBe(encoded);
}
