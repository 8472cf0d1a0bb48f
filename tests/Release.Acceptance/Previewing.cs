using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>What would be done, without doing any of it.</summary>
[Collection(TheClone.Releases)]
public sealed class Previewing(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    [ReleaseFact]
    public async Task It_shows_every_step_and_changes_nothing() => await Given().A_running_v1()
        .When().Somebody_notes_down_how_everything_is()
        .Somebody_runs("Preview", "--version", "2.0.0")
        .Then().It_exits_with(0)
        .It_says(
            "2.0.0 to local (1.0.0 serves now)",
            "Backup: tag-rollback-point",
            "Tag: tag-release",
            "Canary: prepare-ping",
            "Canary: start-candidate-ping",
            "Canary: shift-traffic-ping-40",
            "Promote: shift-traffic-ping-100",
            "now:  ",
            "then: Send 40% of the traffic of ping to ping-2.0.0-run2 and the rest to ping-1.0.0-run1.")
        .Everything_is_as_noted()
        .The_plan_is_noted()
        .When().V2_is_promoted()
        .Then().It_exits_with(0)
        .The_run_had_the_noted_plan("2");

    [ReleaseFact]
    public async Task In_an_empty_environment_it_shows_the_first_deployment_and_creates_nothing() => await Given().An_empty_environment()
        .When().Somebody_notes_down_how_everything_is()
        .Somebody_runs("Preview")
        .Then().It_exits_with(0)
        .It_says("this is the first deployment", "Bootstrap: start-gateway", "Bootstrap: start-stable-ping", "Bootstrap: shift-traffic-ping-100")
        .There_is_no_environment()
        .Everything_is_as_noted()
        .The_plan_is_noted()
        .When().Somebody_runs("Promote", "--version", "1.0.0")
        .Then().It_exits_with(0)
        .The_run_had_the_noted_plan("1");
}
