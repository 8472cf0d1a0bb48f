using System.Runtime.CompilerServices;
using Release.Journal;
using Release.Runs;
using Release.Tests.Runs;

namespace Release.Tests.Reports;

public sealed class HandingOver
{
    [Fact]
    public void The_evidence_has_the_report_as_it_was_before_the_handover()
    {
        var scene = Told.Promoted();

        var markdown = ReleaseMd(scene);

        markdown.ShouldStartWith("# ✓ Promoted: 1.1.0 in fake\n");
        markdown.ShouldNotContain("`Handover`");
        markdown.ShouldContain("| `shift-traffic-ping-100` | `Promote` | made |");
        scene.World.Evidence.Single(e => e.Key.StartsWith("deployments-", StringComparison.Ordinal)).Value.ShouldContain("run 2: 1.0.0 to 1.1.0 by ana@laptop");
    }

    [Fact]
    public void Killed_anywhere_in_the_handover_a_resumed_run_puts_the_same_report()
    {
        var whole = Told.Scene();
        _ = whole.Killable(p => p.Release()).ShouldNotBeNull();
        var first = whole.Journal.Records.ToList().FindIndex(r => r.Entry.Phase == Phases.Handover);
        var tried = 0;
        for (var at = first + 2; at <= whole.Journal.Records.Count; at++)
        {
            var scene = Told.Scene();
            scene.Cut(at, written: at % 2 == 0);
            if (scene.Killable(p => p.Release()) is not null || scene.State.Open is null)
            {
                continue;
            }

            scene.Time.Pass(TimeSpan.FromMinutes(5));
            scene.Resume().Status.ShouldBe(ExitStatus.Done, $"killed at record {at}");
            ReleaseMd(scene).ShouldBe(BeforeTheHandover(scene), $"killed at record {at}");
            tried++;
        }

        tried.ShouldBeGreaterThan(4);
    }

    [Fact]
    public void The_markdown_of_a_refused_release_reads_so()
    {
        var markdown = Told.Markdown(Told.RolledBack().View());

        if (Environment.GetEnvironmentVariable("GOLDEN") == "overwrite")
        {
            File.WriteAllText(Golden(), markdown);
        }

        markdown.ShouldBe(File.ReadAllText(Golden()));
        markdown.Split('\n').Length.ShouldBeLessThanOrEqualTo(80);
    }

    [Fact]
    public void Thousands_of_rows_are_cut_with_a_word()
    {
        var scene = Told.Promoted();
        var probe = scene.Journal.Records.First(r => r.Entry.Run == "2" && r.Type is RecordType.Probe);
        var records = scene.Journal.Records.Concat(Enumerable.Repeat(probe, 5000)).ToList();

        var markdown = Told.Markdown(Release.Reports.ReleaseReport.Of(new WholeJournal(records, [], TornTail: false), "2"));

        markdown.ShouldContain("The first 200 of 5004; the HTML report and the journal have all of them.");
        markdown.Length.ShouldBeLessThan(400_000);
    }

    // How many samples a gate takes in the fake world is not the same at every run of it, so each is held against itself.
    private static string BeforeTheHandover(Scene scene)
    {
        var records = scene.Journal.Records.TakeWhile(r => !(r.Entry.Run == "2" && r.Entry.Phase == Phases.Handover)).ToList();
        return Told.Markdown(Release.Reports.ReleaseReport.Of(new WholeJournal(records, [], TornTail: false), "2"));
    }

    private static string ReleaseMd(Scene scene) => scene.World.Evidence.Single(e => e.Key.EndsWith("release.md", StringComparison.Ordinal)).Value;

    private static string Golden([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "rolled-back.md");
}
