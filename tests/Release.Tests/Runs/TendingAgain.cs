using Release.Journal;
using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>A tender that somebody starts every minute, and something that fails each time.</summary>
public class TendingAgain
{
    [Fact]
    public void The_pause_between_two_tries_doubles_up_to_half_an_hour_by_the_journal_alone()
    {
        var scene = Failing();
        var begin = scene.Time.GetUtcNow();

        EveryMinute(scene, 240);

        Tries(scene).Select(at => Math.Round((at - begin).TotalMinutes)).ShouldBe([0, 1, 2, 4, 8, 16, 32, 62, 92, 122, 152, 182, 212]);
    }

    [Fact]
    public void A_turn_that_waits_takes_no_lease_records_nothing_and_says_until_when_with_5()
    {
        var scene = Failing();
        EveryMinute(scene, 3);
        var records = scene.Journal.Records.Count;

        var result = scene.Tend();

        result.Status.ShouldBe(ExitStatus.Open);
        result.LastLine.ShouldMatch(@"^Not tried: retire ping 1\.0\.0 was tried 3 times, last at .*Z, and is again from .*Z on\. It is to be tried again\. ");
        scene.Journal.Records.Count.ShouldBe(records);
    }

    [Fact]
    public void The_document_says_what_waits()
    {
        var scene = Failing();
        EveryMinute(scene, 3);
        var document = scene.Time.Run(async () =>
        {
            var tending = new Tending(scene.Process().Environment, new StopSignal());
            return tending.Document(await tending.Run());
        });
        document["waits"]!.AsArray().ShouldHaveSingleItem()!["tries"]!.GetValue<int>().ShouldBe(3);
        document["did"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public void A_person_at_a_terminal_does_not_wait()
    {
        var scene = Failing();
        EveryMinute(scene, 3);
        scene.World.Blows.Heal();

        scene.Command(p => p.Tend(atTerminal: true)).Status.ShouldBe(ExitStatus.Done);

        scene.State.Due.ShouldBeEmpty();
    }

    [Fact]
    public void Another_command_in_between_may_have_mended_it_and_begins_the_counting_anew()
    {
        var scene = Failing();
        EveryMinute(scene, 20);
        scene.Abandon().Status.ShouldBe(ExitStatus.Done, "there is nothing to abandon, but it took the lease");
        scene.World.Blows.Heal();

        scene.Tend().Status.ShouldBe(ExitStatus.Done);
    }

    [Fact]
    public void What_waits_does_not_keep_something_else_from_being_done()
    {
        var scene = Failing("ping", "search");
        EveryMinute(scene, 1);
        scene.State.Due.ShouldHaveSingleItem().Instance.Artefact.Service.ShouldBe("ping");
    }

    [Fact]
    public void A_lease_whose_purpose_is_no_text_counts_nothing()
    {
        var scene = Failing();
        EveryMinute(scene, 3);
        scene.Instead = records => records.Select(r => r.Type is RecordType.LeaseTaken
            ? r with { Entry = r.Entry with { Data = new() { ["purpose"] = 7, ["owner"] = "x" } } } : r);
        scene.Tend().LastLine.ShouldStartWith("Not done: retire ping 1.0.0");
    }

    private static Scene Failing(params string[] services)
    {
        var scene = new Scene(services).Promoted();
        scene.Time.Pass(scene.Options.Platform.KeepStable);
        scene.World.Blows.Strike("retire-ping-1-0-0-run1", Way.Apply, Blow.FailBefore, always: true);
        return scene;
    }

    private static void EveryMinute(Scene scene, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _ = scene.Tend();
            scene.Time.Pass(TimeSpan.FromMinutes(1));
        }
    }

    private static IEnumerable<DateTimeOffset> Tries(Scene scene) => scene.Journal.Records.Where(r => r.Type is RecordType.StepFailed).Select(r => r.Ts);
}
