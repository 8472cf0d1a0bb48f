#pragma warning disable CA5394 // Nothing is kept secret by the order of a wheel.
namespace Release.Tests.Kong.Strict;

/// <summary>
/// Kong's data plane: workers that each have a balancer of their own and take up a change when their update is due
/// (<c>worker_state_update_frequency</c>); after <c>/config</c> too. Every address behind a target's name gets the target's
/// whole weight, and addresses are taken in turn from a shuffled wheel (<c>runloop/balancer/round_robin.lua</c>).
/// </summary>
internal sealed class KongWorkers(int count, TimeProvider time)
{
    private readonly Worker[] _workers = [.. Enumerable.Range(0, count).Select(i => new Worker(new Random(i)))];
    private readonly Dictionary<string, string> _fingerprints = [];
    private int _next;

    /// <summary>What names stand for; one that is not here stands for itself.</summary>
    public Dictionary<string, string[]> Names { get; } = [];

    /// <summary>How long after a change the last worker takes it up; the others in between.</summary>
    public TimeSpan UpdateFrequency { get; set; } = TimeSpan.FromSeconds(5);

    public IReadOnlyList<string> Resolve(string target) => Names.TryGetValue(target, out var addresses) ? addresses : [target];

    /// <summary>Everything was read anew.</summary>
    public void Restart(KongEntities entities)
    {
        foreach (var upstream in entities.Upstreams.Select(u => u["name"]!.GetValue<string>()))
        {
            foreach (var worker in _workers)
            {
                worker.Take(upstream, WheelOf(entities, upstream));
            }

            _fingerprints[upstream] = Fingerprint(entities, upstream);
        }
    }

    /// <summary>A change was made: every worker hears of it at its own time.</summary>
    public void Changed(KongEntities entities)
    {
        foreach (var upstream in entities.Upstreams.Select(u => u["name"]!.GetValue<string>()))
        {
            var print = Fingerprint(entities, upstream);
            if (_fingerprints.GetValueOrDefault(upstream) == print)
            {
                continue;
            }

            _fingerprints[upstream] = print;
            var wheel = WheelOf(entities, upstream);
            for (var i = 0; i < _workers.Length; i++)
            {
                _workers[i].TakeAt(upstream, wheel, time.GetUtcNow() + (UpdateFrequency * (i + 1) / _workers.Length));
            }
        }
    }

    /// <summary>Sends requests and counts which address got them; <c>no peer</c> for those that nobody got.</summary>
    public Dictionary<string, int> Serve(string upstream, int requests)
    {
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < requests; i++)
        {
            var worker = _workers[_next++ % _workers.Length];
            var address = worker.Next(upstream, time.GetUtcNow()) ?? "no peer";
            counts[address] = counts.GetValueOrDefault(address) + 1;
        }

        return counts;
    }

    private string[] WheelOf(KongEntities entities, string upstream)
    {
        var addresses = entities.TargetsOf(upstream).SelectMany(t => Resolve(t.Address).Select(address => (Address: address, t.Weight))).Where(a => a.Weight > 0).ToList();
        var divisor = addresses.Aggregate(0, (gcd, a) => Gcd(gcd, a.Weight));
        return [.. addresses.SelectMany(a => Enumerable.Repeat(a.Address, a.Weight / divisor))];
    }

    private static string Fingerprint(KongEntities entities, string upstream) =>
        string.Join(' ', entities.TargetsOf(upstream).Select(t => $"{t.Address}={t.Weight}"));

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);

    private sealed class Worker(Random random)
    {
        private readonly Dictionary<string, (string[] Wheel, int At)> _wheels = [];
        private readonly Dictionary<string, (string[] Wheel, DateTimeOffset Due)> _due = [];

        public void Take(string upstream, string[] wheel)
        {
            var shuffled = wheel.ToArray();
            random.Shuffle(shuffled);
            _wheels[upstream] = (shuffled, 0);
        }

        public void TakeAt(string upstream, string[] wheel, DateTimeOffset due) => _due[upstream] = (wheel, due);

        public string? Next(string upstream, DateTimeOffset now)
        {
            if (_due.TryGetValue(upstream, out var due) && due.Due <= now)
            {
                Take(upstream, due.Wheel);
                _ = _due.Remove(upstream);
            }

            if (!_wheels.TryGetValue(upstream, out var wheel) || wheel.Wheel.Length == 0)
            {
                return null;
            }

            _wheels[upstream] = (wheel.Wheel, wheel.At + 1);
            return wheel.Wheel[wheel.At % wheel.Wheel.Length];
        }
    }
}
