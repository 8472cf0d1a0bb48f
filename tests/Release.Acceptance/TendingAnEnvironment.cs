using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>A tender in the background, as a service runs it, while people release.</summary>
[Collection(TheClone.Nights)]
public sealed class TendingAnEnvironment(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    [ReleaseFact]
    public async Task What_a_promotion_keeps_is_retired_when_its_time_comes_and_sigterm_ends_it_with_143() =>
        await Tended(new Settings { KeepStable = "3s" })
            .V2_is_promoted()
            .Then().It_exits_with(0)
            .That("V1_is_stopped", w => Eventually.Holds("no process of 1.0.0 runs", Soon, () => w.Root.ProcessesOf("1.0.0").Count == 0))
            .V2_serves_everything()
            .When().Its_process_gets(Machine.Terminate)
            .Then().The_background_command_exits_with(143)
            .The_background_command_says("Tending local: retire ping 1.0.0", "The watch of local was ended by SIGTERM", "Again: ./build.sh Tend --watch.")
            .No_stack_trace_is_shown()
            .When().Somebody_runs("Audit")
            .Then().It_exits_with(0);

    [ReleaseFact]
    public async Task A_canary_that_gets_kill_9_loses_its_share_after_orphan_after_and_can_be_resumed() =>
        await Tended(new Settings { OrphanAfter = "2s", Step = "4s" })
            .V2s_promotion_is_killed_at(Moment.Judging)
            .Then().That("Its_share_is_taken_away", w => Eventually.Holds("the candidate has no share", Soon, async () =>
                (await w.Root.Status())["split"]!["requested"]!["candidate"]!.GetValue<double>() == 0))
            .The_candidate_has_no_share()
            .When().Somebody_runs("Resume")
            .Then().It_exits_with(0)
            .V2_serves_everything()
            .When().Its_process_gets(Machine.Interrupt)
            .Then().The_background_command_exits_with(130)
            .The_background_command_says("withdraw the candidate of run 2 (2.0.0), whose process is gone");

    [ReleaseFact]
    public async Task By_policy_resume_it_goes_on_and_promotes() =>
        await Tended(new Settings { OrphanAfter = "2s", OnOrphan = "resume", Step = "4s" })
            .V2s_promotion_is_killed_at(Moment.Judging)
            .Then().That("It_is_promoted", w => Eventually.Holds("2.0.0 is stable", TimeSpan.FromMinutes(3), async () =>
                (await w.Root.Status())["stable"]!["version"]!.GetValue<string>() == "2.0.0"))
            .V2_serves_everything()
            .The_state_is("idle");

    [ReleaseFact]
    public async Task A_second_one_is_refused_and_status_names_the_first() => await Tended(new Settings())
        .Somebody_runs("Tend", "--watch")
        .Then().It_exits_with(4)
        .Its_last_line_has("local is watched already, by ")
        .When().Its_process_gets(Machine.Kill).It_ends().Somebody_runs("Status")
        .Then().That("Nobody_watches_any_more", w => w.Last.Output.ShouldNotContain("watched by"));

    [ReleaseFact]
    public async Task Once_with_nothing_due_it_changes_nothing() => await Given().A_running_v1()
        .When().Somebody_notes_down_how_everything_is().Somebody_runs("Tend", "--json")
        .Then().It_exits_with(0)
        .That("It_prints_one_document", w => System.Text.Json.Nodes.JsonNode.Parse(w.Last.Output)!["did"]!.AsArray().ShouldBeEmpty())
        .Everything_is_as_noted();

    private When Tended(Settings settings) => Given().A_running_v1(settings)
        .When().Something_else("Somebody tends it", async w =>
        {
            w.Holder = w.Root.Start("Tend", "--watch", "--every", "1s");
            await Eventually.Holds("a tender watches", Soon, async () => (await w.Root.Status())["watchedBy"] is not null);
        });
}
