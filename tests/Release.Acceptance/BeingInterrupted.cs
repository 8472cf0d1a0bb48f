using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>Ctrl-C and SIGTERM while the candidate is judged.</summary>
[Collection(TheClone.Crashes)]
public sealed class BeingInterrupted(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    private static readonly Settings Slow = new() { Step = "4s" };

    [ReleaseTheory]
    [InlineData(Machine.Interrupt)]
    [InlineData(Machine.Terminate)]
    public async Task The_candidate_loses_its_share_and_Resume_completes_it(int signal) => await Given().A_running_v1(Slow)
        .When().V2_is_being_promoted_up_to(Moment.Judging)
        .Its_process_gets(signal)
        .It_ends()
        .Then().The_background_command_exits_with(128 + signal)
        .The_background_command_says("Target             Status", "MetricsGate", "Go on: ./build.sh Resume", "./build.sh Rollback", "./build.sh Abandon")
        .The_candidate_has_no_share()
        .The_state_is("interrupted")
        .When().Somebody_runs("Resume")
        .Then().It_exits_with(0)
        .V2_serves_everything();

    [ReleaseFact]
    public async Task On_a_ci_host_it_is_rolled_back_since_nobody_comes_back() => await Given().A_running_v1(Slow).A_ci_host()
        .When().V2_is_being_promoted_up_to(Moment.Judging)
        .Its_process_gets(Machine.Terminate)
        .It_ends()
        .Then().The_background_command_exits_with(1)
        .The_background_command_says("interrupted by SIGTERM, and onInterrupt is rollback", "1.0.0 serves everything")
        .V1_serves_everything()
        .Nothing_of_v2_is_left()
        .The_state_is("idle");

    [ReleaseFact]
    public async Task A_ci_host_keeps_no_journal_of_another_environment_on_its_own_disk() => await Given().An_empty_environment().An_environment("staging").A_ci_host()
        .When().Somebody_runs("Promote", "--env", "staging", "--version", "1.0.0")
        .Then().It_exits_with(2)
        .Its_last_line_has("The journal of staging lies on this machine's disk", "--allow-local-journal")
        .That("Nothing_was_created", w => Directory.Exists(Path.Combine(w.Root.Folder, ".release", "staging")).ShouldBeFalse())
        .When().Somebody_runs("Promote", "--env", "staging", "--version", "1.0.0", "--allow-local-journal")
        .Then().It_exits_with(0)
        .Its_last_line_has("1.0.0 serves in staging");
}
