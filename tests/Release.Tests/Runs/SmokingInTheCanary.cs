using Release.Configuration;
using Release.Journal;
using Release.Probes;
using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>A smoke test that only both variants together can pass: it waits for the first share.</summary>
public class SmokingInTheCanary
{
    private readonly Scene _scene = new Scene("ping").Deployed();

    public SmokingInTheCanary() => _scene.Options = _scene.Options with
    {
        Smoke = [new HttpProbeOptions { Id = "both", Type = "http", Path = "/", At = [SmokeMoment.Canary] }],
    };

    [Fact]
    public void It_is_run_once_after_the_first_shift()
    {
        _scene.Release().Status.ShouldBe(ExitStatus.Done);

        var records = _scene.Journal.Records.Where(r => r.Entry.Run == "2").ToList();
        var looked = records.Where(r => r.Type == RecordType.Probe && (string?)r.Data["id"] == "both").ToList();
        looked.ShouldHaveSingleItem().Entry.Phase.ShouldBe(Phases.Canary);
        looked[0].Seq.ShouldBeGreaterThan(records.First(r => r.Type == RecordType.StepApplied && r.Entry.Step == "shift-traffic-ping-10").Seq);
    }

    [Fact]
    public void What_it_finds_takes_the_release_back()
    {
        var before = _scene.World.Show(tags: false);
        _ = _scene.World.FailingProbes.Add("both");

        var result = _scene.Release();

        result.Status.ShouldBe(ExitStatus.Failed);
        result.Message.ShouldContain("did not pass its smoke tests while it had its first share");
        _scene.World.Show(tags: false).ShouldBe(before);
        _scene.World.Effects.ShouldNotContain(e => e.Step == "shift-traffic-ping-50");
        JournalRules.Hold(_scene);
    }
}
