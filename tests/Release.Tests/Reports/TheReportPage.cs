using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Release.Journal;
using Release.Reports;

namespace Release.Tests.Reports;

public sealed class TheReportPage
{
    private static readonly XNamespace Xhtml = "http://www.w3.org/1999/xhtml";
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static TheoryData<string> Hostile => [.. HostileTexts.All];

    [Fact]
    public void It_is_well_formed_and_allows_nothing_but_its_own_style()
    {
        var page = XDocument.Parse(Told.Html(Told.RolledBack().View()));

        var style = page.Descendants(Xhtml + "style").Single().Value;
        var policy = page.Descendants(Xhtml + "meta").Single(m => m.Attribute("http-equiv")?.Value == "Content-Security-Policy").Attribute("content")!.Value;
        policy.ShouldBe($"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'; img-src data:; base-uri 'none'; form-action 'none'");
        page.Descendants().Where(e => e.Name.LocalName is "script" or "iframe" or "object" or "img" or "form" or "use" or "foreignObject").ShouldBeEmpty();
        page.Descendants().Attributes().Where(a => a.Name.LocalName is "style" or "src" or "srcset" || a.Name.LocalName.StartsWith("on", StringComparison.Ordinal)).ShouldBeEmpty();
        page.Descendants().Attributes("href").Select(a => a.Value).ShouldAllBe(h => h.StartsWith('#') || h == "data:,");
    }

    [Fact]
    public void It_says_the_verdict_first_and_has_every_section()
    {
        var page = XDocument.Parse(Told.Html(Told.RolledBack().View()));

        var main = page.Descendants(Xhtml + "main").Single();
        main.Elements().First().Value.ShouldStartWith("↩ Rolled back1.1.0 was rolled back: 1.0.0 serves everything.");
        page.Descendants(Xhtml + "h2").Select(h => h.Value).ShouldBe([
            "What happened", "Traffic and objectives", "Decisions", "Checks before the release", "Smoke tests and verification", "Executed steps",
            "Evidence", "What is left, and notices", "Identity", "The journal's chain"]);
        main.Value.ShouldContain("undo shift-traffic-ping-10");
        page.Descendants(Xhtml + "nav").Descendants(Xhtml + "a").Select(a => a.Attribute("href")!.Value.TrimStart('#'))
            .ShouldBe(page.Descendants(Xhtml + "h2").Select(h => h.Attribute("id")!.Value));
    }

    [Fact]
    public void It_can_be_read_without_seeing_it()
    {
        var page = XDocument.Parse(Told.Html(Told.Promoted().View()));

        page.Root!.Attribute("lang")!.Value.ShouldBe("en");
        var ids = page.Descendants().Attributes("id").Select(a => a.Value).ToList();
        ids.Distinct().Count().ShouldBe(ids.Count);
        page.Descendants(Xhtml + "table").ShouldAllBe(t => t.Element(Xhtml + "caption") != null && t.Descendants(Xhtml + "th").All(h => h.Attribute("scope") != null));
        page.Descendants(Xhtml + "div").Where(d => d.Attribute("class")?.Value == "scroll").ShouldAllBe(d => d.Attribute("tabindex") != null && d.Attribute("aria-label") != null);
        page.Descendants(Svg + "svg").ShouldAllBe(s => s.Attribute("aria-hidden") != null
            || (s.Attribute("role")!.Value == "img" && s.Element(Svg + "title") != null && s.Element(Svg + "desc") != null));
        page.Descendants().Attributes("aria-labelledby").SelectMany(a => a.Value.Split(' ')).ShouldAllBe(id => ids.Contains(id));
        page.Descendants(Xhtml + "a").First().Attribute("href")!.Value.ShouldBe("#main");
        page.Descendants(Xhtml + "figure").ShouldAllBe(f => f.Descendants(Xhtml + "table").Any());
    }

    [Fact]
    public void Each_objective_has_a_chart_with_both_versions_and_the_limit()
    {
        var page = XDocument.Parse(Told.Html(Told.Promoted().View()));

        var charts = page.Descendants(Svg + "svg").Where(s => s.Attribute("class")?.Value == "chart").ToList();
        charts.Count.ShouldBe(3);
        string[] Shapes(XElement chart) => [.. chart.Elements().Attributes("class").Select(a => a.Value).Distinct()];
        foreach (var chart in charts.Skip(1))
        {
            foreach (var shape in new[] { "line-candidate", "line-stable", "dot-candidate", "dot-stable", "line-limit", "limit-text", "mark", "mark-badge" })
            {
                Shapes(chart).ShouldContain(shape);
            }
        }

        charts[1].Elements(Svg + "text").Select(t => t.Value).ShouldContain("limit 1 %");
        charts[2].Elements(Svg + "text").Select(t => t.Value).ShouldContain("limit 5 %");
        charts.ShouldAllBe(c => c.Elements(Svg + "text").Count(t => t.Value == "10 %") > 0);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_text_anywhere_is_text(string hostile)
    {
        var records = Told.RolledBack().Journal.Records;
        var (tame, spoiled) = (Report(new WholeJournal(records, [new JournalDamage(3, 3, "what")], TornTail: true)), Report(HostileTexts.Spoil(records, hostile)));

        var (calm, page) = (XDocument.Parse(Told.Html(tame)), XDocument.Parse(Told.Html(spoiled)));

        static List<string> Shape(XDocument page) => [.. page.Descendants().SelectMany(e => e.Attributes().Where(a => !a.IsNamespaceDeclaration).Select(a => $"{e.Name.LocalName}@{a.Name.LocalName}").Append(e.Name.LocalName)).Distinct().Order()];
        Shape(page).ShouldBe(Shape(calm));
        page.Descendants().Attributes("href").Select(a => a.Value).ShouldAllBe(h => h.StartsWith('#') || h == "data:,");
        page.ToString().IndexOfAny(['\e', '\a', '\0', '\u202E', '\u200B']).ShouldBe(-1);

        var history = HistoryReport.Of("fake", HostileTexts.Spoil(records, hostile));
        _ = XDocument.Parse(new HistoryPage(history, new HashSet<string>(), t => t).Render());
    }

    [Fact]
    public void A_secret_is_masked_before_it_is_encoded()
    {
        var scene = Told.Promoted();
        var spoiled = HostileTexts.Spoil(scene.Journal.Records, "s3cr<>t&");

        var html = new ReportPage(Report(spoiled), text => text.Replace("s3cr<>t&", "***", StringComparison.Ordinal)).Render();
        var markdown = new ReportMarkdown(Report(spoiled), text => text.Replace("s3cr<>t&", "***", StringComparison.Ordinal)).Render();

        html.ShouldNotContain("s3cr");
        markdown.ShouldNotContain("s3cr");
    }

    [Fact]
    public void Ten_thousand_samples_make_a_page_of_sane_size_soon()
    {
        var records = Long(Told.RolledBack().Journal.Records, 10_000);
        var begin = System.Diagnostics.Stopwatch.GetTimestamp();

        var report = ReleaseReport.Of(new WholeJournal(records, [], TornTail: false), "2");
        var (html, markdown) = (Told.Html(report), Told.Markdown(report));

        var took = System.Diagnostics.Stopwatch.GetElapsedTime(begin);
        report.Services.Single().Samples.ShouldBeGreaterThan(10_000);
        took.ShouldBeLessThan(TimeSpan.FromSeconds(10)); // Measured at well below 2 s; the machine of a test may be busy.
        html.Length.ShouldBeLessThan(500_000);
        markdown.Length.ShouldBeLessThan(100_000);
        html.ShouldContain("no peak is lost");
    }

    [Fact]
    public void Thinning_keeps_every_peak()
    {
        var points = Enumerable.Range(0, 10_000).Select(i => i == 7321 ? 99.0 : i == 21 ? -5 : i % 7).ToList();

        var kept = Thinning.Keep(points, p => p, 100);

        kept.Count.ShouldBeLessThan(210);
        kept.ShouldContain(99.0);
        kept.ShouldContain(-5.0);
        Thinning.Keep(points.Take(150).ToList(), p => p, 100).Count.ShouldBe(150);
    }

    private static ReleaseReport Report(WholeJournal journal) => ReleaseReport.Of(journal, journal.Records.Last(r => r.Entry.Run is not null).Entry.Run!);

    // Hours of the same step: the last sample again and again.
    private static List<JournalRecord> Long(IReadOnlyList<JournalRecord> records, int samples)
    {
        var last = records.Last(r => r.Type is RecordType.Sample);
        var at = records.ToList().IndexOf(last);
        var more = Enumerable.Range(1, samples).Select(i => last with
        {
            Seq = last.Seq + i,
            Ts = last.Ts.AddSeconds(i),
            Entry = last.Entry with { Data = (JsonObject)last.Data.DeepClone() },
        });
        return [.. records.Take(at + 1), .. more, .. records.Skip(at + 1).Select(r => r with { Seq = r.Seq + samples, Ts = r.Ts.AddSeconds(samples) })];
    }
}
