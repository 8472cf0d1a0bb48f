using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>A phase alone, and an environment that is stopped in between.</summary>
[Collection(TheClone.Crashes)]
public sealed class ParkingBetweenPhases(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    [ReleaseFact]
    public async Task A_phase_alone_parks_its_run_and_a_later_one_picks_it_up() => await Given().A_running_v1()
        .When().Somebody_runs("Canary", "--version", "2.0.0")
        .Then().It_exits_with(7)
        .Its_last_line_has("Run 2 (2.0.0) is parked", "./build.sh MetricsGate", "./build.sh Promote", "./build.sh Rollback")
        .The_state_is("parked")
        .The_candidate_has_no_share()
        .When().Somebody_runs("Promote", "--version", "3.0.0")
        .Then().It_exits_with(5).Its_last_line_has("Run 2 releases 2.0.0 and is parked")
        .When().Somebody_runs("MetricsGate")
        .Then().It_exits_with(7).Its_last_line_has("Run 2 (2.0.0) is parked", "./build.sh Promote")
        .The_candidate_has_no_share()
        .When().Somebody_runs("Promote")
        .Then().It_exits_with(0)
        .V2_serves_everything()
        .That("It_was_the_same_run", async w => (await w.Root.Status())["run"]!["id"]!.GetValue<string>().ShouldBe("2"));

    [ReleaseFact]
    public async Task A_parked_run_is_taken_back() => await Given().A_running_v1()
        .When().Somebody_runs("Canary", "--version", "2.0.0")
        .Then().It_exits_with(7)
        .When().Somebody_runs("Rollback")
        .Then().It_exits_with(0).V1_serves_everything().Nothing_of_v2_is_left();

    [ReleaseFact]
    public async Task The_checks_alone_open_no_run() => await Given().A_running_v1()
        .When().Somebody_runs("PreChecks")
        .Then().It_exits_with(0).Its_last_line_has("checks of local pass")
        .That("There_is_no_second_run", w => w.Root.Journal().ShouldNotContain(r => r["run"] != null && r["run"]!.GetValue<string>() == "2"));

    [ReleaseFact]
    public async Task After_Down_the_recorded_stable_is_started_again() => await Given().A_running_v1()
        .When().Somebody_runs("Down")
        .Then().It_exits_with(0)
        .Its_last_line_has("1.0.0 is recorded and starts again with the next release")
        .That("Nothing_runs", w =>
        {
            w.Root.ProcessOf("gateway").ShouldBeNull();
            w.Root.ProcessesOf("1.0.0").ShouldBeEmpty();
        })
        .When().V2_is_promoted()
        .Then().It_exits_with(0)
        .It_says("local is down: starting 1.0.0 again")
        .V2_serves_everything()
        .When().Somebody_runs("Rollback")
        .Then().It_exits_with(0).Version_serves_everything("1.0.0");

    /// <summary>As after a restart of the machine: nothing runs, and nobody said Down.</summary>
    [ReleaseFact]
    public async Task After_a_restart_of_the_machine_the_recorded_stable_is_started_again() => await Given().A_running_v1()
        .When().The_version_is_killed("1.0.0").The_gateway_is_killed()
        .V2_is_promoted()
        .Then().It_exits_with(0)
        .It_says("starting 1.0.0 again")
        .V2_serves_everything();

    [ReleaseFact]
    public async Task A_killed_gateway_comes_back_with_its_weights() => await Given().A_promoted_v2()
        .When().The_gateway_is_killed()
        .Somebody_runs("Rollback")
        .Then().It_exits_with(0)
        .V1_serves_everything();

    [ReleaseFact]
    public async Task A_killed_gateway_comes_back_for_the_next_release() => await Given().A_running_v1()
        .When().The_gateway_is_killed()
        .V2_is_promoted()
        .Then().It_exits_with(0)
        .V2_serves_everything();
}
