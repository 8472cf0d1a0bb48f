namespace Release.Gateway.Proxy;

/// <summary>
/// The targets that share a service's requests, by smooth weighted round robin (as nginx has it): after any sum of
/// weights many requests each target has had exactly its share, and never a burst.
/// </summary>
internal sealed class Upstream(string name, GatewayMetrics metrics, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Slot[] _slots = [];

    public string Name { get; } = name;

    /// <summary>
    /// Takes weights by target. When it returns, no request enters a target that is gone or has weight 0; requests that
    /// are in one already stay until they end.
    /// </summary>
    public void Weigh(IEnumerable<(string Target, int Weight)> weights)
    {
        lock (_lock)
        {
            var known = _slots.ToDictionary(slot => slot.Target.Name);
            var slots = weights
                .Select(weight => known.Remove(weight.Target, out var slot)
                    ? slot.With(weight.Weight)
                    : new Slot(new Target(Name, weight.Target, metrics.Of(Name, weight.Target), time), weight.Weight))
                .ToArray();
            if (!slots.Select(Shape).SequenceEqual(_slots.Select(Shape)))
            {
                // The turns counted under the old weights would bend the new split.
                foreach (var slot in slots)
                {
                    slot.Turn = 0;
                }
            }

            _slots = slots;
            foreach (var slot in slots)
            {
                slot.Target.Metrics.IsListed = true;
                if (slot.Weight > 0)
                {
                    slot.Target.Revive();
                }
                else
                {
                    slot.Target.Retire();
                }
            }

            foreach (var gone in known.Values)
            {
                gone.Target.Metrics.IsListed = false;
                gone.Target.Retire();
            }
        }
    }

    /// <summary>
    /// Enters the target whose turn it is, one that has not failed this request before if there is one, or none when no
    /// target has a weight.
    /// </summary>
    public (Target Target, HttpMessageInvoker Connections)? Enter(IReadOnlyCollection<Target> failed)
    {
        // Inside the lock: between the choice and the entry no weight may become 0.
        lock (_lock)
        {
            var slot = Next(failed) ?? (failed.Count > 0 ? Next([]) : null);
            return slot is null ? null : (slot.Target, slot.Target.Enter());
        }
    }

    private static (Target Target, int Weight) Shape(Slot slot) => (slot.Target, slot.Weight);

    private Slot? Next(IReadOnlyCollection<Target> except)
    {
        Slot? best = null;
        long total = 0;
        foreach (var slot in _slots)
        {
            if (slot.Weight == 0 || (except.Count > 0 && except.Contains(slot.Target)))
            {
                continue;
            }

            total += slot.Weight;
            slot.Turn += slot.Weight;
            if (best is null || slot.Turn > best.Turn)
            {
                best = slot;
            }
        }

        if (best is not null)
        {
            best.Turn -= total;
        }

        return best;
    }

    private sealed class Slot(Target target, int weight)
    {
        public Target Target { get; } = target;

        public int Weight { get; } = weight;

        public long Turn { get; set; }

        public Slot With(int weight) => new(Target, weight) { Turn = Turn };
    }
}
