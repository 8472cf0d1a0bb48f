using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>Two people, one environment.</summary>
[Collection(TheClone.Releases)]
public sealed class TwoAtOnce(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    /// <summary>So long that only a rollback ends it.</summary>
    private static readonly Settings Long = new() { Step = "60s" };

    [ReleaseFact]
    public async Task One_promotes_and_the_other_is_told_who() => await Given().A_running_v1(new Settings { Step = "2s" })
        .When().Two_promote_at_once()
        .Then().That("One_exits_with_0_and_the_other_with_4_naming_the_first", w =>
        {
            var (winner, loser) = w.HolderEnded!.ExitCode == 0 ? (w.HolderEnded, w.Last) : (w.Last, w.HolderEnded);
            winner.ExitCode.ShouldBe(0, winner.ToString());
            loser.ExitCode.ShouldBe(4, loser.ToString());
            loser.LastLine.ShouldContain("local is held by");
            loser.LastLine.ShouldContain($"(process {winner.Process})");
            loser.LastLine.ShouldContain("./build.sh Rollback");
        })
        .V2_serves_everything();

    [ReleaseFact]
    public async Task Status_says_who_runs_what_meanwhile() => await Given().A_running_v1(Long)
        .When().V2_is_being_promoted_up_to(Moment.Judging)
        .Then().The_state_is("running")
        .That("It_names_the_holder_and_the_split", async w =>
        {
            var status = await w.Root.Status();
            status["lease"]!["pid"]!.GetValue<int>().ShouldBe(w.Holder.Id);
            status["watchedBy"]!.GetValue<string>().ShouldContain($"process {w.Holder.Id}");
            status["candidate"]!["version"]!.GetValue<string>().ShouldBe("2.0.0");
            status["stable"]!["version"]!.GetValue<string>().ShouldBe("1.0.0");
            status["split"]!["requested"]!["candidate"]!.GetValue<double>().ShouldBe(40);
            status["split"]!["observed"]!["candidate"]!.GetValue<double>().ShouldBeInRange(20, 60);
        });

    [ReleaseFact]
    public async Task A_rollback_makes_the_holder_undo() => await Given().A_running_v1(Long)
        .When().V2_is_being_promoted_up_to(Moment.Judging)
        .Somebody_runs("Rollback", "--reason", "customers call")
        .Then().It_exits_with(0)
        .It_took_less_than(TimeSpan.FromMinutes(1))
        .Its_last_line_has("was undone by its own process: 1.0.0 serves everything")
        .The_background_command_exits_with(1)
        .The_background_command_says("asked for a rollback: customers call", "1.0.0 serves everything")
        .V1_serves_everything()
        .Nothing_of_v2_is_left()
        .The_state_is("idle");

    [ReleaseFact]
    public async Task A_holder_that_does_not_answer_is_taken_over() => await Given().A_running_v1(Long)
        .When().V2_is_being_promoted_up_to(Moment.Judging)
        .Its_process_gets(Machine.Stop)
        .Somebody_runs("Rollback")
        .Then().It_exits_with(0)
        .It_took_less_than(TimeSpan.FromMinutes(2))
        .It_says("it did not answer within 15s: taking over")
        .The_background_command_exits_with(128 + Machine.Kill)
        .V1_serves_everything()
        .Nothing_of_v2_is_left()
        .The_state_is("idle");
}
