using Release.Platforms;
using Release.Runs;

namespace Release.Conformance;

/// <summary>What a release relies on in a backup, tried with scratch backups that are discarded again.</summary>
/// <param name="name">Its name in the configuration.</param>
/// <param name="discarding">The method, whose undo discards.</param>
/// <param name="restoring">The same, whose undo restores.</param>
/// <param name="backup">The scratch backup's name.</param>
/// <param name="subject">Keys, names and clocks.</param>
public sealed class BackupBehaviours(string name, IBackupMethod discarding, IBackupMethod restoring, string backup, Subject subject)
{
    private TimeSpan _taking = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets them all, in their order.</summary>
    public IReadOnlyList<Behaviour> All =>
    [
        new($"{name}: knows no backup that was never taken", "observe take says pending", async cancellation => _ = await Subject.Expect(Take, cancellation, StepState.Pending)),
        new($"{name}: does not verify what is not there", "apply verify of a backup that was never taken fails", VerifiesNothing),
        new($"{name}: takes", "after apply take, observe says applied; a second apply under the same key changes nothing", Takes),
        new($"{name}: observes twice the same", "two looks in a row say the same state and the same seen", cancellation => Subject.Stable(Take, cancellation)),
        new($"{name}: verifies", "apply verify of what was taken is done, observe says applied, and undo takes the place away again", Verifies),
        new($"{name}: restores", "undo take with the policy restore is done, twice under one key too", Restores),
        new($"{name}: discards", "after undo take with the policy discard, observe says pending; a second undo is done too", Discards),
        new($"{name}: takes half a backup back", "a take that was killed half-way is taken back by undo", TakesHalfBack),
        new($"{name}: settles a take that was killed", "after a killed take apply under the same key brings it to applied", Settles),
        new($"{name}: takes hostile names as data", "a backup with a hostile name was never taken; nothing is executed", Hostile),
    ];

    private IStep Take => discarding.Take(backup)[0];

    private IStep Verify => discarding.Take(backup)[1];

    /// <summary>Takes the scratch backup away, whatever there is of it.</summary>
    public async Task Clean(CancellationToken cancellation)
    {
        await Verify.Undo(new([]), subject.NewKey(), cancellation);
        await Take.Undo(new([]), subject.NewKey(), cancellation);
    }

    private async Task VerifiesNothing(CancellationToken cancellation)
    {
        try
        {
            await Verify.Apply(subject.NewKey(), cancellation);
        }
#pragma warning disable CA1031 // however it says no, it does not say yes
        catch (Exception) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return;
        }

        throw new UnexpectedException("it is verified");
    }

    private async Task Takes(CancellationToken cancellation)
    {
        var key = subject.NewKey();
        _taking = await subject.Apply(Take, key, cancellation);
        var first = await Subject.Expect(Take, cancellation, StepState.Applied);
        _ = await subject.Apply(Take, key, cancellation);
        var second = await Subject.Expect(Take, cancellation, StepState.Applied);
        if (!System.Text.Json.Nodes.JsonNode.DeepEquals(first.Seen, second.Seen))
        {
            throw new UnexpectedException($"first {first.Seen.ToJsonString()}, then {second.Seen.ToJsonString()}");
        }
    }

    private async Task Verifies(CancellationToken cancellation)
    {
        var before = new Before((await Verify.Observe(cancellation)).Seen);
        _ = await subject.Apply(Verify, subject.NewKey(), cancellation);
        _ = await Subject.Expect(Verify, cancellation, StepState.Applied);
        await Verify.Undo(before, subject.NewKey(), cancellation);
        _ = await Subject.Expect(Verify, cancellation, StepState.Pending);
    }

    private async Task Restores(CancellationToken cancellation)
    {
        var (step, key) = (restoring.Take(backup)[0], subject.NewKey());
        await step.Undo(new([]), key, cancellation);
        await step.Undo(new([]), key, cancellation);
    }

    private async Task Discards(CancellationToken cancellation)
    {
        var key = subject.NewKey();
        await Take.Undo(new([]), key, cancellation);
        _ = await Subject.Expect(Take, cancellation, StepState.Pending);
        await Take.Undo(new([]), key, cancellation);
    }

    private async Task TakesHalfBack(CancellationToken cancellation)
    {
        await subject.Kill(Take, subject.NewKey(), _taking, cancellation);
        await Take.Undo(new([]), subject.NewKey(), cancellation);
        await subject.Stays(async () => _ = await Subject.Expect(Take, cancellation, StepState.Pending), cancellation);
    }

    private async Task Settles(CancellationToken cancellation)
    {
        var key = subject.NewKey();
        await subject.Kill(Take, key, _taking, cancellation);
        _ = await Subject.Expect(Take, cancellation, StepState.Pending, StepState.Torn, StepState.Applied);
        _ = await subject.Apply(Take, key, cancellation);
        _ = await Subject.Expect(Take, cancellation, StepState.Applied);
    }

    private async Task Hostile(CancellationToken cancellation)
    {
        foreach (var hostile in subject.HostileNames())
        {
            var seen = await discarding.Take(hostile)[0].Observe(cancellation);
            subject.NothingWasExecuted(hostile);
            if (seen.State is not StepState.Pending)
            {
                throw new UnexpectedException($"observing the backup {hostile} says {Words.Of(seen.State)}: {seen.Detail}");
            }
        }
    }
}
