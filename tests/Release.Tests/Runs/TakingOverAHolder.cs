using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>A process holds the environment, and somebody needs it.</summary>
public sealed class TakingOverAHolder
{
    [Fact]
    public void Nobody_holds_it_and_nothing_is_changed()
    {
        var scene = new Scene().Promoted();
        var seq = scene.State.LastSeq;

        scene.Command(p => p.TakeOver(force: true)).LastLine.ShouldBe("Nobody holds fake, so there is nothing to take over. Release: ./build.sh Promote --env fake.");

        scene.State.LastSeq.ShouldBe(seq);
    }

    [Fact]
    public void A_living_holder_is_named_and_left_alone()
    {
        var scene = new Scene().Deployed();

        var results = scene.Together((TimeSpan.Zero, p => p.Release()), (TimeSpan.FromSeconds(5), p => p.TakeOver(force: false)));

        results[0].Status.ShouldBe(ExitStatus.Done);
        results[1].Status.ShouldBe(ExitStatus.Held);
        results[1].LastLine.ShouldContain("fake is held by person1@host");
        results[1].LastLine.ShouldContain("./build.sh TakeOver --force --reason \"…\" --env fake");
    }

    [Fact]
    public void By_force_its_run_stays_open_its_candidate_loses_its_share_and_it_can_write_nothing_more()
    {
        var scene = new Scene { TakingOverKills = true }.Deployed();

        var results = scene.Together((TimeSpan.Zero, p => p.Release()), (TimeSpan.FromSeconds(5), p => p.TakeOver(force: true)));

        results[1].Status.ShouldBe(ExitStatus.Done, results[1].LastLine);
        results[1].LastLine.ShouldContain("run 2 (release 1.1.0) is open and nobody carries it out. Go on: ./build.sh Resume");
        scene.State.Open!.Id.ShouldBe("2");
        scene.World.Serving("ping").ShouldBe("ping-1.0.0-run1 100");
        scene.Journal.Records.ShouldContain(r => r.Data["decision"] != null && r.Data["decision"]!.GetValue<string>() == "take-over" && r.Data["reason"]!.GetValue<string>() == "person2@host: because");
        JournalRules.Hold(scene);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_it_left_is_gone_on_with_or_taken_back_by_anyone(bool back)
    {
        var scene = new Scene { TakingOverKills = true }.Deployed();
        _ = scene.Together((TimeSpan.Zero, p => p.Release()), (TimeSpan.FromSeconds(5), p => p.TakeOver(force: true)));

        (back ? scene.Rollback() : scene.Resume()).Status.ShouldBe(ExitStatus.Done);

        scene.Serves().ShouldBeTrue();
        scene.State.Stable!.Version.ShouldBe(back ? "1.0.0" : "1.1.0");
    }
}
