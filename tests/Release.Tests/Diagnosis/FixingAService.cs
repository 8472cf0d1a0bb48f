using Release.Journal;
using Release.Runs;
using Release.Tests.Runs;

namespace Release.Tests.Diagnosis;

/// <summary>What a person orders Doctor to mend is a run like others: journaled, under the lease, undone when it fails; and nothing else is changed.</summary>
public sealed class FixingAService
{
    [Fact]
    public void A_restart_is_started_beside_and_has_the_traffic_before_the_old_one_is_stopped()
    {
        var scene = new Scene().Promoted();

        var result = scene.Command(p => p.Fix("restart-service=ping"));

        result.Status.ShouldBe(ExitStatus.Done);
        result.Message.ShouldBe("ping 1.1.0 was started anew in fake, and had its traffic before the one before it was stopped.");
        var run = scene.State.Runs[^1];
        (run.Opening.Kind, run.Outcome, run.Opening.Fixes!.Text).ShouldBe((RunKind.Fix, RunOutcome.Done, "restart-service=ping"));
        run.Steps.Select(s => s.Id).ShouldBe(["start-anew-ping", "restart-traffic-ping", "retire-ping"]);
        (scene.State.Stable!.Of("ping")!.Id, scene.State.Stable.Version).ShouldBe(("ping-1.1.0-run3", "1.1.0"));
        scene.World.IsAlive("ping-1.1.0-run2").ShouldBeFalse();
        scene.Serves().ShouldBeTrue();
    }

    [Fact]
    public void What_died_is_brought_back_by_it()
    {
        var scene = new Scene().Promoted();
        scene.World.Kill("ping-1.1.0-run2");

        scene.Command(p => p.Fix("restart-service=ping")).Status.ShouldBe(ExitStatus.Done);

        scene.Serves().ShouldBeTrue();
    }

    [Fact]
    public void The_release_before_it_can_still_be_taken_back_and_the_next_one_made()
    {
        var scene = new Scene("ping", "pong").Promoted();
        scene.Command(p => p.Fix("restart-service=pong")).Status.ShouldBe(ExitStatus.Done);

        scene.Rollback().Status.ShouldBe(ExitStatus.Done);

        scene.State.Stable!.Version.ShouldBe("1.0.0");
        scene.Serves().ShouldBeTrue();
        scene.Release("1.2.0").Status.ShouldBe(ExitStatus.Done);
        scene.Serves().ShouldBeTrue();
        scene.Down().Status.ShouldBe(ExitStatus.Done);
        scene.World.Fields("process/").ShouldBeEmpty();
    }

    [Fact]
    public void One_that_does_not_become_healthy_is_stopped_again_and_the_old_one_serves()
    {
        var scene = new Scene().Promoted();
        _ = scene.World.DoNotBoot.Add("1.1.0");

        var result = scene.Command(p => p.Fix("restart-service=ping"));

        result.Status.ShouldBe(ExitStatus.Failed);
        result.Message.ShouldContain("restart-service=ping in fake did not come to its end; undone: start-anew-ping.");
        scene.State.Runs[^1].Outcome.ShouldBe(RunOutcome.RolledBack);
        scene.State.Stable!.Of("ping")!.Id.ShouldBe("ping-1.1.0-run2");
        scene.Serves().ShouldBeTrue();
        scene.World.IsAlive("ping-1.1.0-run3").ShouldBeFalse();
    }

    [Theory]
    [InlineData("restart-service=pign", "There is no service \"pign\" in fake. Did you mean \"ping\"?")]
    [InlineData("restart-servce=ping", "There is no fix \"restart-servce\". Did you mean \"restart-service\"?")]
    [InlineData("restart-service", "needs the name of a service")]
    [InlineData("restart-service=\u001b[31m", "There is no service")]
    [InlineData("scale-service=ping", "needs how many copies are to run, 1 to 100: there is no number")]
    [InlineData("scale-service=ping:0", "1 to 100: \"0\"")]
    [InlineData("scale-service=ping:two", "1 to 100: \"two\"")]
    [InlineData("scale-service=ping:2", "The platform \"fake\" of fake cannot scale a service")]
    public void What_is_not_known_or_cannot_be_is_wrong_usage_and_touches_nothing(string order, string said)
    {
        var scene = new Scene().Promoted();
        var (records, world) = (scene.Journal.Records.Count, scene.World.Show());

        var result = scene.Command(p => p.Fix(order));

        result.Status.ShouldBe(ExitStatus.Usage);
        result.Message.ShouldContain(said);
        result.Message.ShouldNotContain("\u001b");
        (scene.Journal.Records.Count, scene.World.Show()).ShouldBe((records, world));
    }

    [Fact]
    public void A_platform_that_cannot_restart_is_named()
    {
        var scene = new Scene().Promoted();
        scene.World.RestartsBeside = false;

        var result = scene.Command(p => p.Fix("restart-service=ping"));

        result.Status.ShouldBe(ExitStatus.Usage);
        result.Message.ShouldStartWith("The platform \"fake\" of fake cannot restart a service. Nothing was changed.");
    }

    [Fact]
    public void Where_nothing_serves_there_is_nothing_to_restart()
    {
        new Scene().Command(p => p.Fix("restart-service=ping")).Message.ShouldStartWith("ping does not serve in fake: there is nothing to restart. Nothing was changed.");
        new Scene().Promoted().Downed().Command(p => p.Fix("restart-service=ping")).Message.ShouldContain("fake, which is down");
    }

    [Fact]
    public void In_place_it_says_that_it_cannot_be_taken_back()
    {
        var scene = InPlace();

        var result = scene.Command(p => p.Fix("restart-service=ping"));

        (result.Status, result.Message).ShouldBe((ExitStatus.Done, "ping 1.1.0 was restarted in fake, where it was; a restart cannot be taken back."));
        scene.State.Runs[^1].Steps.ShouldHaveSingleItem().Id.ShouldBe("restart-ping");
        scene.State.Stable!.Of("ping")!.Id.ShouldBe("ping-1.1.0-run2");
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.Serves().ShouldBeTrue();
    }

    [Fact]
    public void A_scaled_service_gets_all_traffic_at_every_copy()
    {
        var scene = InPlace();

        var result = scene.Command(p => p.Fix("scale-service=ping:2"));

        (result.Status, result.Message).ShouldBe((ExitStatus.Done, "ping 1.1.0 runs in 2 copies in fake."));
        scene.State.Runs[^1].Steps.Select(s => s.Id).ShouldBe(["gather-traffic-ping", "scale-ping", "spread-traffic-ping"]);
        scene.World["copies/ping-1.1.0-run2"].ShouldBe("2");
        scene.Serves().ShouldBeTrue();
    }

    [Fact]
    public void Copies_that_do_not_become_healthy_are_taken_away_again()
    {
        var scene = InPlace();
        _ = scene.World.DoNotBoot.Add("1.1.0");

        scene.Command(p => p.Fix("scale-service=ping:2")).Status.ShouldBe(ExitStatus.Failed);

        scene.World["copies/ping-1.1.0-run2"].ShouldBeNull();
        scene.State.Runs[^1].Outcome.ShouldBe(RunOutcome.RolledBack);
        scene.Serves().ShouldBeTrue();
    }

    [Fact]
    public void What_the_platform_refuses_of_this_service_is_refused_before_a_run_is_opened()
    {
        var scene = InPlace();
        var records = scene.Journal.Records.Count;

        var result = scene.Command(p => p.Fix("scale-service=ping:10"));

        (result.Status, scene.Journal.Records.Count).ShouldBe((ExitStatus.Usage, records));
        result.Message.ShouldContain("has a host port");
    }

    [Theory]
    [InlineData("start-anew-ping", true)]
    [InlineData("start-anew-ping", false)]
    [InlineData("restart-traffic-ping", true)]
    [InlineData("restart-traffic-ping", false)]
    [InlineData("retire-ping", true)]
    [InlineData("retire-ping", false)]
    public void Killed_in_the_middle_nothing_else_begins_before_it_went_on_or_back(string step, bool goesOn)
    {
        var scene = new Scene().Promoted();
        scene.AtAppend = (process, record) =>
        {
            if (record is { Type: RecordType.StepIntent } && record.Entry.Step == step)
            {
                scene.AtAppend = null;
                process.Die();
            }
        };
        scene.Killable(p => p.Fix("restart-service=ping")).ShouldBeNull();

        scene.Command(p => p.Fix("restart-service=ping")).Status.ShouldBe(ExitStatus.Open, "an open run is ended first");
        scene.Release("1.2.0").Status.ShouldBe(ExitStatus.Open);
        (goesOn ? scene.Resume() : scene.Rollback()).Status.ShouldBe(ExitStatus.Done);

        scene.Serves().ShouldBeTrue();
        scene.State.Stable!.Of("ping")!.Id.ShouldBe(goesOn ? "ping-1.1.0-run3" : "ping-1.1.0-run2");
        scene.World.Fields("process/").Count.ShouldBe(2, "what serves, and the version that is kept");
    }

    [Fact]
    public void While_a_canary_is_parked_it_is_refused()
    {
        var scene = new Scene().Promoted();
        scene.Release("1.2.0", Phases.Canary).Status.ShouldBe(ExitStatus.Parked);

        scene.Command(p => p.Fix("restart-service=ping")).Status.ShouldBe(ExitStatus.Open);
    }

    private static Scene InPlace()
    {
        var scene = new Scene().Promoted();
        (scene.World.RestartsBeside, scene.World.FixesInPlace) = (false, true);
        return scene;
    }
}
