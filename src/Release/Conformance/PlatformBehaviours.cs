using Release.Configuration;
using Release.Platforms;
using Release.Runs;

namespace Release.Conformance;

/// <summary>What a release relies on in a platform, tried with one scratch instance.</summary>
/// <param name="platform">The platform.</param>
/// <param name="service">A service of the environment.</param>
/// <param name="version">The version that the scratch instance runs.</param>
/// <param name="scratch">The scratch instance's id.</param>
/// <param name="timeout">How long a look may take.</param>
/// <param name="subject">Keys, names and clocks.</param>
public sealed class PlatformBehaviours(
    IPlatform platform, ServiceOptions service, string version, string scratch, TimeSpan timeout, Subject subject)
{
    private Artefact? _artefact;
    private TimeSpan _boot = TimeSpan.FromSeconds(1);

    /// <summary>Gets them all, in their order.</summary>
    public IReadOnlyList<Behaviour> All =>
    [
        new("identifies an artefact", "identify answers the same digest twice, in one line without blanks", Identifies),
        new("knows no instance that was never started", "look at an instance that was never started says dead and has no address", Unknown),
        new("takes hostile names as data", "names with quotes, blanks, line ends, dashes and paths are names: never alive, never executed", Hostile),
        new("undoes nothing where nothing was done", "undo start without an apply is done and leaves the instance dead", UndoesNothing),
        new("prepares", "after apply prepare, observe says applied; a second apply under the same key is done too", Prepares),
        new("starts", "after apply start, observe says applied, look says alive, and there is an address", Starts),
        new("says what runs, or that it does not tell", "running names an instance while it runs, once, with its version and digest, and not when it is dead; or the driver answers failed: then Adopt is refused", SaysWhatRuns),
        new("observes twice the same", "two looks in a row say the same state and the same seen", ObservesTwice),
        new("starts once under one key", "a second apply start under the same key changes nothing: same seen, same address", StartsOnce),
        new("retires and starts again", "after apply retire look says dead and keeps the address; undo retire starts it again there", Retires),
        new("answers looks in time", $"five looks in a row take at most half of the timeout each ({Output.Show.Duration(timeout / 2)})", cancellation =>
            subject.InTime(timeout, () => platform.Look(scratch, cancellation))),
        new("takes a start back, twice", "after undo start look says dead; a second undo under the same key is done too", TakesBack),
        new("takes half a start back", "a start that was killed half-way is taken back by undo, and nothing of it shows up later", TakesHalfBack),
        new("settles a start that was killed", "after a killed start observe says pending, torn or applied, and apply under the same key brings it to applied", Settles),
    ];

    /// <summary>A scratch instance that runs, for other lists that need one. Whatever ran under its name before is used.</summary>
    public async Task<InstanceView> Running(CancellationToken cancellation)
    {
        await Prepare(cancellation);
        _ = await subject.Apply(await Start(cancellation), subject.NewKey(), cancellation);
        return await platform.Look(scratch, cancellation);
    }

    /// <summary>Takes the scratch instance away, whatever there is of it, also of a trial that was killed.</summary>
    public async Task Clean(CancellationToken cancellation)
    {
        if ((await platform.Look(scratch, cancellation)).Liveness is not Liveness.Dead)
        {
            _ = await subject.Apply(await Retire(cancellation), subject.NewKey(), cancellation);
        }

        await Dead(cancellation);
    }

    private async Task Identifies(CancellationToken cancellation)
    {
        var (first, second) = (await platform.Identify(service, version, cancellation), await platform.Identify(service, version, cancellation));
        if (first != second)
        {
            throw new UnexpectedException($"first {first.Digest}, then {second.Digest}");
        }

        if (first.Digest.Length > 300 || first.Digest.Any(char.IsWhiteSpace))
        {
            throw new UnexpectedException($"the digest {first.Digest}");
        }
    }

    private async Task Unknown(CancellationToken cancellation)
    {
        var view = await platform.Look(scratch + "-never", cancellation);
        if (view is not { Liveness: Liveness.Dead, Address: null })
        {
            throw new UnexpectedException($"{Words.Of(view.Liveness)} at {view.Address ?? "no address"}: {view.Detail}");
        }
    }

    private async Task Hostile(CancellationToken cancellation)
    {
        foreach (var name in subject.HostileNames())
        {
            var view = await platform.Look(name, cancellation);
            subject.NothingWasExecuted(name);
            if (view.Liveness is not Liveness.Dead)
            {
                throw new UnexpectedException($"look at {name} says {Words.Of(view.Liveness)}: {view.Detail}");
            }
        }
    }

    private async Task UndoesNothing(CancellationToken cancellation)
    {
        var start = await Start(cancellation);
        var seen = await Subject.Expect(start, cancellation, StepState.Pending);
        await start.Undo(new(seen.Seen), subject.NewKey(), cancellation);
        await Dead(cancellation);
    }

    private async Task Prepares(CancellationToken cancellation)
    {
        var (step, key) = (platform.Prepare("prepare-conformance", await Artefact(cancellation)), subject.NewKey());
        _ = await subject.Apply(step, key, cancellation);
        _ = await Subject.Expect(step, cancellation, StepState.Applied);
        _ = await subject.Apply(step, key, cancellation);
    }

    private async Task Starts(CancellationToken cancellation)
    {
        await Prepare(cancellation);
        var start = await Start(cancellation);
        _boot = await subject.Apply(start, subject.NewKey(), cancellation);
        _ = await Subject.Expect(start, cancellation, StepState.Applied);
        _ = await Alive(cancellation);
    }

    // It finds the instance running and leaves it so.
    private async Task SaysWhatRuns(CancellationToken cancellation)
    {
        if (await platform.Running(service, cancellation) is not { } running)
        {
            return;
        }

        var artefact = await Artefact(cancellation);
        if (running.Where(i => i.Id == scratch).ToList() is not [{ } one] || one.Artefact != artefact)
        {
            throw new UnexpectedException($"{scratch} runs {artefact.Version} ({artefact.Digest}), and running says: {Said(running)}");
        }

        _ = await subject.Apply(await Retire(cancellation), subject.NewKey(), cancellation);
        var after = await platform.Running(service, cancellation) ?? [];
        _ = await Running(cancellation);
        if (after.Any(i => i.Id == scratch))
        {
            throw new UnexpectedException($"{scratch} was retired, and running says: {Said(after)}");
        }
    }

    private static string Said(IReadOnlyList<Instance> running) =>
        running.Count == 0 ? "nothing" : string.Join(", ", running.Select(i => $"{i.Id} runs {i.Artefact.Version} ({i.Artefact.Digest})"));

    private async Task ObservesTwice(CancellationToken cancellation)
    {
        await Subject.Stable(await Start(cancellation), cancellation);
        var (first, second) = (await platform.Look(scratch, cancellation), await platform.Look(scratch, cancellation));
        if ((first.Liveness, first.Address) != (second.Liveness, second.Address))
        {
            throw new UnexpectedException($"look says {Words.Of(first.Liveness)} at {first.Address}, then {Words.Of(second.Liveness)} at {second.Address}");
        }
    }

    private async Task StartsOnce(CancellationToken cancellation)
    {
        var (start, key) = (await Start(cancellation), subject.NewKey());
        _ = await subject.Apply(start, key, cancellation);
        var (seen, view) = (await Subject.Expect(start, cancellation, StepState.Applied), await Alive(cancellation));
        _ = await subject.Apply(start, key, cancellation);
        var again = await Subject.Expect(start, cancellation, StepState.Applied);
        if (!System.Text.Json.Nodes.JsonNode.DeepEquals(seen.Seen, again.Seen) || (await Alive(cancellation)).Address != view.Address)
        {
            throw new UnexpectedException($"first {seen.Seen.ToJsonString()} at {view.Address}, then {again.Seen.ToJsonString()} at {(await platform.Look(scratch, cancellation)).Address}");
        }
    }

    private async Task Retires(CancellationToken cancellation)
    {
        var before = await Running(cancellation);
        var retire = await Retire(cancellation);
        var seen = await Subject.Expect(retire, cancellation, StepState.Pending);
        _ = await subject.Apply(retire, subject.NewKey(), cancellation);
        _ = await Subject.Expect(retire, cancellation, StepState.Applied);
        await Dead(cancellation);
        await retire.Undo(new(seen.Seen), subject.NewKey(), cancellation);
        if ((await Alive(cancellation)).Address is var address && address != before.Address)
        {
            throw new UnexpectedException($"it ran at {before.Address} and runs at {address} after undo retire: a rollback would send traffic to the wrong place");
        }
    }

    private async Task TakesBack(CancellationToken cancellation)
    {
        await Clean(cancellation);
        var (start, key) = (await Start(cancellation), subject.NewKey());
        var before = new Before((await Subject.Expect(start, cancellation, StepState.Pending)).Seen);
        _ = await subject.Apply(start, subject.NewKey(), cancellation);
        await start.Undo(before, key, cancellation);
        await Dead(cancellation);
        await start.Undo(before, key, cancellation);
        await Dead(cancellation);
    }

    private async Task TakesHalfBack(CancellationToken cancellation)
    {
        await Clean(cancellation);
        var start = await Start(cancellation);
        var seen = await Subject.Expect(start, cancellation, StepState.Pending);
        await subject.Kill(start, subject.NewKey(), _boot, cancellation);
        await start.Undo(new(seen.Seen), subject.NewKey(), cancellation);
        await subject.Stays(() => Dead(cancellation), cancellation);
    }

    private async Task Settles(CancellationToken cancellation)
    {
        await Clean(cancellation);
        var (start, key) = (await Start(cancellation), subject.NewKey());
        await subject.Kill(start, key, _boot, cancellation);
        _ = await Subject.Expect(start, cancellation, StepState.Pending, StepState.Torn, StepState.Applied);
        _ = await subject.Apply(start, key, cancellation);
        _ = await Subject.Expect(start, cancellation, StepState.Applied);
        _ = await Alive(cancellation);
    }

    private async Task Prepare(CancellationToken cancellation) =>
        _ = await subject.Apply(platform.Prepare("prepare-conformance", await Artefact(cancellation)), subject.NewKey(), cancellation);

    private async Task<IStep> Start(CancellationToken cancellation) =>
        platform.Start("start-conformance", new(scratch, await Artefact(cancellation), []), service);

    private async Task<IStep> Retire(CancellationToken cancellation) =>
        platform.Retire("retire-conformance", new(scratch, await Artefact(cancellation), []), service);

    private async Task<Artefact> Artefact(CancellationToken cancellation) =>
        _artefact ??= await platform.Identify(service, version, cancellation);

    private async Task<InstanceView> Alive(CancellationToken cancellation) => await platform.Look(scratch, cancellation) is
        { Liveness: Liveness.Alive, Address: not null } view ? view : throw await Not("alive with an address", cancellation);

    private async Task Dead(CancellationToken cancellation)
    {
        if ((await platform.Look(scratch, cancellation)).Liveness is not Liveness.Dead)
        {
            throw await Not("dead", cancellation);
        }
    }

    private async Task<UnexpectedException> Not(string expected, CancellationToken cancellation)
    {
        var view = await platform.Look(scratch, cancellation);
        return new($"look at {scratch} says {Words.Of(view.Liveness)} at {view.Address ?? "no address"} ({view.Detail.TrimEnd('.')}) where {expected} was expected");
    }
}
