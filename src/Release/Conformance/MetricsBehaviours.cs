using Release.Gates;

namespace Release.Conformance;

/// <summary>What a release relies on in a source of counters, tried with one instance that runs.</summary>
/// <param name="metrics">The source.</param>
/// <param name="instance">The instance.</param>
/// <param name="send">Sends it some requests; null where nobody knows how.</param>
/// <param name="timeout">How long a reading may take.</param>
/// <param name="subject">Keys, names and clocks.</param>
public sealed class MetricsBehaviours(
    IMetricSource metrics, MeteredInstance instance, Func<CancellationToken, Task>? send, TimeSpan timeout, Subject subject)
{
    /// <summary>Gets them all, in their order.</summary>
    public IReadOnlyList<Behaviour> All =>
    [
        new("reads counters", "counters has requests, errors and buckets: whole cumulative counts, ascending bounds, the last one +Inf", async cancellation => _ = await Read(cancellation)),
        new("counts upwards", "no counter is less at a later reading", Upwards),
        new("counts requests", "requests that were sent are counted, once each at most with a health check between", Counts),
        new("does not know everybody", "an instance that is nowhere has a problem: neither left out nor a count of 0", Unknown),
        new("keeps instances apart", "a reading of two instances has both, each under its own id", Apart),
        new("takes hostile names as data", "an instance with a hostile name has a problem; nothing is executed", Hostile),
        new("answers in time", $"five readings in a row take at most half of the timeout each ({Output.Show.Duration(timeout / 2)})", cancellation =>
            subject.InTime(timeout, () => metrics.Read([instance], cancellation))),
    ];

    private async Task Upwards(CancellationToken cancellation)
    {
        var first = await Read(cancellation);
        await (send?.Invoke(cancellation) ?? Task.CompletedTask);
        var second = await Read(cancellation);
        if (second.Requests < first.Requests || second.Errors < first.Errors
            || first.Buckets.Any(bucket => second.Buckets.FirstOrDefault(other => other.Bound.Equals(bucket.Bound)) is var later && later.Bound.Equals(bucket.Bound) && later.Count < bucket.Count))
        {
            throw new UnexpectedException($"first {Text(first)}, then {Text(second)}: these are not counters since the process started");
        }
    }

    private async Task Counts(CancellationToken cancellation)
    {
        if (send is null)
        {
            return;
        }

        var first = await Read(cancellation);
        await send(cancellation);
        var second = await Read(cancellation);
        if (second.Requests <= first.Requests)
        {
            throw new UnexpectedException($"first {Text(first)}, and after requests were sent {Text(second)}");
        }
    }

    private async Task Unknown(CancellationToken cancellation) =>
        await HasProblem(instance with { Id = instance.Id + "-never", Metrics = new Uri("http://127.0.0.1:1/metrics") }, cancellation);

    private async Task Apart(CancellationToken cancellation)
    {
        var other = instance with { Id = instance.Id + "-never", Variant = Variant.Stable, Metrics = new Uri("http://127.0.0.1:1/metrics") };
        var readings = await metrics.Read([instance, other], cancellation);
        if (readings.Count != 2 || readings.All(r => r.Instance != instance.Id || r.Problem is not null) || readings.All(r => r.Instance != other.Id || r.Problem is null))
        {
            throw new UnexpectedException(string.Join("; ", readings.Select(r => $"{r.Instance}: {r.Problem ?? "counters"}")));
        }
    }

    private async Task Hostile(CancellationToken cancellation)
    {
        foreach (var name in subject.HostileNames())
        {
            await HasProblem(instance with { Id = name, Metrics = new Uri("http://127.0.0.1:1/metrics") }, cancellation);
            subject.NothingWasExecuted(name);
        }
    }

    private async Task HasProblem(MeteredInstance unknown, CancellationToken cancellation)
    {
        var readings = await metrics.Read([unknown], cancellation);
        if (readings is not [{ Problem: not null }])
        {
            throw new UnexpectedException(readings is [{ Counters: { } counters }] ? $"{unknown.Id} counts {Text(counters)}" : $"{readings.Count} readings of {unknown.Id}");
        }
    }

    // The gate's own rules say whether it is a count.
    private async Task<Counters> Read(CancellationToken cancellation)
    {
        var readings = await metrics.Read([instance], cancellation);
        var delta = CounterDeltas.Advance(CounterState.Empty, readings, DateTimeOffset.UnixEpoch);
        return delta.Candidate.Problems.FirstOrDefault() is { } problem ? throw new UnexpectedException(problem)
            : readings is [{ Counters: { } counters }] ? counters
            : throw new UnexpectedException($"{readings.Count} readings of one instance");
    }

    private static string Text(Counters counters) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{counters.Requests} requests, {counters.Errors} errors, {counters.Buckets.Length} buckets");
}
