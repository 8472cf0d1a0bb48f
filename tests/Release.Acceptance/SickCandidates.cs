using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>A candidate with an injected fault: the gate, or the boot, says no, and everything is as it was.</summary>
[Collection(TheClone.Releases)]
public sealed class SickCandidates(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    [ReleaseTheory]
    [InlineData("error-rate=20%", 3, "error-rate broken: candidate", "stable 0")]
    [InlineData("latency=+2s", 3, "latency-p95 broken: candidate 100 %")]
    [InlineData("boot=fail", 1, "did not start", "fault injected: boot=fail")]
    // Long enough that it has traffic by then on a busy host too.
    [InlineData("crash-after=8s", 3, "crashed while it had traffic", "exit code 134")]
    public async Task V1_goes_on_as_if_nothing_had_happened(string fault, int code, params string[] reasons) =>
        await Given().A_running_v1(new Settings { Step = "60s" })
            .When().V2_is_promoted("--fault", fault)
            .Then().It_exits_with(code)
            .Its_last_line_has(["Rolled back 2.0.0: 1.0.0 serves everything", .. reasons])
            .No_stack_trace_is_shown()
            .V1_serves_everything()
            .Nothing_of_v2_is_left()
            .The_state_is("idle");

    [ReleaseFact]
    public async Task A_good_version_is_released_after_a_sick_one() => await Given().A_running_v1()
        .When().V2_is_promoted("--fault", "boot=fail")
        .Then().It_exits_with(1)
        .When().V2_is_promoted()
        .Then().It_exits_with(0).V2_serves_everything();
}
