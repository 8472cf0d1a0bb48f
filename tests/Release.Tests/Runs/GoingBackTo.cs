using Release.Runs;

namespace Release.Tests.Runs;

/// <summary><c>Rollback --to</c>: any version that still runs, or that served once.</summary>
public class GoingBackTo
{
    [Fact]
    public void The_kept_version_it_is_the_rollback_that_it_would_be_without()
    {
        var scene = new Scene().Promoted();

        var result = To(scene, "1.0.0");

        result.LastLine.ShouldBe("Rolled back 1.1.0: 1.0.0 serves everything in fake. Release the next one when it is mended: ./build.sh Promote --env fake.");
        scene.State.Runs[^1].Opening.Undoes.ShouldBe("2");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_version_further_back_is_started_and_healthy_before_traffic_moves_in_one_step()
    {
        var scene = Three();
        scene.World.IsAlive("ping-1.0.0-run1").ShouldBeFalse("a rollback goes one version back and no further");
        var calls = scene.World.Blows.Calls.Count;

        var result = To(scene, "1.0.0");

        result.Status.ShouldBe(ExitStatus.Done, result.LastLine);
        result.Message.ShouldBe("Switched from 1.2.0 back to 1.0.0: it serves everything in fake.");
        scene.World.Blows.Calls.Skip(calls).ShouldBe(["apply start-stable-ping", "apply return-traffic-ping", "apply retire-ping"]);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.IsAlive("ping-1.2.0-run3").ShouldBeFalse();
        JournalRules.Hold(scene);
    }

    [Fact]
    public void It_is_a_run_of_its_own_and_a_second_rollback_finds_nothing()
    {
        var scene = Three();
        _ = To(scene, "1.0.0");

        var (run, state) = (scene.State.Runs[^1], scene.State);

        (run.Opening.Kind, run.Opening.Undoes, run.Outcome).ShouldBe((RunKind.Rollback, null, RunOutcome.Done));
        (state.Stable!.Version, state.Previous, state.LastPromoted).ShouldBe(("1.0.0", null, null));
        scene.Status()["stable"]!["version"]!.GetValue<string>().ShouldBe("1.0.0");
        scene.Rollback().Message.ShouldBe("There is nothing to roll back in fake: 1.0.0 serves and no older version is kept.");
        state.Due.Select(d => d.Instance.Id).ShouldBe(["ping-1.1.0-run2"], "what was kept beside the last one is still to be retired");
        scene.Release().Message.ShouldStartWith("1.3.0 serves everything");
        scene.State.Due.Select(d => d.Instance.Id).ShouldBe(["ping-1.0.0-run1"], "kept anew, and the older one is superseded");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void What_serves_already_changes_nothing_at_all()
    {
        var scene = Three();
        var records = scene.Journal.Records.Count;

        To(scene, "1.2.0").Message.ShouldBe("1.2.0 serves everything in fake already: nothing was changed.");

        scene.Journal.Records.Count.ShouldBe(records);
    }

    [Theory]
    [InlineData("9.9.9", "9.9.9 was never released in fake, so there is nothing to go back to. There is: 1.1.0, 1.0.0. Nothing was changed.")]
    [InlineData("2.0.0", "2.0.0 never served everything in fake (run 4), so there is nothing to go back to. There is: 1.1.0, 1.0.0. Nothing was changed.")]
    public void A_version_that_never_served_is_refused_with_2_and_the_others_are_named(string version, string message)
    {
        var scene = Three().Sick("2.0.0");
        scene.Release("2.0.0").Status.ShouldBe(ExitStatus.GateSaidNo);
        var records = scene.Journal.Records.Count;

        var result = To(scene, version);

        result.Status.ShouldBe(ExitStatus.Usage);
        result.Message.ShouldStartWith(message);
        scene.Journal.Records.Count.ShouldBe(records);
    }

    [Fact]
    public void An_artefact_that_is_another_one_now_is_refused_by_its_digest_and_nothing_is_changed()
    {
        var scene = Three();
        scene.World.Put("artefact/ping/1.0.0", "sha256:somebody-else");
        var (world, records) = (scene.World.Show(), scene.Journal.Records.Count);

        var result = To(scene, "1.0.0");

        result.Status.ShouldBe(ExitStatus.Usage);
        result.Message.ShouldContain("ping 1.0.0 served as sha256:ping-1.0.0, and that artefact cannot be had again: what is there under its name is another one");
        (scene.World.Show(), scene.Journal.Records.Count).ShouldBe((world, records));
    }

    [Fact]
    public void An_artefact_that_is_gone_is_made_again_where_its_digest_is_the_recorded_one()
    {
        var scene = Three();
        scene.World.Put("artefact/ping/1.0.0", null);
        scene.World.Put("artefact/ping/1.0.0/complete", null);

        To(scene, "1.0.0").Status.ShouldBe(ExitStatus.Done);

        scene.World["artefact/ping/1.0.0"].ShouldBe("sha256:ping-1.0.0");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
    }

    [Fact]
    public void An_open_run_is_undone_first_and_it_says_so()
    {
        var scene = Three();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Release("2.0.0")).ShouldBeNull();

        To(scene, "1.0.0").Message.ShouldBe("Switched from 1.2.0 back to 1.0.0: it serves everything in fake.");

        scene.Lines.ShouldContain("Run 4 (1.3.0) is open: it is undone first, then 1.0.0 takes over.");
        scene.State.Runs.TakeLast(2).Select(r => r.Outcome).ShouldBe([RunOutcome.RolledBack, RunOutcome.Done]);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        scene.World.Fields("process/").ShouldBe(["process/ping-1.0.0-run1", "process/ping-1.1.0-run2"]);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void A_living_holder_undoes_its_own_run_first()
    {
        var scene = Three();

        var results = scene.Together(
            (TimeSpan.Zero, p => p.Release()),
            (TimeSpan.FromSeconds(2.5), p => new Rollback(p.Environment with { Inputs = p.Environment.Inputs with { To = "1.0.0" } }, p.Stop).Run()));

        results[0].Status.ShouldBe(ExitStatus.Failed);
        results[1].Message.ShouldBe("Switched from 1.2.0 back to 1.0.0: it serves everything in fake.");
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Invariant_13_a_version_that_does_not_boot_moves_no_traffic_and_leaves_nothing_open()
    {
        var scene = Three();
        var world = scene.World.Show();
        _ = scene.World.DoNotBoot.Add("1.0.0");

        var result = To(scene, "1.0.0");

        result.Status.ShouldBe(ExitStatus.Failed);
        result.Message.ShouldStartWith("1.0.0 could not be brought back, and no traffic was moved: 1.2.0 serves everything as before.");
        scene.World.Show().ShouldBe(world);
        scene.State.Open.ShouldBeNull();
        scene.Rollback().Message.ShouldStartWith("Rolled back 1.2.0: 1.1.0 serves everything");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Of_two_services_one_that_does_not_boot_keeps_both_where_they_are()
    {
        var scene = Three("ping", "search");
        var world = scene.World.Show();
        scene.World.Blows.Strike("start-stable-search", Way.Apply, Blow.FailHalf);

        To(scene, "1.0.0").Status.ShouldBe(ExitStatus.Failed);

        scene.World.Show().ShouldBe(world);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void What_an_abandoned_run_left_running_can_be_gone_to_and_its_share_is_no_more_a_left_one()
    {
        var scene = Three();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Release()).ShouldBeNull();
        scene.Abandon().Status.ShouldBe(ExitStatus.Done);

        To(scene, "1.3.0").Status.ShouldBe(ExitStatus.Done);

        scene.World.Serving().ShouldBe("ping-1.3.0-run4 100");
        scene.State.Left.ShouldBeEmpty();
    }

    [Fact]
    public void A_share_that_an_abandoned_run_left_goes_too()
    {
        var scene = Three();
        scene.World.Blows.Strike("shift-traffic-ping-50", Way.Apply, Blow.KillAfter);
        scene.Killable(p => p.Release()).ShouldBeNull();
        scene.Abandon().Status.ShouldBe(ExitStatus.Done);

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        scene.World.Fields("process/").ShouldBe(["process/ping-1.1.0-run2"]);
    }

    [Fact]
    public void A_stopped_environment_is_started_with_it()
    {
        var scene = Three().Downed();

        To(scene, "1.1.0").Status.ShouldBe(ExitStatus.Done);

        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        scene.State.IsDown.ShouldBeFalse();
    }

    internal static Scene Three(params string[] services)
    {
        var scene = new Scene(services).Promoted();
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        return scene;
    }

    internal static RunResult To(Scene scene, string version) =>
        scene.Command(p => p.Rollback(), new() { Owner = "bob@desk", Program = "test", Reason = "because", To = version });
}
