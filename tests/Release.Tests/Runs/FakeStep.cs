using System.Globalization;
using System.Text.Json.Nodes;
using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>What a step of the fake world is made of.</summary>
internal sealed record FakeChange(string Id, StepSafety Safety, string Describe)
{
    /// <summary>Gets the peer whose silence makes the step unknown.</summary>
    public string Peer { get; init; } = "";

    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the fields and their values after the step, in the order they are set; asked when the step runs.</summary>
    public required Func<IReadOnlyList<KeyValuePair<string, string?>>> Wanted { get; init; }

    /// <summary>Gets what apply sets too and undo leaves alone: what somebody else left there.</summary>
    public Func<IReadOnlyList<KeyValuePair<string, string?>>> Others { get; init; } = () => [];

    /// <summary>Gets the field that says that undo has nothing to do when it was set before.</summary>
    public string? KeptWhenBefore { get; init; }

    /// <summary>Gets a value indicating whether undo leaves everything (artefacts, pushed tags).</summary>
    public bool Stays { get; init; }

    /// <summary>Gets what breaks apply after its first half, or null.</summary>
    public Func<string?> Breaks { get; init; } = () => null;

    public string? Route { get; init; }

    public Percent Share { get; init; }
}

/// <summary>A step over <see cref="FakeWorld"/>, called by one process: struck by what <see cref="Blows"/> plans, half done where it says so.</summary>
internal class FakeStep(FakeWorld world, FakeProcess process, FakeChange change) : IStep
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Taking = TimeSpan.FromMilliseconds(30);

    public string Id => change.Id;

    public StepSafety Safety => change.Safety;

    public TimeSpan Deadline => change.Deadline;

    protected FakeChange Change => change;

    public string Describe() => change.Describe;

    public Task<Observation> Observe(CancellationToken cancellation)
    {
        process.ThrowIfDead();
        if (world.Silent.Contains(change.Peer) || world.Silent.Contains(Id))
        {
            return Task.FromResult(Observation.Unknown($"{change.Peer} does not answer"));
        }

        var wanted = change.Wanted();
        var seen = new JsonObject(wanted.Select(w => KeyValuePair.Create<string, JsonNode?>(w.Key, world[w.Key])));
        var right = wanted.Count(w => world[w.Key] == w.Value);
        var state = wanted.Any(w => FakeWorld.IsForeign(world[w.Key])) ? StepState.Foreign
            : right == wanted.Count ? (change.Others().Count == 0 ? StepState.Applied : StepState.Torn)
            : right > 0 ? StepState.Torn : StepState.Pending;
        return Task.FromResult(new Observation(state, seen, $"{Id} is {state}"));
    }

    public Task Apply(StepKey key, CancellationToken cancellation) => Call(Way.Apply, key, () => [.. change.Wanted(), .. change.Others()], cancellation);

    public Task Undo(Before before, StepKey key, CancellationToken cancellation) =>
        Call(Way.Undo, key, () => Old(before), cancellation);

    private IReadOnlyList<KeyValuePair<string, string?>> Old(Before before) =>
        change.Stays || (change.KeptWhenBefore is { } kept && before.Seen[kept] is not null)
            ? []
            : [.. change.Wanted().Reverse().Where(w => !FakeWorld.IsForeign(world[w.Key]))
                .Select(w => KeyValuePair.Create(w.Key, before.Seen[w.Key]?.GetValue<string>()))];

    private async Task Call(Way way, StepKey key, Func<IReadOnlyList<KeyValuePair<string, string?>>> values, CancellationToken cancellation)
    {
        process.ThrowIfDead();
        process.Saw(this, way, key);
        var blow = world.Blows.Next(Id, way);
        ThrowIfSilent();
        if (blow is Blow.KillBefore or Blow.FailBefore)
        {
            Fall(blow);
        }

        if (blow is Blow.Hang or Blow.CancelLate or Blow.Freeze or Blow.KillLate)
        {
            await Stall(blow, way, key, values(), cancellation);
        }

        var broken = way is Way.Apply ? change.Breaks() : null;
        await Land(way, key, blow is Blow.KillHalf or Blow.FailHalf || broken is not null ? () => Half(values()) : values, cancellation);
        if (broken is not null)
        {
            throw new InvalidOperationException(broken);
        }

        Fall(blow);
    }

    private IReadOnlyList<KeyValuePair<string, string?>> Half(IReadOnlyList<KeyValuePair<string, string?>> all) =>
        [.. (change.Route is null ? all.AsEnumerable() : all.OrderBy(v => Weight(v.Value) <= Weight(world[v.Key]))).Take((all.Count + 1) / 2)];

    // Weights that grow go first, so that nobody is ever left without a target.
    private static double Weight(string? value) => double.TryParse(value, CultureInfo.InvariantCulture, out var weight) ? weight : 0;

    private async Task Land(Way way, StepKey key, Func<IReadOnlyList<KeyValuePair<string, string?>>> values, CancellationToken cancellation)
    {
        if (world.Blows.Travel?.Invoke(Deadline) is { } passage)
        {
            await Travel(passage, late => Set(way, key, values(), late), cancellation);
        }
        else
        {
            await Task.Delay(Taking, world.Time, cancellation);
            process.ThrowIfDead();
            Set(way, key, values());
        }
    }

    private async Task Travel(Passage passage, Action<bool> land, CancellationToken cancellation)
    {
        var (given, lands) = (false, true);
        world.Time.At(passage.There, Landing);
        if (passage.Twice)
        {
            world.Time.At(passage.There + (passage.Back / 2), Landing);
        }

        try
        {
            await Task.Delay(passage.There + passage.Back, world.Time, cancellation);
        }
        catch (OperationCanceledException)
        {
            (given, lands) = (true, passage.LandsWhenCancelled);
            throw;
        }

        process.ThrowIfDead();

        void Landing()
        {
            if (lands)
            {
                land(given || process.IsDead);
            }
        }
    }

    // An undo revokes: what arrives late under the key of an apply does nothing where the peer knows keys.
    private void Set(Way way, StepKey key, IReadOnlyList<KeyValuePair<string, string?>> values, bool isLate = false)
    {
        if (Safety is StepSafety.Keyed && way is Way.Undo)
        {
            process.RevokeAll(Id);
        }

        if (!(Safety is StepSafety.Keyed && world.IsRevoked(key.Value)))
        {
            foreach (var (field, value) in values)
            {
                world.Set(Id, way, key.Value, field, value, isLate);
            }
        }
    }

    private async Task Stall(Blow blow, Way way, StepKey key, IReadOnlyList<KeyValuePair<string, string?>> values, CancellationToken cancellation)
    {
        if (blow is Blow.KillLate or Blow.CancelLate)
        {
            world.Time.At(Late, () => Set(way, key, values, isLate: true));
        }

        if (blow is Blow.KillLate)
        {
            process.Die();
            process.ThrowIfDead();
        }

        await (blow is Blow.Freeze ? world.Thawed.Task : Task.Delay(Timeout.InfiniteTimeSpan, world.Time, cancellation));
    }

    private void Fall(Blow blow)
    {
        if (blow is Blow.KillBefore or Blow.KillHalf or Blow.KillAfter)
        {
            process.Die();
            process.ThrowIfDead();
        }

        if (blow is Blow.FailBefore or Blow.FailHalf or Blow.FailAfter)
        {
            throw new InvalidOperationException($"{Id} was struck ({blow})");
        }
    }

    private void ThrowIfSilent()
    {
        if (world.Silent.Contains(change.Peer) || world.Silent.Contains(Id))
        {
            throw new TimeoutException($"{change.Peer} does not answer");
        }
    }
}

/// <summary>The same for traffic.</summary>
internal sealed class FakeShift(FakeWorld world, FakeProcess process, FakeChange change) : FakeStep(world, process, change), ITrafficStep
{
    public string Route => Change.Route!;

    public Percent Share => Change.Share;
}
