using System.Text.Json.Nodes;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Kong;

/// <summary>What a shift is to do.</summary>
/// <param name="Service">The service.</param>
/// <param name="Upstream">Kong's upstream of it.</param>
/// <param name="Stable">The instance that serves; null at a first deployment.</param>
/// <param name="Candidate">The instance that is released.</param>
/// <param name="Share">The candidate's share.</param>
internal sealed record KongShift(string Service, string Upstream, string? Stable, string Candidate, Percent Share);

/// <summary>
/// Gives the candidate its share of the weights and stable the rest, divided among the addresses of each. Owns the targets of
/// these two and no other (invariant 16); a target that is a name for stable's addresses is stable's too, and its weight
/// goes over to them.
/// </summary>
internal sealed class ShiftTrafficStep(
    string id,
    KongShift shift,
    TimeSpan deadline,
    Func<(KongAdmin Kong, IKongWriter Writer)?> admin,
    Func<string, CancellationToken, Task<InstanceView>> look,
    TimeProvider time) : ITrafficStep
{
    public string Id => id;

    public StepSafety Safety => StepSafety.Absolute;

    public TimeSpan Deadline => deadline;

    public string Route => shift.Service;

    public Percent Share => shift.Share;

    public string Describe() => shift.Stable is null
        ? $"Send all traffic of {shift.Service} to {shift.Candidate}."
        : $"Send {Share} of the traffic of {shift.Service} to {shift.Candidate} and the rest to {shift.Stable}.";

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        var (stable, candidate) = (await View(shift.Stable, cancellation), await View(shift.Candidate, cancellation));
        if (new[] { stable, candidate }.FirstOrDefault(view => view?.Liveness == Liveness.Unknown) is { } unknown)
        {
            return Observation.Unknown($"Where {unknown.Instance} is cannot be found out: {unknown.Detail}");
        }

        try
        {
            if (admin() is not var (kong, writer))
            {
                return new ShiftPicture(shift, Places(stable), Places(candidate), TargetWeights.None, null, []).Observed();
            }

            var now = await TargetWeights.Ask(kong, shift.Upstream, cancellation);
            var picture = new ShiftPicture(shift, Places(stable), Places(candidate), now, Kept(writer), []);
            return (picture with { Names = await NamesOf(stable, kong, picture, cancellation) }).Observed();
        }
        catch (KongException problem)
        {
            return Observation.Unknown(problem.Message);
        }
    }

    public async Task Apply(StepKey key, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Deadline, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        var (stable, candidate) = (await Located(shift.Stable, both.Token), await Located(shift.Candidate, both.Token));
        var (kong, writer) = Kong();
        await InTime(
            async () =>
            {
                var now = await TargetWeights.Ask(kong, shift.Upstream, both.Token);
                var picture = new ShiftPicture(shift, Places(stable), Places(candidate), now, null, []);
                picture = picture with { Names = await NamesOf(stable, kong, picture, both.Token) };
                await writer.Weigh(shift.Upstream, picture.Wanted(), [], both.Token);
            },
            cancellation);
    }

    public async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Deadline, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        var was = TargetWeights.Of((before.Seen["targets"] as JsonArray ?? []).OfType<JsonObject>())
            ?? throw new InvalidDataException($"The journal does not say which weights {shift.Service} had before.");
        var ours = await Ours(before, both.Token);
        if (admin() is var (kong, writer) && ours.Count > 0)
        {
            await InTime(() => PutBack(kong, writer, was, ours, both.Token), cancellation);
        }
    }

    private async Task PutBack(KongAdmin kong, IKongWriter writer, TargetWeights was, List<string> ours, CancellationToken cancellation)
    {
        var now = await TargetWeights.Ask(kong, shift.Upstream, cancellation);
        var wanted = ours.Where(target => now.Has(target) || was.Has(target) || writer.IsWhole)
            .Select(target => KeyValuePair.Create(target, was.Weight(target)))
            .ToList();
        await writer.Weigh(shift.Upstream, wanted, [.. wanted.Select(pair => pair.Key).Where(target => !was.Has(target))], cancellation);
    }

    // As the records say it; a look where they are of a moment at which nothing had an address yet.
    private async Task<List<string>> Ours(Before before, CancellationToken cancellation)
    {
        var ours = new List<string>(Recorded(before, "stable") is { Count: > 0 } stable ? stable : Places(await View(shift.Stable, cancellation)));
        ours.AddRange(Recorded(before, "names"));
        ours.AddRange(Recorded(before, "candidate") is { Count: > 0 } candidate ? candidate : Places(await View(shift.Candidate, cancellation)));
        return [.. ours.Distinct(StringComparer.Ordinal)];
    }

    // Journals of older versions have one address there, and no list.
    private static IReadOnlyList<string> Recorded(Before before, string member) => before.Seen[member] switch
    {
        JsonArray list => [.. list.OfType<JsonValue>().Select(value => value.TryGetValue(out string? text) ? text : null).OfType<string>()],
        JsonValue value when value.TryGetValue(out string? text) => [text],
        _ => [],
    };

    // Kong is asked what is behind a name only where one has weight and the platform does not know it.
    private async Task<IReadOnlyList<string>> NamesOf(InstanceView? stable, KongAdmin kong, ShiftPicture picture, CancellationToken cancellation)
    {
        var strangers = picture.Strangers.ToList();
        if (stable is null || strangers.Count == 0)
        {
            return [];
        }

        var known = strangers.Where(stable.IsAt).ToList();
        var unknown = strangers.Where(name => !known.Contains(name) && TargetWeights.IsName(name)).ToList();
        if (unknown.Count > 0 && stable.Addresses.Any(address => address.Also.Count > 0))
        {
            var behind = await TargetNames.Ask(kong, shift.Upstream, cancellation);
            known.AddRange(unknown.Where(name => behind.TryGetValue(name, out var addresses) && addresses.All(stable.IsAt)));
        }

        return known;
    }

    // A file that cannot be read says nothing of what was asked; what Kong has now is known all the same, and a rollback needs no
    // more (invariant 14). Changing it says what is wrong with the file.
    private TargetWeights? Kept(IKongWriter writer)
    {
        try
        {
            return writer.Kept(shift.Upstream);
        }
        catch (ReleaseException)
        {
            return TargetWeights.None;
        }
    }

    private static IReadOnlyList<string> Places(InstanceView? view) => view?.Routed ?? [];

    private async Task<InstanceView?> View(string? instance, CancellationToken cancellation) =>
        instance is null ? null : await look(instance, cancellation);

    private async Task<InstanceView?> Located(string? instance, CancellationToken cancellation) =>
        await View(instance, cancellation) is var view && view?.Addresses.Count == 0
            ? throw new ReleaseException(ExitStatus.Failed, $"{instance} has no address to send traffic to. {view.Detail}")
            : view;

    private (KongAdmin Kong, IKongWriter Writer) Kong() => admin() ?? throw new KongUnavailableException("The gateway was never started.");

    private async Task InTime(Func<Task> change, CancellationToken cancellation)
    {
        try
        {
            await change();
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new KongUnavailableException(
                $"The split of {shift.Service} could not be set within {Deadline.TotalSeconds} s (\"shiftTimeout\"); some of it may be.", late);
        }
    }
}
