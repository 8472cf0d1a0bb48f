using System.Text.Json.Nodes;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Kong;

/// <summary>
/// Gives the candidate its share of the weights and stable the rest. Owns these two targets and no other (invariant 16).
/// </summary>
internal sealed class ShiftTrafficStep(
    string id,
    string service,
    string? stable,
    string candidate,
    Percent share,
    Func<KongAdmin?> admin,
    Func<string, CancellationToken, Task<InstanceView>> look,
    TimeProvider time) : ITrafficStep
{
    public string Id => id;

    public StepSafety Safety => StepSafety.Absolute;

    public TimeSpan Deadline => TimeSpan.FromSeconds(5);

    public string Route => service;

    public Percent Share => share;

    private int CandidateWeight => stable is null ? TargetWeights.Whole : TargetWeights.Of(share);

    private int StableWeight => TargetWeights.Whole - CandidateWeight;

    public string Describe() => stable is null
        ? $"Send all traffic of {service} to {candidate}."
        : $"Send {share} of the traffic of {service} to {candidate} and the rest to {stable}.";

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        var stableView = await View(stable, cancellation);
        var candidateView = await View(candidate, cancellation);
        if (new[] { stableView, candidateView }.FirstOrDefault(view => view?.Liveness == Liveness.Unknown) is { } unknown)
        {
            return Observation.Unknown($"Where {unknown.Instance} is cannot be found out: {unknown.Detail}");
        }

        try
        {
            var weights = admin() is { } kong ? await TargetWeights.Ask(kong, service, cancellation) : new(new Dictionary<string, int>());
            return Observed(weights, stableView?.RoutedAddress, candidateView?.RoutedAddress);
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
        var wanted = new List<KeyValuePair<string, int>>();
        if (stable is not null)
        {
            wanted.Add(new(await Address(stable, both.Token), StableWeight));
        }

        wanted.Add(new(await Address(candidate, both.Token), CandidateWeight));
        if (stable is null && admin() is { } router)
        {
            // All traffic means all: what an abandoned run left beside it, too.
            var others = (await TargetWeights.Ask(router, service, both.Token)).All.Where(pair => pair.Value > 0 && pair.Key != wanted[^1].Key);
            wanted.AddRange(others.Select(pair => KeyValuePair.Create(pair.Key, 0)));
        }

        await InTime(() => Set(Kong(), wanted, both.Token), cancellation);
    }

    public async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Deadline, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        var was = TargetWeights.Of((before.Seen["targets"] as JsonArray ?? []).OfType<JsonObject>())
            ?? throw new InvalidDataException($"The journal does not say which weights {service} had before.");
        var ours = new[]
        {
            before.Seen["stable"]?.GetValue<string>() ?? (await View(stable, both.Token))?.RoutedAddress,
            before.Seen["candidate"]?.GetValue<string>() ?? (await View(candidate, both.Token))?.RoutedAddress,
        }.OfType<string>().ToList();
        if (admin() is { } kong && ours.Count > 0)
        {
            await InTime(() => PutBack(kong, was, ours, both.Token), cancellation);
        }
    }

    private async Task PutBack(KongAdmin kong, TargetWeights was, List<string> ours, CancellationToken cancellation)
    {
        var now = await TargetWeights.Ask(kong, service, cancellation);
        var wanted = ours.Where(target => now.Has(target) || was.Has(target))
            .Select(target => KeyValuePair.Create(target, was.Weight(target)))
            .ToList();
        await Set(kong, wanted, cancellation);
        foreach (var (target, _) in wanted.Where(pair => !was.Has(pair.Key)))
        {
            // Weight 0 came first: a target is never removed while it gets requests.
            await kong.Delete(KongPaths.Target(service, target), cancellation);
        }
    }

    private async Task Set(
        KongAdmin kong, IReadOnlyList<KeyValuePair<string, int>> wanted, CancellationToken cancellation)
    {
        var now = await TargetWeights.Ask(kong, service, cancellation);
        foreach (var (target, _) in wanted.Where(pair => !now.Has(pair.Key)))
        {
            // False means that somebody was faster; the weight is set below either way.
            _ = await kong.Add(KongPaths.Targets(service), KongPaths.NewTarget(target), cancellation);
        }

        foreach (var (target, weight) in now.InOrder(wanted))
        {
            await kong.Patch(KongPaths.Target(service, target), KongPaths.Weight(weight), cancellation);
        }
    }

    private Observation Observed(TargetWeights weights, string? stableAt, string? candidateAt)
    {
        var (s, c) = (weights.Weight(stableAt), weights.Weight(candidateAt));
        var others = weights.All.Where(pair => pair.Key != stableAt && pair.Key != candidateAt).Sum(pair => pair.Value);
        var detail = $"Of the weights of {service} stable has {s}, the candidate {c}"
            + (others > 0 ? $", and others have {others} that no step of this run set." : ".");
        var seen = new JsonObject
        {
            ["targets"] = weights.ToJson(),
            ["stable"] = stableAt,
            ["candidate"] = candidateAt,
        };

        // A whole split of other shares is what an earlier step left. Anything between is a step that was cut short, or
        // somebody's hand.
        var isWhole = s == 0 || c == 0 || s + c == TargetWeights.Whole;
        return s == StableWeight && c == CandidateWeight && (stable is not null || others == 0) ? new(StepState.Applied, seen, detail)
            : new(isWhole ? StepState.Pending : StepState.Torn, seen, detail);
    }

    private async Task<InstanceView?> View(string? instance, CancellationToken cancellation) =>
        instance is null ? null : await look(instance, cancellation);

    private async Task<string> Address(string instance, CancellationToken cancellation)
    {
        var view = await look(instance, cancellation);
        return view.RoutedAddress ?? throw new ReleaseException(
            ExitStatus.Failed, $"{instance} has no address to send traffic to. {view.Detail}");
    }

    private KongAdmin Kong() => admin() ?? throw new KongUnavailableException("The gateway was never started.");

    private async Task InTime(Func<Task> change, CancellationToken cancellation)
    {
        try
        {
            await change();
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new KongUnavailableException(
                $"The split of {service} could not be set within {Deadline.TotalSeconds} s; some of it may be.", late);
        }
    }
}
