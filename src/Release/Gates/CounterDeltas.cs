using System.Collections.Immutable;

namespace Release.Gates;

/// <summary>What is remembered of an instance between two ticks.</summary>
/// <param name="Last">Its last good reading.</param>
/// <param name="StartedAt">When its process started, if it ever said so.</param>
/// <param name="CarriedErrors">Errors that were scraped before the requests they belong to.</param>
/// <param name="ReadAt">The tick of the last good reading.</param>
/// <param name="HasFallen">Whether its counters ever fell without a start time that explains it.</param>
/// <param name="Of">Up to when that reading counted, where the source said so.</param>
public sealed record InstanceState(
    Counters Last, DateTimeOffset? StartedAt, double CarriedErrors, DateTimeOffset ReadAt, bool HasFallen = false, DateTimeOffset? Of = null);

/// <summary>The last reading per instance.</summary>
/// <param name="Instances">By the instance's id.</param>
/// <param name="At">The previous tick; null before the first.</param>
public sealed record CounterState(ImmutableSortedDictionary<string, InstanceState> Instances, DateTimeOffset? At)
{
    /// <summary>Before the first tick.</summary>
    public static readonly CounterState Empty =
        new(ImmutableSortedDictionary.Create<string, InstanceState>(StringComparer.Ordinal), null);
}

/// <summary>What a variant counted since the previous tick.</summary>
/// <param name="Counts">Summed over its instances; buckets only at bounds that all of them have.</param>
/// <param name="Fresh">How many of its instances were read in this tick.</param>
/// <param name="Problems">Why the others were not, or what is wrong with what was read, one sentence each.</param>
public sealed record VariantDelta(Counters Counts, int Fresh, ImmutableArray<string> Problems)
{
    /// <summary>A variant without instances.</summary>
    public static readonly VariantDelta Absent = new(new Counters(0, 0, []), 0, []);

    /// <summary>
    /// Gets what is wrong with the numbers themselves, first instance first; null when they can be believed. Counters that fall
    /// without a restart may be gauges, or several processes behind one address: no number of them is a measurement.
    /// </summary>
    public string? Doubt { get; init; }
}

/// <summary>The result of one tick.</summary>
/// <param name="State">What the next tick subtracts from.</param>
/// <param name="Stable">What stable counted since the previous tick.</param>
/// <param name="Candidate">What the candidate counted since the previous tick.</param>
public sealed record DeltaTick(CounterState State, VariantDelta Stable, VariantDelta Candidate);

/// <summary>Turns raw cumulative counters into disjoint counts per tick (gate.md, section 1, "Ticks from raw counters").</summary>
public static class CounterDeltas
{
    // Go's client computes the start time anew at each scrape from the boot time, which the kernel rounds to seconds:
    // taken literally, a wobble would count a whole process's life a second time.
    private static readonly TimeSpan StartWobble = TimeSpan.FromSeconds(1);

    // The state is persisted at every tick, so instances of a crash loop must not pile up in it. One that comes back
    // later than this is met as for the first time, which loses counts and never counts twice.
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    /// <summary>
    /// Subtracts. The order of the readings does not matter. A reading that has a problem, is not a count (NaN,
    /// infinite, negative, a histogram that falls), or whose id is there twice, adds nothing and is named in
    /// <see cref="VariantDelta.Problems"/>; the next good one covers the longer time. One whose counters
    /// fall without a start time that explains it is counted, since it may fail, and is in doubt from then on
    /// (<see cref="VariantDelta.Doubt"/>), since it may not pass.
    /// </summary>
    /// <param name="previous">The state after the previous tick.</param>
    /// <param name="readings">One reading per instance.</param>
    /// <param name="at">Now.</param>
    public static DeltaTick Advance(CounterState previous, IReadOnlyList<InstanceReading> readings, DateTimeOffset at)
    {
        var instances = previous.Instances.ToBuilder();
        var stable = new VariantSum();
        var candidate = new VariantSum();

        // Sorted, because sums of doubles depend on their order and the same counts must give the same state.
        foreach (var group in readings.GroupBy(r => r.Instance, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            if (ProblemOf([.. group]) is { } problem)
            {
                foreach (var variant in group.Select(r => r.Variant).Distinct())
                {
                    (variant == Variant.Candidate ? candidate : stable).AddProblem($"{group.Key}: {problem}");
                }

                continue;
            }

            var reading = group.First();
            if (IsKnown(previous, reading) is { } known)
            {
                (reading.Variant == Variant.Candidate ? candidate : stable).AddProblem($"{group.Key}: nothing newer than {known:HH:mm:ss} UTC");
                continue;
            }

            var state = Subtract(previous, reading, at, out var delta);
            instances[reading.Instance] = state;
            var sum = reading.Variant == Variant.Candidate ? candidate : stable;
            sum.Add(delta, isOwn: !reading.IsOfRouter);
            if (state.HasFallen)
            {
                sum.AddDoubt($"{group.Key}: its counters fell, and it did not say that it started again");
            }
        }

        instances.RemoveRange([.. instances.Where(i => at - i.Value.ReadAt > Remembered).Select(i => i.Key)]);
        return new DeltaTick(new CounterState(instances.ToImmutable(), at), stable.ToDelta(), candidate.ToDelta());
    }

    /// <summary>All that the instances of a variant ever counted, one entry each: their past, at the first reading.</summary>
    /// <param name="state">The state after that reading.</param>
    /// <param name="readings">It.</param>
    /// <param name="variant">Whose.</param>
    public static IEnumerable<Counters> LivesOf(CounterState state, IReadOnlyList<InstanceReading> readings, Variant variant) =>
        readings.Where(r => r.Variant == variant && !r.IsOfRouter).Select(r => state.Instances.GetValueOrDefault(r.Instance)?.Last).OfType<Counters>().Where(c => c.Requests > 0);

    /// <summary>
    /// Up to when all that these readings say is complete; null where none of them says so, and where none was new: then the source is as late
    /// as before.
    /// </summary>
    /// <param name="previous">The state before them.</param>
    /// <param name="readings">The readings of a tick.</param>
    public static DateTimeOffset? DataEnd(CounterState previous, IReadOnlyList<InstanceReading> readings) =>
        readings.Where(r => r is { Problem: null, At: not null } && IsKnown(previous, r) is null).Min(r => r.At);

    private static DateTimeOffset? IsKnown(CounterState previous, InstanceReading reading) =>
        reading.At is { } at && previous.Instances.GetValueOrDefault(reading.Instance)?.Of is { } last && at <= last ? last : null;

    /// <summary>Counters of several instances together; buckets only at bounds that all of them have.</summary>
    public static Counters Sum(IEnumerable<Counters> counters)
    {
        var sum = new VariantSum();
        foreach (var one in counters)
        {
            sum.Add(one);
        }

        return sum.ToDelta().Counts;
    }

    private static string? ProblemOf(InstanceReading[] readings) =>
        readings.Length > 1 ? "two readings in one tick"
        : readings[0].Problem is { } problem ? problem
        : readings[0].Counters is not { } counters ? "no counters"
        : !IsCount(counters.Requests) ? "requests are not a count"
        : !IsCount(counters.Errors) ? "errors are not a count"
        : ProblemOf(counters.Buckets);

    private static string? ProblemOf(ImmutableArray<Bucket> buckets)
    {
        if (buckets.IsDefaultOrEmpty)
        {
            return null;
        }

        for (var i = 0; i < buckets.Length; i++)
        {
            if (!IsCount(buckets[i].Count) || double.IsNaN(buckets[i].Bound))
            {
                return "a bucket is not a count";
            }

            if (i > 0 && (buckets[i].Bound <= buckets[i - 1].Bound || buckets[i].Count < buckets[i - 1].Count))
            {
                return "the histogram's buckets do not ascend";
            }
        }

        return double.IsPositiveInfinity(buckets[^1].Bound) ? null : "the histogram has no +Inf bucket";
    }

    private static bool IsCount(double value) => double.IsFinite(value) && value >= 0;

    private static InstanceState Subtract(CounterState previous, InstanceReading reading, DateTimeOffset at, out Counters delta)
    {
        var now = reading.Counters!;
        now = now with { Buckets = now.Buckets.IsDefault ? [] : now.Buckets };
        if (!previous.Instances.TryGetValue(reading.Instance, out var last))
        {
            // Without a start time the counts may be older than the candidate's traffic: they only set the reference.
            // Late data knew nothing after their end, so that is what it must be younger than.
            var isNew = reading.StartedAt > (previous.Instances.Values.Max(i => i.Of) ?? previous.At);
            delta = isNew ? now : new Counters(0, 0, []);
            var excess = isNew ? SettleErrors(ref delta, 0) : 0;
            return new InstanceState(now, reading.StartedAt, excess, at, Of: reading.At);
        }

        var restarted = HasRestarted(last, reading.StartedAt, now);
        delta = new Counters(
            restarted || now.Requests < last.Last.Requests ? now.Requests : now.Requests - last.Last.Requests,
            restarted || now.Errors < last.Last.Errors ? now.Errors : now.Errors - last.Last.Errors,
            restarted ? now.Buckets : Subtract(last.Last.Buckets, now.Buckets));

        // The requests of errors that a restart left behind were lost with it.
        var carried = SettleErrors(ref delta, restarted ? 0 : last.CarriedErrors);

        // A histogram that is missing once must not be counted from zero when it is back.
        var remembered = now.Buckets.IsEmpty && !restarted ? now with { Buckets = last.Last.Buckets } : now;
        var hasFallen = last.HasFallen || (Fell(last, now) && !SaysItStartedAgain(last, reading.StartedAt));
        return new InstanceState(remembered, reading.StartedAt ?? last.StartedAt, carried, at, hasFallen, reading.At);
    }

    // All counters of an instance live and die with its process, so one that falls says that the others, too, began
    // anew, though they may have passed their old values already. A known start time knows better.
    private static bool HasRestarted(InstanceState last, DateTimeOffset? startedAt, Counters now) =>
        last.StartedAt is not null && startedAt is not null ? SaysItStartedAgain(last, startedAt) : Fell(last, now);

    private static bool SaysItStartedAgain(InstanceState last, DateTimeOffset? startedAt) =>
        last.StartedAt is { } before && startedAt is { } after && (after - before).Duration() > StartWobble;

    private static bool Fell(InstanceState last, Counters now) =>
        now.Requests < last.Last.Requests || now.Errors < last.Last.Errors || Falls(last.Last.Buckets, now.Buckets);

    private static bool Falls(ImmutableArray<Bucket> last, ImmutableArray<Bucket> now) =>
        SameBounds(last, now) && now.Zip(last).Any(pair => pair.First.Count < pair.Second.Count);

    // Other bounds are another series: what was counted at the old ones says nothing about the new ones.
    private static ImmutableArray<Bucket> Subtract(ImmutableArray<Bucket> last, ImmutableArray<Bucket> now) =>
        !SameBounds(last, now) || Falls(last, now)
            ? now
            : [.. now.Zip(last, (n, l) => new Bucket(n.Bound, n.Count - l.Count))];

    private static bool SameBounds(ImmutableArray<Bucket> last, ImmutableArray<Bucket> now) =>
        last.Select(b => b.Bound).SequenceEqual(now.Select(b => b.Bound));

    private static double SettleErrors(ref Counters delta, double carried)
    {
        var errors = delta.Errors + carried;
        var counted = Math.Min(errors, delta.Requests);
        delta = delta with { Errors = counted };
        return errors - counted;
    }

    private sealed class VariantSum
    {
        private readonly ImmutableArray<string>.Builder _problems = ImmutableArray.CreateBuilder<string>();
        private double _requests;
        private double _errors;
        private int _fresh;
        private ImmutableArray<Bucket> _buckets = [];
        private string? _doubt;

        public void AddProblem(string problem) => _problems.Add(problem);

        public void AddDoubt(string doubt)
        {
            _doubt ??= doubt;
            AddProblem(doubt);
        }

        public void Add(Counters delta, bool isOwn = true)
        {
            _fresh += isOwn ? 1 : 0;
            _requests += delta.Requests;
            _errors += delta.Errors;
            if (delta.Buckets.IsEmpty)
            {
                return;
            }

            // A cumulative count at a bound that every instance has is exact for their sum; at any other bound it is not.
            _buckets = _buckets.IsEmpty
                ? delta.Buckets
                : [.. _buckets.Join(delta.Buckets, b => b.Bound, b => b.Bound, (a, b) => new Bucket(a.Bound, a.Count + b.Count))];
        }

        public VariantDelta ToDelta() => new(new Counters(_requests, _errors, _buckets), _fresh, _problems.ToImmutable()) { Doubt = _doubt };
    }
}
