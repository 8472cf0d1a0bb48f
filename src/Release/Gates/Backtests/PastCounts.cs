using System.Collections.Immutable;

namespace Release.Gates.Backtests;

/// <summary>What stable counted in one tick of the past.</summary>
/// <param name="At">The tick's end.</param>
/// <param name="Counts">The counts.</param>
/// <param name="Queries">What the criteria's queries would have yielded.</param>
public sealed record PastTick(DateTimeOffset At, Counters Counts, ImmutableSortedDictionary<string, double> Queries);

/// <summary>A time of which nothing is known.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="To">Its end.</param>
public readonly record struct PastGap(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Gets how long it is.</summary>
    public TimeSpan Length => To - From;
}

/// <summary>The past as ticks, in stretches without a gap.</summary>
/// <param name="Stretches">In the order of time.</param>
/// <param name="Gaps">What lies between them, and before and after.</param>
/// <param name="Resets">How often an instance's counters began anew.</param>
public sealed record PastCounts(ImmutableArray<ImmutableArray<PastTick>> Stretches, ImmutableArray<PastGap> Gaps, int Resets)
{
    private static readonly ImmutableSortedDictionary<string, double> NoQueries = ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);

    /// <summary>Gets how many ticks there are.</summary>
    public int Ticks => Stretches.Sum(s => s.Length);

    /// <summary>Subtracts, exactly as the live gate does. A tick in which an instance's counters fell without a start that explains it ends a stretch.</summary>
    /// <param name="readings">In the order of time.</param>
    /// <param name="from">Since when there should be some.</param>
    /// <param name="to">Until when.</param>
    /// <param name="longest">The longest time between two readings of one stretch.</param>
    public static PastCounts Of(IReadOnlyList<PastReading> readings, DateTimeOffset from, DateTimeOffset to, TimeSpan longest)
    {
        var past = new Subtraction(longest);
        foreach (var reading in readings)
        {
            past.Add(reading);
        }

        return past.End(from, to);
    }

    /// <summary>Ticks that were recorded as such, run by run, laid end to end as if they were one: a run's samples alone are too short for a window.</summary>
    /// <param name="runs">The ticks of each run.</param>
    /// <param name="tick">The time between two of them.</param>
    public static PastCounts Joined(IEnumerable<IReadOnlyList<GateTick>> runs, TimeSpan tick)
    {
        var ticks = ImmutableArray.CreateBuilder<PastTick>();
        foreach (var recorded in runs.SelectMany(r => r).Where(t => t.Stable.Fresh > 0))
        {
            var at = ticks.Count == 0 ? recorded.At : ticks[^1].At + tick;
            ticks.Add(new(at, recorded.Stable.Counts, recorded.Queries.Where(q => q.Value.Stable is not null)
                .ToImmutableSortedDictionary(q => q.Key, q => q.Value.Stable!.Value, StringComparer.Ordinal)));
        }

        return new(ticks.Count == 0 ? [] : [ticks.ToImmutable()], [], 0);
    }

    private sealed class Subtraction(TimeSpan longest)
    {
        private readonly ImmutableArray<ImmutableArray<PastTick>>.Builder _stretches = ImmutableArray.CreateBuilder<ImmutableArray<PastTick>>();
        private readonly List<PastGap> _gaps = [];
        private ImmutableArray<PastTick>.Builder _stretch = ImmutableArray.CreateBuilder<PastTick>();
        private CounterState _state = CounterState.Empty;
        private DateTimeOffset? _first;
        private int _resets;

        public void Add(PastReading reading)
        {
            _first ??= reading.At;
            if (_state.At is { } last && reading.At - last > longest)
            {
                _gaps.Add(new(last, reading.At));
                Break();
            }

            var isFirst = _state.At is null;
            var before = _state;
            var delta = CounterDeltas.Advance(before, reading.Instances, reading.At);
            _resets += reading.Instances.Count(i => Restarted(before, i));
            var fell = delta.State.Instances.Any(i => i.Value.HasFallen && before.Instances.GetValueOrDefault(i.Key)?.HasFallen == false);
            if (fell)
            {
                _resets++;
                Break();
                _state = CounterDeltas.Advance(CounterState.Empty, reading.Instances, reading.At).State;
                return;
            }

            _state = delta.State;
            if (!isFirst && delta.Stable.Fresh > 0)
            {
                _stretch.Add(new(reading.At, delta.Stable.Counts, reading.Queries.IsEmpty ? NoQueries : reading.Queries));
            }
        }

        public PastCounts End(DateTimeOffset from, DateTimeOffset to)
        {
            var last = _state.At;
            Break();
            var around = new List<PastGap>(_gaps);
            if (_first is not { } first || last is not { } end)
            {
                around.Add(new(from, to));
            }
            else
            {
                around.InsertRange(0, first - from > longest ? [new PastGap(from, first)] : []);
                around.AddRange(to - end > longest ? [new PastGap(end, to)] : []);
            }

            return new(_stretches.ToImmutable(), [.. around], _resets);
        }

        private static bool Restarted(CounterState before, InstanceReading now) =>
            before.Instances.GetValueOrDefault(now.Instance)?.StartedAt is { } known && now.StartedAt is { } started && (started - known).Duration() > TimeSpan.FromSeconds(1);

        private void Break()
        {
            if (_stretch.Count > 0)
            {
                _stretches.Add(_stretch.ToImmutable());
            }

            (_stretch, _state) = (ImmutableArray.CreateBuilder<PastTick>(), CounterState.Empty);
        }
    }
}
