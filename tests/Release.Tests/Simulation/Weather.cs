using Release.Tests.Runs;

namespace Release.Tests.Simulation;

/// <summary>
/// What happens to the world while people work: calls that fail, hang, land late or twice, peers that are silent,
/// instances that die, a disk that is full. Everything is thrown with the story's dice.
/// </summary>
internal sealed class Weather(Scene scene, Dice dice, Action<string> say)
{
    private static readonly Blow[] Blows =
    [
        Blow.FailBefore, Blow.FailBefore, Blow.FailHalf, Blow.FailAfter, Blow.Hang, Blow.CancelLate, Blow.KillBefore, Blow.KillHalf, Blow.KillAfter, Blow.KillLate,
    ];

    private static readonly double[] BlowsPerCall = [0, 0.02, 0.06, 0.15];
    private int _act;

    /// <summary>Gets or sets how bad it is: 0 (calm) to 3.</summary>
    public int Storm { get; set; }

    /// <summary>Gets a value indicating whether anything but people has disturbed this act.</summary>
    public bool IsRough { get; private set; }

    /// <summary>Gets a value indicating whether the journal or the lease failed in this act.</summary>
    public bool CouldNotRecord { get; private set; }

    /// <summary>Gets when something else than us ended an instance.</summary>
    public Dictionary<string, DateTimeOffset> Deaths { get; } = [];

    private FakeWorld World => scene.World;

    /// <summary>A new act begins.</summary>
    public void Begin()
    {
        _act++;
        (IsRough, CouldNotRecord) = (false, false);
        World.Blows.Travel = Travel;
        World.Blows.Weather = (step, way) => Strike($"{way} {step}");
        scene.AtAppend = (process, written) =>
        {
            if (dice.Is(new[] { 0, 0.001, 0.003, 0.006 }[Storm]))
            {
                say($"killed {(written is null ? "before an append" : $"after record {written.Seq}")}");
                process.Die();
            }
        };
        if (Storm > 0)
        {
            Outages();
            Deadly();
            Looks();
            Recording();
        }
    }

    /// <summary>What is still to come of this act does not come, and what was there is over. Who is ill stays so.</summary>
    public void Clear()
    {
        _act++;
        World.Blows.Weather = null;
        World.Silent.Clear();
        World.FailingProbes.Clear();
        World.BlindProbes.Clear();
        World.EvidenceIsLost = false;
        (scene.Room, scene.CannotRenew) = (null, false);
        World.Traffic.Background = SimulatedStory.Background;
        scene.AtAppend = null;
    }

    /// <summary>Something ends an instance.</summary>
    public void Kill(string instance)
    {
        if (World.IsAlive(instance))
        {
            say($"{instance} dies");
            IsRough = true;
            Deaths[instance] = scene.Time.GetUtcNow();
            World.Kill(instance);
        }
    }

    private Passage Travel(TimeSpan deadline)
    {
        var slowest = deadline.TotalSeconds * 0.95;
        var there = Storm > 0 && dice.Is(0.05) ? dice.AnyLength(0.2, slowest) : dice.AnyLength(0.001, 0.2);
        return new(there, dice.AnyLength(0.001, Storm > 0 && dice.Is(0.03) ? slowest : 0.1), dice.Is(0.5), Storm > 0 && dice.Is(0.05));
    }

    private Blow Strike(string call)
    {
        if (!dice.Is(BlowsPerCall[Storm]))
        {
            return Blow.None;
        }

        var blow = dice.Of(Blows);
        say($"{call}: {blow}");
        IsRough = true;
        return blow;
    }

    private void Outages()
    {
        foreach (var peer in scene.Options.Services.Select(s => $"router/{s.Name}").Concat(["platform", "metrics", "repository", "remote", "host"]))
        {
            Sometimes(0.04 * Storm, 120, $"{peer} is silent", () => World.Silent.Add(peer), () => World.Silent.Remove(peer));
        }

        Sometimes(0.02 * Storm, 60, "everything fails", () => World.Traffic.Background = 0.3, () => World.Traffic.Background = SimulatedStory.Background);
    }

    private void Deadly()
    {
        Sometimes(0.05 * Storm, 1, "an instance", () => KillOne(), () => false);
        Sometimes(0.02 * Storm, 1, "another instance", () => KillOne(), () => false);
    }

    private bool KillOne()
    {
        if (World.Fields("process/") is { Count: > 0 } alive)
        {
            var instance = dice.Of(alive)["process/".Length..];
            Kill(instance);
            if (dice.Is(0.3))
            {
                say($"and {instance} does not start again");
                _ = World.DoNotBoot.Add(instance.Split('-')[1]);
            }
        }

        return true;
    }

    private void Looks()
    {
        foreach (var probe in new[] { "peers", "smoke", "version-ping" })
        {
            Sometimes(0.02 * Storm, 60, $"{probe} fails", () => World.FailingProbes.Add(probe), () => World.FailingProbes.Remove(probe));
            Sometimes(0.01 * Storm, 60, $"{probe} is blind", () => World.BlindProbes.Add(probe), () => World.BlindProbes.Remove(probe));
        }
    }

    private void Recording()
    {
        Sometimes(0.01 * Storm, 30, "the disk is full", () => (scene.Room, CouldNotRecord) = (0, true), () => scene.Room = null);
        Sometimes(0.01 * Storm, 30, "the lease cannot be renewed", () => (scene.CannotRenew, CouldNotRecord) = (true, true), () => scene.CannotRenew = false);
        Sometimes(0.01 * Storm, 60, "evidence cannot be put", () => World.EvidenceIsLost = true, () => World.EvidenceIsLost = false);
    }

    private void Sometimes<TBegin, TEnd>(double probability, double longest, string what, Func<TBegin> begin, Func<TEnd> end)
    {
        if (!dice.Is(probability))
        {
            return;
        }

        var (act, at, length) = (_act, dice.AnyLength(0.05, 90), dice.AnyLength(0.1, longest));
        scene.Time.At(at, () => Now(what, begin));
        scene.Time.At(at + length, () => Now("no more: " + what, end));

        void Now<T>(string happens, Func<T> happen)
        {
            if (act == _act)
            {
                say(happens);
                IsRough = true;
                _ = happen();
            }
        }
    }
}
