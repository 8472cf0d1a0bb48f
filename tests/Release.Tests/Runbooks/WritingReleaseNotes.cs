using System.Text.Json.Nodes;
using Release.Journal;
using Release.Runs;
using Release.Tests.Reports;
using Release.Tests.Runs;

namespace Release.Tests.Runbooks;

/// <summary>What a release brings, made of the commits since what served before.</summary>
public class WritingReleaseNotes
{
    public static TheoryData<string> Hostile => [.. HostileTexts.All];

    [Fact]
    public void They_name_the_baseline_the_services_and_the_commits_in_groups()
    {
        var scene = new Scene().Deployed();
        scene.World.Commits = [new("a1b2c3d4e5f60718", "Ana", "feat(cart): gifts"), new("b1", "Bo", "fix!: a sum"), new("c1", "Cy", "Words of a person"), new("d1", "Di", "docs: pages")];
        scene.Release().Status.ShouldBe(ExitStatus.Done);

        var notes = Notes(scene);

        notes.ShouldStartWith("# 1.1.0\n\nBaseline: 1.0.0, commit `c0ffee`. Released from commit `c0ffee` by run 2, begun ");
        notes.ShouldContain("- `ping`: `1.0.0` → `1.1.0`\n");
        notes.ShouldContain("## New\n\n- feat(cart): gifts (`a1b2c3d4e5f6`, Ana)\n\n## Mended\n\n- fix\\!: a sum (`b1`, Bo)\n\n## Behind the scenes\n\n- docs: pages (`d1`, Di)\n\n## Changes\n\n- Words of a person (`c1`, Cy)\n");
        notes.ShouldContain("## Baseline for the next release\n\nEstablished ");
        notes.ShouldNotContain("Still to be signed");
    }

    [Fact]
    public void What_the_repository_cannot_say_is_said()
    {
        var scene = new Scene().Deployed();
        scene.World.Commits = null;
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        Notes(scene).ShouldContain("What was changed is not known");

        var same = new Scene().Promoted();
        Notes(same).ShouldContain("No commit lies between the two.");
    }

    [Fact]
    public void Small_things_that_were_noted_are_in_them()
    {
        var scene = new Scene().Deployed();
        scene.Release(goal: Phases.Canary).Status.ShouldBe(ExitStatus.Parked);
        scene.Write(RecordType.Notice, new JsonObject { ["id"] = "note", ["detail"] = "a label is cut off" });
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        Notes(scene).ShouldContain("## Known, and of no consequence to users\n\n- ");
        Notes(scene).ShouldContain("a label is cut off");
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_subject_is_text(string hostile)
    {
        var scene = new Scene().Deployed();
        scene.World.Commits = [new("a1", hostile, hostile)];
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        var notes = Notes(scene);
        notes.IndexOfAny(['\e', '\a', '\0', '\u202E', '\u200B']).ShouldBe(-1);
        notes.ShouldNotContain("<img");
        notes.ShouldNotContain("<script");
        notes.Split('\n').Count(l => l.Contains("(`a1`, ", StringComparison.Ordinal)).ShouldBe(1);
    }

    private static string Notes(Scene scene) => scene.World.Evidence.Last(e => e.Key.EndsWith("/release-notes.md", StringComparison.Ordinal)).Value;
}
