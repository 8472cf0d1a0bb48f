using Release.Configuration;
using Release.Journal;
using Release.Tests.Notices;
using Release.Tests.Runs;
using Release.Watching;

namespace Release.Tests.Watching;

/// <summary>Environments whose promoted version is watched.</summary>
internal static class Watched
{
    /// <summary>1.1.0 was promoted and is watched for two days; two channels listen.</summary>
    public static (Scene Scene, FakeChannel Ops) ForTwoDays(Func<WatchOptions, WatchOptions>? plan = null)
    {
        var (scene, ops) = (new Scene(), new FakeChannel());
        scene.Time.Longest = TimeSpan.FromDays(7);
        scene.World.Traffic.Rate = 10;
        scene.Options = scene.Options with { Gate = scene.Options.Gate with { OnInconclusive = DeadlinePolicy.Promote, StepDuration = new() { Min = TimeSpan.FromSeconds(30), Max = TimeSpan.FromSeconds(60) } } };
        var watch = new WatchOptions { For = TimeSpan.FromHours(48), Every = TimeSpan.FromMinutes(5), Smoke = ["08:00"], Gate = ["09:00"], TimeZone = "Europe/Berlin" };
        scene.Options = scene.Options with { Watch = plan is null ? watch : plan(watch) };
        scene.Channels.Add(ops);
        scene.Promoted();
        ops.Got.Clear();
        return (scene, ops);
    }

    /// <summary>A tender looks every so often for a time.</summary>
    public static void Tended(this Scene scene, TimeSpan time, TimeSpan? every = null, Action? at = null)
    {
        var step = every ?? TimeSpan.FromMinutes(5);
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            scene.Time.Pass(step);
            _ = scene.Tend();
            at?.Invoke();
        }
    }

    /// <summary>The records of the watch with this word.</summary>
    public static IReadOnlyList<JournalRecord> Records(this Scene scene, string what) => [.. scene.Journal.Records.Where(r => r.Type is RecordType.Watch && r.Entry.Step == what)];

    public static WatchState Watch(this Scene scene) => scene.State.Watches.Last.ShouldNotBeNull();
}
