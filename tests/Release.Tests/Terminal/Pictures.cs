using Release.Gates;
using Release.Journal;
using Release.Output;
using Release.Runs;
using Release.Tests.Runs;
using Release.Views;

namespace Release.Tests.Terminal;

/// <summary>Runs that were recorded, as they stood at one of their records.</summary>
internal static class Pictures
{
    /// <summary>A release of 1.1.0 at its n-th sample (from 1).</summary>
    public static (RunPicture Picture, DateTimeOffset Now) Judged(int sample, Action<Scene>? before = null)
    {
        var scene = new Scene().Deployed();
        before?.Invoke(scene);
        _ = scene.Release("1.1.0");
        return At(scene, r => r.Type is RecordType.Sample, sample);
    }

    /// <summary>The last run of a scene at the n-th record of some kind.</summary>
    public static (RunPicture Picture, DateTimeOffset Now) At(Scene scene, Func<JournalRecord, bool> which, int number = 1)
    {
        var run = scene.State.Runs[^1].Id;
        var at = scene.Journal.Records.Where(r => r.Entry.Run == run && which(r)).ElementAt(number - 1);
        var state = new EnvironmentState(scene.Journal.Records.Where(r => r.Seq <= at.Seq)).Run(run)!;
        var environment = scene.Process().Environment;
        return (RunPicture.Of(state, environment.Planner.Of(state.Opening), environment), at.Ts);
    }

    /// <summary>A picture in which every text is this one.</summary>
    public static RunPicture Saying(string text) => new(
        text,
        text,
        text,
        DateTimeOffset.UnixEpoch,
        IsOver: false,
        null,
        [
            new PhasePicture(text, "done", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, []),
            new PhasePicture(text, "running", DateTimeOffset.UnixEpoch, null, [new StepPicture(text, StepStatus.Intended, DateTimeOffset.UnixEpoch, null, TimeSpan.FromMinutes(1), text)]),
            new PhasePicture(text, PhasePicture.ToCome, null, null, []),
        ],
        [new GatePicture(text, new Percent(10), 1, 10, true, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(1), GateOutcome.Undecided, text,
            [new ObjectivePicture(text, text, 0.5, 0.01, 0.1, 100, 0, 12, ObjectiveStanding.Failing, [0.1, null, 0.5])], [text])],
        [text, text],
        [(text, text)]);

    public static string Text((RunPicture Picture, DateTimeOffset Now) at, int width, int height, Components.Terminal.Passing? passing = null) =>
        string.Join('\n', Components.Terminal.LiveView.Text(at.Picture, passing, at.Now, width, height, TerminalText.Line));
}
