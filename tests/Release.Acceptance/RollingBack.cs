using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>Taking a promoted release back, while somebody's requests go on.</summary>
[Collection(TheClone.Releases)]
public sealed class RollingBack(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    [ReleaseFact]
    public async Task No_request_fails_through_canary_promotion_and_rollback() =>
        await Given().A_running_v1(new Settings { Steps = [10, 50, 100], Rate = 400 }).Somebodys_traffic()
            .When().V2_is_promoted()
            .Then().It_exits_with(0).V2_serves_everything()
            .When().Somebody_runs("Rollback")
            .Then().It_exits_with(0)
            .Its_last_line_has("Rolled back 2.0.0: 1.0.0 serves everything in local", "./build.sh Promote")
            .V1_serves_everything()
            .No_request_failed()
            .Both_versions_answered();

    [ReleaseFact]
    public async Task A_second_rollback_finds_nothing_and_changes_nothing() => await Given().A_promoted_v2()
        .When().Somebody_runs("Rollback")
        .Then().It_exits_with(0).V1_serves_everything()
        .When().Somebody_notes_down_the_world()
        .Somebody_runs("Rollback")
        .Then().It_exits_with(0)
        .Its_last_line_has("There is nothing to roll back in local: 1.0.0 serves")
        .V1_serves_everything()
        .The_world_is_as_noted();

    [ReleaseFact]
    public async Task An_empty_environment_has_nothing_to_roll_back() => await Given().An_empty_environment()
        .When().Somebody_runs("Rollback")
        .Then().It_exits_with(0).Its_last_line_has("There is nothing to roll back in local: nothing was ever released there");

    [ReleaseFact]
    public async Task A_broken_configuration_does_not_stand_in_its_way() => await Given().A_promoted_v2()
        .When().Its_configuration_is("{ \"name\": \"local\", broken")
        .Somebody_runs("Rollback")
        .Then().It_exits_with(0)
        .It_says("Going on with the configuration that the last run recorded")
        .No_stack_trace_is_shown()
        .When().Its_configuration_is_mended()
        .Then().V1_serves_everything();

    /// <summary>The sources of the build are edited so that they do not compile: the last good build carries out the rollback.</summary>
    [ReleaseFact]
    public async Task Sources_that_do_not_compile_do_not_stand_in_its_way() => await Given().A_promoted_v2()
        .When().Its_sources_do_not_compile()
        .Somebody_runs_the_script("Promote")
        .Then().It_exits_with(1)
        .It_says("The build does not compile", "nothing was run")
        .When().Somebody_runs_the_script("Rollback")
        .Then().It_exits_with(0)
        .It_says("running the last good build")
        .V1_serves_everything();
}
