using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>Something else deployed what serves, or the journal of what did was lost.</summary>
public sealed class AdoptingWhatServes
{
    private static readonly ReleaseInputs Because = new() { Owner = "ana@laptop", Program = "test", Reason = "the disk was lost" };

    [Fact]
    public void It_is_stable_from_then_on_and_the_next_release_goes_beside_it()
    {
        var scene = new Scene().Promoted().LoseTheJournal();

        scene.Command(p => p.Adopt(), Because).LastLine.ShouldBe(
            "1.1.0 is recorded as what serves in fake: ping-1.1.0-run2. There is no way back behind it. Release the next one: ./build.sh Promote --env fake.");

        scene.State.Stable!.Instances.Single().Id.ShouldBe("ping-1.1.0-run2");
        scene.Release("1.2.0").Status.ShouldBe(ExitStatus.Done);
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.Serves().ShouldBeTrue();
        scene.State.Stable!.Version.ShouldBe("1.1.0");
    }

    [Fact]
    public void Nothing_outside_is_changed()
    {
        var scene = new Scene().Promoted().LoseTheJournal();
        var effects = scene.World.Effects.Count;

        scene.Command(p => p.Adopt(), Because).Status.ShouldBe(ExitStatus.Done);

        scene.World.Effects.Count.ShouldBe(effects);
        scene.Rollback().Message.ShouldStartWith("There is nothing to roll back");
    }

    [Fact]
    public void A_rollback_without_a_journal_says_how_to_get_one()
    {
        var scene = new Scene().Promoted().LoseTheJournal();

        var result = scene.Rollback();

        result.Status.ShouldBe(ExitStatus.Open);
        result.Next.ShouldContain("./build.sh Adopt --reason \"…\" --env fake");
    }

    [Fact]
    public void What_is_recorded_already_is_left_alone()
    {
        var scene = new Scene().Promoted();
        var (seq, due) = (scene.State.LastSeq, scene.State.Due.Count);

        scene.Command(p => p.Adopt(), Because).LastLine.ShouldBe("1.1.0 serves in fake and is recorded as stable already: nothing was changed. Release: ./build.sh Promote --env fake.");

        scene.Journal.Records.Skip((int)seq).ShouldAllBe(r => r.Entry.Run == null);
        scene.State.Due.Count.ShouldBe(due);
        scene.State.Previous!.Version.ShouldBe("1.0.0");
    }

    [Fact]
    public void A_split_is_no_state_to_go_back_to()
    {
        var scene = new Scene().Promoted().LoseTheJournal();
        scene.World.Put($"weight/ping/{scene.World.AddressOf("ping-1.0.0-run1")}", "50");
        scene.World.Put($"weight/ping/{scene.World.AddressOf("ping-1.1.0-run2")}", "50");

        Refused(scene).ShouldContain("the traffic of ping is split between");
    }

    [Fact]
    public void What_is_sick_is_not_adopted()
    {
        var scene = new Scene().Promoted().LoseTheJournal();
        scene.World.Put("health/ping-1.1.0-run2", null);

        Refused(scene).ShouldContain("ping-1.1.0-run2 has the traffic of ping and is not healthy");
    }

    [Fact]
    public void A_busy_host_that_answers_late_is_asked_again()
    {
        var scene = new Scene().Promoted().LoseTheJournal();
        scene.World.BusyProbes["health-ping"] = 2;

        scene.Command(p => p.Adopt(), Because).Status.ShouldBe(ExitStatus.Done);
    }

    [Fact]
    public void What_never_answers_is_not_adopted_and_the_reason_is_said()
    {
        var scene = new Scene().Promoted().LoseTheJournal();
        scene.World.BlindProbes.Add("health-ping");

        Refused(scene).ShouldContain("ping-1.1.0-run2 has the traffic of ping and is not healthy (health-ping could not look)");
    }

    [Fact]
    public void What_the_platform_does_not_know_is_not_adopted()
    {
        var scene = new Scene().Promoted().LoseTheJournal();
        scene.World.Put($"weight/ping/{scene.World.AddressOf("ping-1.1.0-run2")}", null);
        scene.World.Put("weight/ping/10.9.9.9:80", "100");

        Refused(scene).ShouldContain("does not know what answers for ping at 10.9.9.9:80");
    }

    [Fact]
    public void A_router_that_does_not_answer_tells_nothing()
    {
        var scene = new Scene().Promoted().LoseTheJournal();
        _ = scene.World.Silent.Add("router/ping");

        Refused(scene).ShouldContain("the router does not say who gets the traffic of ping");
    }

    [Fact]
    public void A_version_that_does_not_serve_is_not_adopted() =>
        new Scene().Promoted().LoseTheJournal().Command(p => p.Adopt(), Because with { Version = "3.0.0" }).Message.ShouldContain("1.1.0 serves, not 3.0.0");

    private static string Refused(Scene scene)
    {
        var result = scene.Command(p => p.Adopt(), Because);
        result.Status.ShouldBe(ExitStatus.Failed);
        result.Message.ShouldStartWith("Nothing of fake was adopted: ");
        scene.State.Runs.ShouldBeEmpty();
        return result.Message;
    }

    [Fact]
    public void A_platform_that_cannot_tell_what_runs_is_said_with_the_way_out()
    {
        var scene = new Scene().Promoted().LoseTheJournal();
        scene.World.TellsWhatRuns = false;
        scene.Options = scene.Options with { Platform = scene.Options.Platform with { Type = "external" } };

        var result = scene.Command(p => p.Adopt(), Because);

        result.Status.ShouldBe(ExitStatus.Failed);
        result.LastLine.ShouldContain("Nothing of fake was adopted: platform 'external' does not tell what runs.");
        result.LastLine.ShouldContain("the call \"running\" of docs/external-drivers.md is optional");
        scene.State.Stable.ShouldBeNull();
    }
}
