using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>SIGKILL in every phase: the run is interrupted, and ends by Resume as if nothing had happened, or by Rollback as if it had never begun.</summary>
[Collection(TheClone.Crashes)]
public sealed class KillingTheProcess(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    public static TheoryData<string, string> Moments => new()
    {
        { "PreChecks", "" },
        { "Backup", "step-intent tag-rollback-point" },
        { "Tag", "step-intent tag-release" },
        { "Canary", "step-intent start-candidate-ping" },
        { "Canary", "step-applied start-candidate-ping" },
        { "Canary", "step-intent shift-traffic-ping-40" },
        { "Canary", "step-applied shift-traffic-ping-40" },
        { "MetricsGate", "sample" },
        { "Promote", "step-applied shift-traffic-ping-100" },
        { "Verify", "" },
        { "Handover", "" },
    };

    [ReleaseTheory]
    [MemberData(nameof(Moments))]
    public async Task Resume_completes_it(string phase, string record) =>
        await Interrupted(phase, record)
            .When().Somebody_runs("Resume")
            .Then().It_exits_with(0)
            .V2_serves_everything()
            .The_state_is("idle")
            .When().Somebody_runs("Audit")
            .Then().It_exits_with(0);

    [ReleaseTheory]
    [MemberData(nameof(Moments))]
    public async Task Rollback_restores_the_start(string phase, string record) =>
        await Interrupted(phase, record)
            .When().Somebody_runs("Rollback")
            .Then().It_exits_with(0)
            .Its_last_line_has("Rolled back 2.0.0: 1.0.0 serves everything")
            .V1_serves_everything()
            .Nothing_of_v2_is_left()
            .The_state_is("idle")
            .When().Somebody_runs("Audit")
            .Then().It_exits_with(0);

    [ReleaseFact]
    public async Task Abandon_closes_it_as_it_stands() =>
        await Interrupted("MetricsGate", "sample")
            .When().Somebody_runs("Abandon", "--reason", "we look at it tomorrow")
            .Then().It_exits_with(0)
            .Its_last_line_has("closed as it stands")
            .The_state_is("idle");

    private Then Interrupted(string phase, string record) =>
        Given().A_running_v1(new Settings { SlowLooks = true, Step = phase == "MetricsGate" ? "4s" : "300ms" }).Git_is_slow()
            .When().V2s_promotion_is_killed_at(Moment.Parse(phase, record))
            .Then().The_state_is("interrupted")
            .That("It_was_in_that_phase", async w => (await w.Root.Status())["run"]!["phases"]!.AsArray()[^1]!["name"]!.GetValue<string>().ShouldBe(phase))
            .When().Somebody_runs("Promote")
            .Then().It_exits_with(5)
            .Its_last_line_has($"was interrupted in {phase}", "./build.sh Resume", "./build.sh Rollback", "./build.sh Abandon");
}
