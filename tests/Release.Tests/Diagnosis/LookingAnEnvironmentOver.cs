using Release.Diagnosis;
using Release.Probes;
using Release.Tests.Runs;

namespace Release.Tests.Diagnosis;

/// <summary>Doctor finds each symptom of the runbook, names what it saw, and changes nothing.</summary>
public class LookingAnEnvironmentOver
{
    [Fact]
    public void One_that_is_well_has_no_symptom_and_is_not_touched()
    {
        var scene = new Scene().Promoted();
        var (records, world) = (scene.Journal.Records.Count, scene.World.Show());
        Look(scene).ShouldAllBe(d => d.Verdict == ProbeVerdict.Pass);
        (scene.Journal.Records.Count, scene.World.Show()).ShouldBe((records, world));
    }

    [Fact]
    public void What_serves_and_does_not_live_gets_no_traffic_worth_the_name()
    {
        var scene = new Scene().Promoted();
        scene.World.Kill("ping-1.1.0-run2");
        var found = Of(scene, Symptom.NotReceivingTraffic);
        found.Verdict.ShouldBe(ProbeVerdict.Fail);
        found.Found.ShouldContain("ping 1.1.0 does not live");
        found.Recommended(t => $"./build.sh {t}").ShouldContain("Take a candidate that does not get well back: ./build.sh Rollback.");
    }

    [Fact]
    public void Errors_and_slow_requests_are_held_against_the_gates_limits()
    {
        var scene = new Scene().Promoted().Sick("1.1.0");
        _ = scene.World.Traffic.Slow.Add("1.1.0");
        Of(scene, Symptom.HighErrorRate).Found.ShouldContain("ping: 20 % (20,000 of 100,000) failed, limit 1 %");
        Of(scene, Symptom.HighLatency).Found.ShouldContain("over 250ms, limit 5 %");
    }

    [Fact]
    public void Counters_that_cannot_be_read_are_a_symptom_and_leave_the_others_open()
    {
        var scene = new Scene().Promoted();
        _ = scene.World.Silent.Add("metrics");
        Of(scene, Symptom.NoMetrics).Verdict.ShouldBe(ProbeVerdict.Fail);
        Of(scene, Symptom.HighErrorRate).Verdict.ShouldBe(ProbeVerdict.Unavailable);
    }

    [Fact]
    public void A_page_that_does_not_load_is_named()
    {
        var scene = new Scene().Promoted();
        _ = scene.World.FailingProbes.Add("smoke");
        Of(scene, Symptom.NotLoading).Found.ShouldBe("smoke saw what it should not");
    }

    [Fact]
    public void A_platform_that_does_not_answer_is_told_as_that()
    {
        var scene = new Scene().Promoted();
        _ = scene.World.Silent.Add("platform");
        Of(scene, Symptom.NotReceivingTraffic).Looked.ShouldContain(l => l.Verdict == ProbeVerdict.Unavailable);
    }

    private static DiagnosedSymptom Of(Scene scene, Symptom symptom) => Look(scene).Single(d => d.Recipe.Symptom == symptom);

    private static IReadOnlyList<DiagnosedSymptom> Look(Scene scene)
    {
        var process = scene.Process();
        return scene.Time.Run(() => new Examination(process.Environment).Run(default));
    }
}
