using Release.Configuration;
using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>Scenes that a tender comes to.</summary>
internal static class Tended
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>A canary's process was killed when the candidate had half of the traffic.</summary>
    public static Scene Killed(string step = "shift-traffic-ping-50", OrphanPolicy? policy = null, Blow blow = Blow.KillAfter)
    {
        var scene = new Scene().Deployed();
        scene.Options = scene.Options with { OnOrphan = policy };
        scene.World.Blows.Strike(step, Way.Apply, blow);
        scene.Killable(p => p.Release()).ShouldBeNull();
        return scene;
    }

    /// <summary>The same, so long ago that it is an orphan.</summary>
    public static Scene Orphaned(string step = "shift-traffic-ping-50", OrphanPolicy? policy = null, Blow blow = Blow.KillAfter)
    {
        var scene = Killed(step, policy, blow);
        scene.Time.Pass(scene.Options.OrphanAfter);
        return scene;
    }

    /// <summary>The gate could not decide, and its policy is to hold.</summary>
    public static Scene Held(TimeSpan? holdFor = null, params string[] services)
    {
        var scene = new Scene(services).Deployed();
        scene.Options = scene.Options with { Gate = scene.Options.Gate with { OnInconclusive = DeadlinePolicy.Hold, HoldFor = holdFor } };
        scene.World.Traffic.Rate = 10;
        scene.Release().Status.ShouldBe(ExitStatus.Parked);
        return scene;
    }

    /// <summary>A kept version whose time has come.</summary>
    public static Scene Overdue()
    {
        var scene = new Scene().Promoted();
        scene.Time.Pass(scene.Options.Platform.KeepStable);
        return scene;
    }

    /// <summary>An environment whose traffic steps take longer than anybody stays.</summary>
    public static Scene Long(this Scene scene)
    {
        scene.Options = scene.Options with
        {
            MaxAttended = TimeSpan.FromMinutes(5),
            Gate = scene.Options.Gate with { StepDuration = new() { Min = TimeSpan.FromMinutes(2), Max = TimeSpan.FromMinutes(30) } },
        };
        return scene;
    }

    /// <summary>A tender watches for a time while others do something; then a signal ends it.</summary>
    public static RunResult Watched(this Scene scene, TimeSpan time, Func<Task>? meanwhile = null, TimeSpan? every = null, int signal = 15)
    {
        var watcher = scene.Process(new() { Owner = "tender@host", Program = "test" });
        return scene.Time.Run(async () =>
        {
            var watch = watcher.Watch(every ?? Every);
            await (meanwhile?.Invoke() ?? Task.CompletedTask);
            await Task.Delay(time, scene.Time);
            watcher.Stop.Request(new StopCause.Interrupted(signal));
            return await watch;
        });
    }
}
