using System.Xml.Linq;
using Release.Reports;
using Release.Runs;
using Release.Tests.Runs;

namespace Release.Tests.Reports;

public sealed class ComparingReleases
{
    private static readonly XNamespace Xhtml = "http://www.w3.org/1999/xhtml";

    [Fact]
    public void It_counts_what_was_promoted_refused_and_taken_back()
    {
        var history = HistoryReport.Of("fake", Busy().Journal());

        history.Runs.Select(r => (r.Run, r.Verdict.Outcome)).ShouldBe([
            ("5", ReportOutcome.Promoted), ("4", ReportOutcome.Done), ("3", ReportOutcome.RolledBack), ("2", ReportOutcome.Promoted), ("1", ReportOutcome.Promoted)]);
        history.SuccessRate.ShouldNotBeNull().ShouldBe(2.0 / 3, 1e-9);
        (history.RolledBack, history.TakenBack).ShouldBe((1, 1));
        history.MedianSeconds.ShouldNotBeNull().ShouldBeGreaterThan(0);
        history.MedianDetectionSeconds.ShouldNotBeNull().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void It_links_to_the_reports_that_are_there()
    {
        var page = XDocument.Parse(new HistoryPage(HistoryReport.Of("fake", Busy().Journal()), new HashSet<string> { "2", "3" }, t => t).Render());

        page.Descendants(Xhtml + "td").Concat(page.Descendants(Xhtml + "th")).Descendants(Xhtml + "a").Select(a => a.Attribute("href")!.Value)
            .ShouldBe(["run-3.html", "run-2.html"]);
        page.Descendants(Xhtml + "tbody").Elements(Xhtml + "tr").Count().ShouldBe(5);
        page.Descendants(Xhtml + "main").Single().Value.ShouldContain("2 of 3 releases were promoted.");
        page.Descendants(Xhtml + "main").Single().Value.ShouldContain("error-rate BROKEN");
    }

    [Fact]
    public void It_shows_the_last_ones_only()
    {
        var history = HistoryReport.Of("fake", Busy().Journal(), most: 2);

        (history.All, history.Runs.Count, history.Runs[0].Run).ShouldBe((5, 2, "5"));
    }

    [Fact]
    public void An_environment_without_releases_has_a_page_too()
    {
        var html = new HistoryPage(HistoryReport.Of("fake", Told.Scene().Journal()), new HashSet<string>(), t => t).Render();

        XDocument.Parse(html).Root!.Value.ShouldContain("Nothing was ever released here.");
    }

    private static Scene Busy()
    {
        var scene = Told.Promoted().Sick("1.2.0");
        scene.Release("1.2.0").Status.ShouldBe(ExitStatus.GateSaidNo);
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.Release("1.3.0").Status.ShouldBe(ExitStatus.Done);
        return scene;
    }
}
