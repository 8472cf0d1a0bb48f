using System.Globalization;
using Release.Gates;

namespace Release.Tests.Runs;

/// <summary>Requests that flow by the weights, counted by the instances that get them.</summary>
internal sealed class FakeTraffic
{
    private readonly Dictionary<string, Count> _counts = [];
    private DateTimeOffset? _at;

    /// <summary>Gets or sets requests per second of each service.</summary>
    public double Rate { get; set; } = 20_000;

    /// <summary>Gets the share of failing requests by version (0 to 1).</summary>
    public Dictionary<string, double> ErrorRates { get; } = [];

    /// <summary>Gets or sets the share of failing requests of every other version (0 to 1).</summary>
    public double Background { get; set; }

    /// <summary>Gets or sets how many of so many requests fail at a rate; by default exactly that part of them.</summary>
    public Func<double, double, double> Failing { get; set; } = (requests, rate) => requests * rate;

    /// <summary>Gets the versions that are slow.</summary>
    public HashSet<string> Slow { get; } = [];

    /// <summary>Gets or sets the share that the candidate really gets, whatever is asked; null for what is asked.</summary>
    public double? RealShare { get; set; }

    /// <summary>Gets or sets what happens once, when two versions share the traffic.</summary>
    public Action? WhenCandidateHasShare { get; set; }

    /// <summary>Gets the instances by address.</summary>
    public Dictionary<string, string> Names { get; } = [];

    /// <summary>Gets how many generators send now.</summary>
    public int Generators { get; set; }

    public void Flow(DateTimeOffset now, IReadOnlyDictionary<string, string> fields)
    {
        var took = now - (_at ?? now);
        if (took == TimeSpan.Zero && _at is not null)
        {
            return;
        }

        _at = now;
        foreach (var service in fields.Keys.Where(k => k.StartsWith("weight/", StringComparison.Ordinal)).Select(k => k.Split('/')[1]).Distinct().ToList())
        {
            var weights = fields.Where(f => f.Key.StartsWith($"weight/{service}/", StringComparison.Ordinal))
                .Select(f => (Address: f.Key.Split('/')[2], Weight: double.TryParse(f.Value, CultureInfo.InvariantCulture, out var w) ? w : 0)).ToList();
            var whole = weights.Sum(w => w.Weight);
            if (weights.Count(w => w.Weight > 0) > 1 && WhenCandidateHasShare is { } happens)
            {
                WhenCandidateHasShare = null;
                happens();
            }

            foreach (var (address, weight) in weights.Where(_ => whole > 0))
            {
                Add(address, Rate * took.TotalSeconds * (RealShare is { } real ? (weight < whole / 2 ? real : 1 - real) : weight / whole));
            }
        }
    }

    public Counters Of(string instance)
    {
        var count = _counts.GetValueOrDefault(instance, new(0, 0, 0));
        return new Counters(
            Math.Floor(count.Requests),
            Math.Floor(count.Errors),
            [new(0.1, Math.Floor(count.Requests - count.Late)), new(0.25, Math.Floor(count.Requests - count.Late)), new(1, Math.Floor(count.Requests)), new(double.PositiveInfinity, Math.Floor(count.Requests))]);
    }

    /// <summary>Gets what share of the requests to a version get no answer: nobody but the router sees them.</summary>
    public Dictionary<string, double> UnansweredRates { get; } = [];

    /// <summary>Gets how many got none, by address.</summary>
    public Dictionary<string, double> Unanswered { get; } = [];

    private void Add(string address, double all)
    {
        if (Names.GetValueOrDefault(address) is { } instance)
        {
            var count = _counts.GetValueOrDefault(instance, new(0, 0, 0));
            var version = instance.Split('-')[1];
            var lost = all * UnansweredRates.GetValueOrDefault(version);
            var requests = all - lost;
            Unanswered[address] = Unanswered.GetValueOrDefault(address) + lost;
            _counts[instance] = new(
                count.Requests + requests,
                count.Errors + Failing(requests, ErrorRates.GetValueOrDefault(version, Background)),
                count.Late + (Slow.Contains(version) ? requests : 0));
        }
    }

    private readonly record struct Count(double Requests, double Errors, double Late);
}
