using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Platforms;
using Release.Runs;

namespace Release.Conformance;

/// <summary>Three instances that run.</summary>
/// <param name="Stable">The one that serves.</param>
/// <param name="Candidate">The one that gets a share.</param>
/// <param name="Other">One that somebody else gives a share.</param>
public sealed record RoutedInstances(string Stable, string Candidate, string Other);

/// <summary>What a release relies on in a router, tried with instances that run. At its end the weights are those of its beginning.</summary>
/// <param name="router">The router.</param>
/// <param name="service">A service of the environment.</param>
/// <param name="instances">The instances.</param>
/// <param name="look">Finds them: <see cref="IPlatform.Look"/>.</param>
/// <param name="timeout">How long a look may take.</param>
/// <param name="subject">Keys, names and clocks.</param>
public sealed class RouterBehaviours(
    ITrafficRouter router,
    ServiceOptions service,
    RoutedInstances instances,
    Func<string, CancellationToken, Task<InstanceView>> look,
    TimeSpan timeout,
    Subject subject)
{
    private readonly List<(IStep Step, Before Before)> _begun = [];
    private TimeSpan _shifting = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets them all, in their order.</summary>
    public IReadOnlyList<Behaviour> All =>
    [
        new("sets up", "after apply set-up, observe says applied; a second apply under the same key is done too", SetsUp),
        new("says where traffic enters", "endpoints has the address that callers use", Endpoints),
        new("gives everything to the first", "a shift without a stable version leaves all weight to one address", First),
        new("shifts, and shows the split", "after each shift weights has the share that was asked for, to half a percent; 0 and 100 exactly", Shifts),
        new("observes twice the same", "two looks in a row say the same state and the same weights", cancellation => Subject.Stable(Shift(10), cancellation)),
        new("shifts once under one key", "a second apply shift under the same key changes nothing", ShiftsOnce),
        new("brings the split back in one step", "undo shift brings the weights back that were there before, from any later split", BringsBack),
        new("undoes only what it changed", "another address keeps its weight through a shift and its undo", OwnsOnlyIts),
        new("takes half a shift back", "a shift that was killed half-way is taken back by undo, and nothing of it shows up later", TakesHalfBack),
        new("settles a shift that was killed", "after a killed shift the weights can be read, and apply under the same key brings the share", Settles),
        new("sends nothing nowhere", "a shift to an instance without an address fails and leaves the weights as they are", Nowhere),
        new("takes hostile names as data", "a service with a hostile name has no weights; nothing is executed", Hostile),
        new("answers looks in time", $"five looks in a row take at most half of the timeout each ({Output.Show.Duration(timeout / 2)})", cancellation =>
            subject.InTime(timeout, () => router.Observe(service, cancellation))),
    ];

    /// <summary>Takes back what the trial changed, the last first.</summary>
    public async Task Clean(CancellationToken cancellation)
    {
        foreach (var (step, before) in Enumerable.Reverse(_begun).ToList())
        {
            await step.Undo(before, subject.NewKey(), cancellation);
            _ = _begun.Remove((step, before));
        }
    }

    private async Task SetsUp(CancellationToken cancellation)
    {
        foreach (var step in router.SetUp(service))
        {
            var key = subject.NewKey();
            await Begin(step, key, cancellation);
            _ = await subject.Apply(step, key, cancellation);
            _ = await Subject.Expect(step, cancellation, StepState.Applied);
        }
    }

    private async Task Endpoints(CancellationToken cancellation)
    {
        if (await router.Endpoints(cancellation) is null)
        {
            throw new UnexpectedException("endpoints has no address for callers, although the router is set up");
        }
    }

    private async Task First(CancellationToken cancellation)
    {
        // Where something serves already, its whole share is one more split to come back to.
        var step = router.Shift("conformance-first", service, null, instances.Stable, Percent.Full);
        await Begin(step, subject.NewKey(), cancellation);
        _ = await Subject.Expect(step, cancellation, StepState.Applied);
        await Has(instances.Stable, Percent.Full, cancellation);

        // The split to come back to, also when a behaviour below fails half-way.
        var shift = Shift(10);
        _begun.Add((shift, new((await shift.Observe(cancellation)).Seen)));
    }

    private async Task Shifts(CancellationToken cancellation)
    {
        foreach (var share in new[] { 1, 10, 50, 100, 0 })
        {
            _shifting = await subject.Apply(Shift(share), subject.NewKey(), cancellation);
            _ = await Subject.Expect(Shift(share), cancellation, StepState.Applied);
            await Has(instances.Candidate, new Percent(share), cancellation);
        }
    }

    private async Task ShiftsOnce(CancellationToken cancellation)
    {
        var (shift, key) = (Shift(10), subject.NewKey());
        _ = await subject.Apply(shift, key, cancellation);
        var first = await Weights(cancellation);
        _ = await subject.Apply(shift, key, cancellation);
        Same(first, await Weights(cancellation), "after the second apply");
    }

    private async Task BringsBack(CancellationToken cancellation)
    {
        await Reset(cancellation);
        var (first, was) = (Shift(10), await Weights(cancellation));
        var before = new Before((await first.Observe(cancellation)).Seen);
        foreach (var share in new[] { 10, 50, 100 })
        {
            _ = await subject.Apply(Shift(share), subject.NewKey(), cancellation);
        }

        var key = subject.NewKey();
        await first.Undo(before, key, cancellation);
        Same(was, await Weights(cancellation), "after undo shift");
        await first.Undo(before, key, cancellation);
        Same(was, await Weights(cancellation), "after a second undo shift under the same key");
    }

    private async Task OwnsOnlyIts(CancellationToken cancellation)
    {
        await Reset(cancellation);
        var other = router.Shift("conformance-other", service, instances.Stable, instances.Other, new Percent(20));
        await Begin(other, subject.NewKey(), cancellation);
        var (place, was) = (await Place(instances.Other, cancellation), await Weights(cancellation));
        var shift = Shift(50);
        var before = new Before((await shift.Observe(cancellation)).Seen);
        _ = await subject.Apply(shift, subject.NewKey(), cancellation);
        var during = await Weights(cancellation);
        await shift.Undo(before, subject.NewKey(), cancellation);
        var after = await Weights(cancellation);
        await Clean(other, cancellation);
        if (during.GetValueOrDefault(place) != was.GetValueOrDefault(place))
        {
            throw new UnexpectedException($"{place}, which the shift does not name, had {was.GetValueOrDefault(place)} and has {during.GetValueOrDefault(place)}");
        }

        Same(was, after, "after undo shift");
    }

    private async Task TakesHalfBack(CancellationToken cancellation)
    {
        await Reset(cancellation);
        var (shift, was) = (Shift(50), await Weights(cancellation));
        var before = new Before((await shift.Observe(cancellation)).Seen);
        await subject.Kill(shift, subject.NewKey(), _shifting, cancellation);
        await shift.Undo(before, subject.NewKey(), cancellation);
        await subject.Stays(async () => Same(was, await Weights(cancellation), "after a killed shift was undone"), cancellation);
    }

    private async Task Settles(CancellationToken cancellation)
    {
        await Reset(cancellation);
        var (shift, key) = (Shift(50), subject.NewKey());
        await subject.Kill(shift, key, _shifting, cancellation);
        _ = await Subject.Expect(shift, cancellation, StepState.Pending, StepState.Torn, StepState.Applied);
        _ = await subject.Apply(shift, key, cancellation);
        _ = await Subject.Expect(shift, cancellation, StepState.Applied);
        await Reset(cancellation);
    }

    private async Task Nowhere(CancellationToken cancellation)
    {
        var was = await Weights(cancellation);
        try
        {
            await router.Shift("conformance-nowhere", service, instances.Stable, "conformance-nowhere", new Percent(10)).Apply(subject.NewKey(), cancellation);
        }
        catch (ReleaseException)
        {
            Same(was, await Weights(cancellation), "after a shift to nowhere");
            return;
        }

        throw new UnexpectedException("the shift was done");
    }

    private async Task Hostile(CancellationToken cancellation)
    {
        foreach (var name in subject.HostileNames())
        {
            var weights = await router.Observe(service with { Name = name }, cancellation);
            subject.NothingWasExecuted(name);
            if (weights is { Weights.Count: > 0 })
            {
                throw new UnexpectedException($"the service {name} has weights");
            }
        }
    }

    private ITrafficStep Shift(int share) =>
        router.Shift($"conformance-{share}", service, instances.Stable, instances.Candidate, new Percent(share));

    private async Task Begin(IStep step, StepKey key, CancellationToken cancellation)
    {
        _begun.Add((step, new((await step.Observe(cancellation)).Seen)));
        _ = await subject.Apply(step, key, cancellation);
    }

    private async Task Clean(IStep step, CancellationToken cancellation)
    {
        var begun = _begun.Single(b => b.Step == step);
        await step.Undo(begun.Before, subject.NewKey(), cancellation);
        _ = _begun.Remove(begun);
    }

    // Back to everything on stable.
    private async Task Reset(CancellationToken cancellation)
    {
        if (_begun.FirstOrDefault(b => b.Step.Id == "conformance-10") is { Step: { } shift, Before: { } before })
        {
            await shift.Undo(before, subject.NewKey(), cancellation);
        }
    }

    private async Task Has(string instance, Percent share, CancellationToken cancellation)
    {
        var (place, weights) = (await Place(instance, cancellation), await Weights(cancellation));
        var seen = new RoutedWeights(weights).ShareOf([place]);
        if (share == Percent.Zero || share == Percent.Full ? seen != share : Math.Abs(seen.Fraction - share.Fraction) >= 0.005)
        {
            throw new UnexpectedException($"{share} was asked for {place}, it has {seen}: {Text(weights)}");
        }
    }

    private async Task<string> Place(string instance, CancellationToken cancellation) => (await look(instance, cancellation)).RoutedAddress
        ?? throw new UnexpectedException($"{instance} has no address, so nothing can be sent to it");

    private async Task<IReadOnlyDictionary<string, int>> Weights(CancellationToken cancellation) => (await router.Observe(service, cancellation))?.Weights
        ?? throw new UnexpectedException($"weights does not answer for {service.Name}");

    // An address without a weight may be there or not: no request tells the difference.
    private static void Same(IReadOnlyDictionary<string, int> expected, IReadOnlyDictionary<string, int> found, string when)
    {
        if (Text(expected) != Text(found))
        {
            throw new UnexpectedException($"{when} the weights are {Text(found)} and were {Text(expected)}");
        }
    }

    private static string Text(IReadOnlyDictionary<string, int> weights) => new JsonObject(weights.Where(pair => pair.Value > 0)
        .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))).ToJsonString();
}
