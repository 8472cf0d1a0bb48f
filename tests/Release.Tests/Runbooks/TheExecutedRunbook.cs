using System.Xml.Linq;
using Release.Reports;
using Release.Runbooks;
using Release.Runs;
using Release.Tests.Reports;
using Release.Tests.Runs;

namespace Release.Tests.Runbooks;

/// <summary>A run's runbook as evidence, in its report, as JSON and for a person.</summary>
public class TheExecutedRunbook
{
    private static readonly XNamespace Xhtml = "http://www.w3.org/1999/xhtml";

    public static TheoryData<string> Hostile => [.. HostileTexts.All];

    [Fact]
    public void Every_run_puts_it_into_its_evidence_as_html_and_markdown()
    {
        var scene = Book(new Scene().Deployed());
        scene.Release().Status.ShouldBe(ExitStatus.Done);

        var (markdown, html) = (Evidence(scene, ".md"), Evidence(scene, ".html"));

        markdown.ShouldStartWith("# How we release\n\nRun 2 in fake: release 1.1.0, as it stands.\n\n4 lines: 2 automatic, 0 signed, 1 open, 0 missing, 0 failed, 1 not applicable.\n\n| line | outcome |");
        markdown.ShouldContain("| `A-1` | passed | Line A-1 | Release |");
        markdown.ShouldContain("| `A-3` | open | Line A-3 | | | a sign-off by qa is awaited |");
        _ = XDocument.Parse(html);
        html.ShouldContain("peers: as it should be");
        scene.Lines.ShouldContain(l => l.Contains("runbook: 4 lines: 2 automatic", StringComparison.Ordinal));
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_run_that_is_taken_back_puts_it_too_with_what_is_missing()
    {
        var scene = Book(new Scene().Deployed().Sick("1.1.0"));
        scene.Release().Status.ShouldBe(ExitStatus.GateSaidNo);
        Evidence(scene, ".md").ShouldContain("| `A-2` | **failed** | Line A-2 |");
        Evidence(scene, ".md").ShouldContain("| `A-3` | **missing** | Line A-3 |");
    }

    [Fact]
    public void Killed_anywhere_in_the_handover_a_resumed_run_ends()
    {
        var whole = Book(new Scene().Deployed());
        whole.Release().Status.ShouldBe(ExitStatus.Done);
        var first = whole.Journal.Records.ToList().FindIndex(r => r.Entry.Run == "2" && r.Entry.Phase == Phases.Handover);
        var opened = whole.Journal.Records.ToList().FindIndex(r => r.Entry.Run == "2") - 1;
        for (var at = first - opened + 1; at <= whole.Journal.Records.Count - opened; at++)
        {
            var scene = Book(new Scene().Deployed());
            scene.Cut(at, written: at % 2 == 0);
            if (scene.Killable(p => p.Release()) is null && scene.State.Open is not null)
            {
                scene.Resume().Status.ShouldBe(ExitStatus.Done, $"killed at record {at}");
                JournalRules.Hold(scene);
            }
        }
    }

    [Fact]
    public void The_json_has_lines_and_counts()
    {
        var scene = Book(new Scene().Promoted());
        var json = RunbookJson.Of(scene.Executed());

        json["lines"]!.AsArray().Select(l => l!["id"]!.GetValue<string>()).ShouldBe(["A-1", "A-2", "A-3", "A-4"]);
        json["lines"]![0]!.AsObject().Select(m => m.Key).Take(6).ShouldBe(["id", "says", "status", "by", "at", "evidence"]);
        json["lines"]!.AsArray().Select(l => l!["status"]!.GetValue<string>()).ShouldBe(["passed", "passed", "open", "not-applicable"]);
        json["lines"]![2]!["by"].ShouldBeNull();
        json["lines"]![2]!["at"].ShouldBeNull();
        json["counts"]!.ToJsonString().ShouldBe("""{"automatic":2,"signed":0,"open":1,"missing":0,"failed":0,"notApplicable":1,"total":4}""");
        json["run"]!.GetValue<string>().ShouldBe("2");
    }

    [Fact]
    public void Before_the_first_release_every_line_is_open_or_not_applicable() =>
        Book(new Scene()).Executed().Lines.Select(l => l.Status).ShouldBe([LineStatus.Open, LineStatus.Open, LineStatus.Open, LineStatus.NotApplicable]);

    [Fact]
    public void A_file_that_changed_since_is_told()
    {
        var scene = Book(new Scene().Deployed());
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        scene.Executed().Changed.ShouldBeNull();
        scene.With(Booked.Shown("A-1", """{ "type": "criterion" }"""));
        var executed = scene.Executed();
        executed.HasChanged.ShouldBeTrue();
        RunbookJson.Of(executed)["runbook"]!["changed"]!.GetValue<bool>().ShouldBeTrue();
        new RunbookMarkdown(executed, t => t).Render().ShouldContain("changed since the run was opened");
        RunbookView.Render(executed)[^2].ShouldContain("changed since the run was opened");
    }

    [Fact]
    public void The_report_has_a_section_of_it()
    {
        var scene = Book(Told.Scene().Deployed());
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        var report = scene.View();
        report.Runbook!.Lines.Count.ShouldBe(4);
        XDocument.Parse(Told.Html(report)).Descendants(Xhtml + "h2").Select(h => h.Value).ShouldContain("Runbook: How we release");
        Told.Markdown(report).ShouldContain("## Runbook: How we release\n\n4 lines:");
        ReportJson.Of(report)["runbook"]!["counts"]!["total"]!.GetValue<int>().ShouldBe(4);
        Told.Promoted().View().Runbook.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_text_anywhere_is_text(string hostile)
    {
        var scene = Book(new Scene().Promoted());
        scene.Sign("A-3", note: hostile.Length == 0 ? "x" : hostile);
        var line = new ExecutedLine("A-1", hostile, hostile, hostile, LineStatus.Passed, hostile, DateTimeOffset.UnixEpoch, hostile, [], false);
        var spoiled = scene.Executed() with { Title = hostile, Environment = hostile, File = hostile, Lines = [.. scene.Executed().Lines, line] };

        var page = XDocument.Parse(new RunbookPage(spoiled, t => t).Render());
        page.Descendants().Where(e => e.Name.LocalName is "script" or "img" or "iframe" or "svg").ShouldBeEmpty();
        page.Descendants().Attributes("href").Select(a => a.Value).ShouldAllBe(h => h.StartsWith('#') || h == "data:,");
        var markdown = new RunbookMarkdown(spoiled, t => t).Render();
        markdown.IndexOfAny(['\e', '\a', '\0', '\u202E', '\u200B']).ShouldBe(-1);
        markdown.Split('\n').Count(l => l.StartsWith("| `A-", StringComparison.Ordinal)).ShouldBe(5);
        markdown.ShouldNotContain("<img");
        markdown.ShouldNotContain("<script");
    }

    [Fact]
    public void A_page_can_be_read_without_seeing_it()
    {
        var page = XDocument.Parse(new RunbookPage(Book(new Scene().Promoted()).Executed(), t => t).Render());
        page.Root!.Attribute("lang")!.Value.ShouldBe("en");
        page.Descendants(Xhtml + "table").ShouldAllBe(t => t.Element(Xhtml + "caption") != null && t.Descendants(Xhtml + "th").All(h => h.Attribute("scope") != null));
        var ids = page.Descendants().Attributes("id").Select(a => a.Value).ToList();
        ids.Distinct().Count().ShouldBe(ids.Count);
        page.Descendants(Xhtml + "h2").Select(h => h.Value).ShouldBe(["Before", "After"]);
    }

    private static Scene Book(Scene scene) => scene.With(
        Booked.Shown("A-1", """{ "type": "probe", "id": "peers" }""", "\"section\": \"Before\", \"phase\": \"pre-checks\","),
        Booked.Shown("A-2", """{ "type": "criterion", "share": 10 }""", "\"phase\": \"metrics-gate\","),
        Booked.Signed("A-3", "\"section\": \"After\","),
        """{ "id": "A-4", "says": "Line A-4", "notApplicable": "we have no staging" }""");

    private static string Evidence(Scene scene, string kind) => scene.World.Evidence.Single(e => e.Key.Contains("/runbook-", StringComparison.Ordinal) && e.Key.EndsWith(kind, StringComparison.Ordinal)).Value;
}
