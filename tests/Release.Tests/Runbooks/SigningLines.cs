using Release.Journal;
using Release.Runbooks;
using Release.Runs;
using Release.Tests.Runs;

namespace Release.Tests.Runbooks;

/// <summary>A person's word about a line: recorded, awaited, refused, taken back.</summary>
public class SigningLines
{
    [Fact]
    public void A_required_one_parks_the_run_before_its_phase_and_the_last_line_says_how_to_sign()
    {
        var scene = new Scene().Deployed().With(Booked.Required("L-1", "promote", """["qa", "lead"]"""));

        var parked = scene.Release();

        parked.Status.ShouldBe(ExitStatus.Parked);
        parked.LastLine.ShouldBe("Run 2 (1.1.0) is parked: L-1 (qa or lead) must be signed before Promote. It waits for the sign-off L-1 (qa or lead). "
            + "Sign: ./build.sh SignOff --line L-1 --as qa --env fake, then go on: ./build.sh Promote --env fake; take it back: ./build.sh Rollback --env fake.");
        scene.State.Open!.HasFinished(Phases.MetricsGate).ShouldBeTrue();
        scene.State.Open.Phases.ShouldNotContain(p => p.Name == Phases.Promote);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100", "nobody judges it while it waits (invariant 15)");
        scene.Status()["due"]!.AsArray().ShouldHaveSingleItem()!["waitsFor"]!.GetValue<string>().ShouldBe("the sign-off L-1 (qa or lead)");
        scene.Line("L-1").Status.ShouldBe(LineStatus.Open);
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Signed_it_goes_on_by_the_next_promote_and_says_who_signed_what()
    {
        var scene = Parked();
        var before = scene.World.Show();
        var records = scene.Journal.Records.Count;

        var signed = scene.Sign("L-1", note: "tried by hand");

        signed.Status.ShouldBe(ExitStatus.Done);
        signed.LastLine.ShouldStartWith("L-1 is signed as qa: tried by hand, by eve@office, for run 2 (1.1.0). Nothing holds the run up any more: ./build.sh Promote --env fake");
        scene.World.Show().ShouldBe(before);
        scene.Journal.Records.Skip(records).Select(r => r.Type).ShouldBe([RecordType.LeaseTaken, RecordType.SignOff, RecordType.LeaseReleased]);
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        var line = scene.Line("L-1");
        (line.Status, line.By, line.Evidence).ShouldBe((LineStatus.Signed, "eve@office (qa)", "tried by hand"));
        scene.Told("""{ "type": "step", "id": "shift-traffic-*-10" }""").Status.ShouldBe(LineStatus.Passed, "its share was taken away while it waited, and not for good");
        JournalRules.Hold(scene);
    }

    [Fact]
    public void Without_it_promote_parks_again_and_resume_says_what_is_awaited()
    {
        var scene = Parked();
        scene.Release().Status.ShouldBe(ExitStatus.Parked);
        var resumed = scene.Resume();
        resumed.Status.ShouldBe(ExitStatus.Parked);
        resumed.Message.ShouldContain("it waits for the sign-off L-1 (qa)");
        scene.Decide(go: true).Status.ShouldBe(ExitStatus.Parked, "a go is no sign-off");
    }

    [Fact]
    public void Resume_and_a_tender_go_on_when_it_is_there()
    {
        var resumed = Parked();
        resumed.Sign("L-1").Status.ShouldBe(ExitStatus.Done);
        resumed.Resume().Status.ShouldBe(ExitStatus.Done);
        resumed.World.Serving().ShouldBe("ping-1.1.0-run2 100");

        var tended = Parked();
        tended.Tend().Message.ShouldContain("is parked and waits for the sign-off L-1 (qa)");
        tended.Sign("L-1").Status.ShouldBe(ExitStatus.Done);
        tended.Tend().Message.ShouldContain("go on with run 2 (1.1.0), whose sign-offs are there");
        tended.World.Serving().ShouldBe("ping-1.1.0-run2 100");
        JournalRules.Hold(tended);
    }

    [Fact]
    public void Every_one_of_them_is_awaited()
    {
        var scene = new Scene().Deployed().With(Booked.Required("L-1", "canary"), Booked.Required("L-2", "canary", "\"lead\""));
        scene.Release().Status.ShouldBe(ExitStatus.Parked);
        scene.Sign("L-1").Message.ShouldContain("The run still waits for L-2 (lead).");
        scene.Release().Status.ShouldBe(ExitStatus.Parked);
        scene.Sign("L-2", "lead").Status.ShouldBe(ExitStatus.Done);
        scene.Release().Status.ShouldBe(ExitStatus.Done);
    }

    [Fact]
    public void A_no_fails_the_line_and_the_run_does_not_go_on_until_somebody_says_yes()
    {
        var scene = Parked();
        scene.Sign("L-1", answer: SignedAnswer.No, note: "the button is gone").Status.ShouldBe(ExitStatus.Done);
        (scene.Line("L-1").Status, scene.Line("L-1").Evidence).ShouldBe((LineStatus.Failed, "the button is gone"));
        var refused = scene.Release();
        refused.Status.ShouldBe(ExitStatus.Parked);
        refused.Message.ShouldContain("L-1 was refused by eve@office (the button is gone), and Promote needs it");
        scene.Sign("L-1", note: "it was the browser").Status.ShouldBe(ExitStatus.Done);
        scene.Release().Status.ShouldBe(ExitStatus.Done);
    }

    [Fact]
    public void What_was_withdrawn_is_awaited_again()
    {
        var scene = Parked();
        scene.Sign("L-1").Status.ShouldBe(ExitStatus.Done);
        scene.Sign("L-1", answer: SignedAnswer.Withdrawn).Status.ShouldBe(ExitStatus.Done);
        scene.Line("L-1").Status.ShouldBe(LineStatus.Open);
        scene.Release().Status.ShouldBe(ExitStatus.Parked);
        scene.Sign("L-1", answer: SignedAnswer.Withdrawn).Status.ShouldBe(ExitStatus.Usage, "nothing is left to withdraw");
    }

    [Fact]
    public void Invariant_14_it_never_stands_in_a_rollbacks_way()
    {
        var scene = Parked();
        scene.Rollback().Status.ShouldBe(ExitStatus.Done);
        scene.World.Serving().ShouldBe("ping-1.0.0-run1 100");

        var promoted = new Scene().Promoted().With(Booked.Required("L-1", "pre-checks"), Booked.Required("L-2", "handover"));
        promoted.Rollback().Status.ShouldBe(ExitStatus.Done);
        promoted.World.EvidenceIsLost = true;
        JournalRules.Hold(promoted);
    }

    [Fact]
    public void Invariant_14_a_runbook_that_cannot_be_kept_does_not_keep_a_run_from_going_back()
    {
        var scene = new Scene().Deployed().Sick("1.1.0").With(Booked.Shown("L-1", """{ "type": "criterion" }"""));
        scene.World.BeforeChange = (step, _) => scene.World.EvidenceIsLost |= step == "shift-traffic-ping-10";
        scene.Release().Status.ShouldBe(ExitStatus.GateSaidNo);
        scene.Lines.ShouldContain(l => l.Contains("the executed runbook could not be kept", StringComparison.Ordinal));
        JournalRules.Hold(scene);
    }

    [Fact]
    public void An_emergency_does_not_wait_for_what_may_come_later()
    {
        var scene = new Scene().Deployed().With(Booked.Required("L-1", "promote", options: ", \"emergency\": \"after\""), Booked.Required("L-2", "promote", "\"lead\""));
        var hasty = new ReleaseInputs { Owner = "ana@laptop", Program = "test", Emergency = true, Reason = "INC-1" };
        var parked = scene.Command(p => p.Release(), hasty);
        parked.Message.ShouldContain("L-2 (lead) must be signed before Promote");
        parked.Message.ShouldNotContain("L-1");
        scene.Sign("L-2", "lead").Status.ShouldBe(ExitStatus.Done);
        scene.Command(p => p.Release(), hasty with { Emergency = false }).Status.ShouldBe(ExitStatus.Done);
        scene.Lines.ShouldContain(l => l.Contains("L-1 (qa) is not signed yet: an emergency does not wait for it, and it stays open", StringComparison.Ordinal));
        scene.Line("L-1").Status.ShouldBe(LineStatus.Open);
        scene.World.Evidence.Single(e => e.Key.EndsWith("release-notes.md", StringComparison.Ordinal)).Value.ShouldContain("## Still to be signed\n\n- L-1 (qa)");
        scene.Sign("L-1").Status.ShouldBe(ExitStatus.Done);
        scene.Line("L-1").Status.ShouldBe(LineStatus.Signed);
    }

    [Fact]
    public void A_line_that_was_taken_out_of_the_file_is_taken_out_of_no_run()
    {
        var scene = Parked().With(Booked.Shown("L-9", """{ "type": "criterion" }"""));
        scene.Release().Status.ShouldBe(ExitStatus.Parked);
        scene.Runbook = null;
        scene.Release().Status.ShouldBe(ExitStatus.Parked);
        scene.Sign("L-1").Status.ShouldBe(ExitStatus.Done);
        scene.Release().Status.ShouldBe(ExitStatus.Done);
    }

    [Fact]
    public void A_phase_that_is_skipped_skips_nobodys_word()
    {
        var scene = new Scene().Deployed().With(Booked.Required("L-1", "backup"));
        scene.Command(p => p.Release(Phases.Handover, (Phases.Backup, "no"))).Message.ShouldContain("L-1 (qa) must be signed before Tag");
    }

    [Fact]
    public void One_that_is_not_required_holds_nothing_up_and_may_come_until_something_else_begins()
    {
        var scene = new Scene().Promoted();
        scene.With(Booked.Signed("L-1"));
        scene.Line("L-1").Status.ShouldBe(LineStatus.Open);
        scene.Sign("L-1").Status.ShouldBe(ExitStatus.Done);
        scene.Line("L-1").Status.ShouldBe(LineStatus.Signed);
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        scene.Line("L-1").Status.ShouldBe(LineStatus.Open, "it is about the version before");
        scene.Release().Status.ShouldBe(ExitStatus.Done);
        scene.Line("L-1", "3").Status.ShouldBe(LineStatus.Missing);
        scene.Line("L-1", "2").Status.ShouldBe(LineStatus.Signed);
    }

    [Theory]
    [InlineData("L-2", "qa", "x", "There is no line \"L-2\". Did you mean \"L-1\"? Nothing was touched.")]
    [InlineData("L-9", "qa", "x", "L-9 is no line that a person signs: what shows it is recorded by the program.")]
    [InlineData("N-1", "qa", "x", "N-1 is not applicable: we have none.")]
    [InlineData("L-1", "qq", "x", "L-1 is for qa to sign, not for \"qq\". Did you mean \"qa\"?")]
    [InlineData("L-1", "lead", "x", "L-1 is for qa to sign, not for \"lead\".")]
    [InlineData("L-1", "qa", " ", "L-1 wants to know what was seen.")]
    public void What_cannot_be_signed_so_is_refused_with_2_and_nothing_is_touched(string line, string role, string note, string because)
    {
        var scene = new Scene().Promoted();
        scene.With(Booked.Signed("L-1", options: ", \"note\": true"), Booked.Shown("L-9", """{ "type": "criterion" }"""), """{ "id": "N-1", "says": "x", "notApplicable": "we have none" }""");
        var records = scene.Journal.Records.Count;
        var refused = scene.Sign(line, role, note: note);
        refused.Status.ShouldBe(ExitStatus.Usage);
        refused.Message.ShouldContain(because);
        scene.Journal.Records.Count.ShouldBe(records);
    }

    [Fact]
    public void Nothing_is_signed_before_a_release_or_without_a_runbook_or_while_a_run_is_interrupted()
    {
        new Scene().With(Booked.Signed("L-1")).Sign("L-1").Message.ShouldContain("No release of fake was begun yet");
        new Scene().Promoted().Sign("L-1").Message.ShouldContain("fake has no runbook");
        var killed = Release.Tests.Runs.Tended.Killed().With(Booked.Signed("L-1"));
        var records = killed.Journal.Records.Count;
        killed.Sign("L-1").Status.ShouldBe(ExitStatus.Open);
        killed.Journal.Records.Count(r => r.Type is RecordType.SignOff).ShouldBe(0);
        killed.Journal.Records.Count.ShouldBeLessThanOrEqualTo(records + 2);
    }

    [Fact]
    public void Invariant_9_another_run_that_holds_the_environment_is_not_written_into()
    {
        var scene = new Scene().Deployed().With(Booked.Signed("L-1"));
        var results = scene.Together((TimeSpan.Zero, p => p.Release()), (TimeSpan.FromSeconds(3), p => p.Sign(new("L-1", "qa", SignedAnswer.Yes, "x"))));
        results[1].Status.ShouldBe(ExitStatus.Held);
        results[0].Status.ShouldBe(ExitStatus.Done);
        JournalRules.Hold(scene);
    }

    private static Scene Parked()
    {
        var scene = new Scene().Deployed().With(Booked.Required("L-1", "promote"));
        scene.Release().Status.ShouldBe(ExitStatus.Parked);
        return scene;
    }
}
