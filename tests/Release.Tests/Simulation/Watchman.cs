using System.Globalization;
using Release.Journal;
using Release.Tests.Runs;

namespace Release.Tests.Simulation;

/// <summary>Looks at every change and every record as it happens, and says which of them should never have been.</summary>
internal sealed class Watchman
{
    // Longer than any look is old when a call lands.
    private static readonly TimeSpan JustNow = TimeSpan.FromSeconds(40);

    private readonly Scene _scene;
    private readonly Weather _weather;
    private readonly Action<string> _say;
    private readonly Dictionary<long, FakeProcess> _writers = [];
    private readonly HashSet<string> _setLate = [];
    private long _newest;

    public Watchman(Scene scene, Weather weather, Action<string> say)
    {
        (_scene, _weather, _say) = (scene, weather, say);
        scene.World.AfterChange = Look;
    }

    /// <summary>Gets what was seen that should never be.</summary>
    public List<string> Wrong { get; } = [];

    /// <summary>Gets the versions that were never well.</summary>
    public HashSet<string> IllFromBirth { get; } = [];

    /// <summary>A process has written a record.</summary>
    public void Wrote(FakeProcess process, JournalRecord record)
    {
        if (!_writers.TryAdd(record.Token, process) && _writers[record.Token] != process)
        {
            Wrong.Add($"record {record.Seq}: two processes write with token {record.Token} (invariant 9)");
        }

        if (record.Token < _newest)
        {
            Wrong.Add($"record {record.Seq}: token {record.Token} after {_newest} (invariant 9)");
        }

        _newest = Math.Max(_newest, record.Token);
        if (record.Type is RecordType.Decision && Text(record, "decision") == "promote")
        {
            Promoted(record);
        }
    }

    private void Look(Effect effect)
    {
        _say($"    {(effect.IsLate ? "late " : "")}{effect.Way} {effect.Step}: {effect.Field} {effect.From} -> {effect.To}");
        if (effect.Field.StartsWith("weight/", StringComparison.Ordinal))
        {
            Weighed(effect, _scene.World.InstanceAt(effect.Field.Split('/')[2])!);
        }
        else if (effect is { To: null, IsLate: false } && effect.Field.StartsWith("process/", StringComparison.Ordinal))
        {
            Stopped(effect, effect.Field["process/".Length..]);
        }
    }

    // Invariant 13: nothing sends traffic to a dead instance while another one is healthy.
    private void Weighed(Effect effect, string instance)
    {
        _ = effect.IsLate ? _setLate.Add(instance) : _setLate.Remove(instance);
        var world = _scene.World;
        if (!effect.IsLate && Weight(effect.To) > Weight(effect.From) && !world.IsHealthy(instance) && !IsExcused(instance) && OtherHealthy(effect, instance) is { } other)
        {
            Wrong.Add($"{effect.Step} ({effect.Way}) gave traffic to {instance}, which is not healthy, though {other} is (invariant 13)");
        }
    }

    private string? OtherHealthy(Effect effect, string instance)
    {
        var service = effect.Field.Split('/')[1];
        return _scene.World.Fields($"weight/{service}/")
            .Where(f => f != effect.Field && Weight(_scene.World[f]) > 0)
            .Select(f => _scene.World.InstanceAt(f.Split('/')[2])!)
            .FirstOrDefault(i => i != instance && _scene.World.IsHealthy(i));
    }

    // What serves is not stopped; what is stopped with all of its environment does not serve any more.
    private void Stopped(Effect effect, string instance)
    {
        var serves = _scene.World.Fields("weight/").Any(f => f.EndsWith("/" + _scene.World.AddressOf(instance), StringComparison.Ordinal) && Weight(_scene.World[f]) > 0);
        if (serves && effect is not { Way: Way.Undo, Step: ['s', 't', 'a', 'r', 't', '-', 's', ..] } && !_setLate.Contains(instance) && _scene.World[FakeWorld.Gateway] is not null)
        {
            Wrong.Add($"{effect.Step} ({effect.Way}) stopped {instance}, which has traffic");
        }
    }

    // A look may be as old as its call is long.
    private bool IsExcused(string instance) =>
        _weather.Deaths.TryGetValue(instance, out var at) && _scene.Time.GetUtcNow() - at < JustNow;

    private void Promoted(JournalRecord record)
    {
        var version = _scene.State.Run(record.Entry.Run!)!.Opening.Target.Version;
        if (IllFromBirth.Contains(version))
        {
            Wrong.Add($"record {record.Seq}: {version} was promoted although it is ill");
        }
    }

    private static double Weight(string? value) => double.TryParse(value, CultureInfo.InvariantCulture, out var weight) ? weight : 0;

    private static string Text(JournalRecord record, string name) => record.Data[name]?.GetValue<string>() ?? "";
}
