using System.Collections.Immutable;
using Release.Gates;

namespace Release.Bench.Simulation;

/// <summary>What was counted in a simulated tick.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Share">The candidate's share of the requests.</param>
/// <param name="Stable">Stable's counts.</param>
/// <param name="Candidate">The candidate's counts.</param>
internal readonly record struct DrawnTick(int Index, double Share, Counters Stable, Counters Candidate)
{
    /// <summary>Gets the end of the tick in seconds.</summary>
    public double End => (Index + 1) * Scenario.TickSeconds;
}

/// <summary>Draws one run of a scenario: first the history, then tick after tick.</summary>
internal sealed class Drawn
{
    private readonly Scenario _scenario;
    private readonly Dice _dice;
    private readonly Places _stablePlaces;
    private readonly Places _candidatePlaces;

    public Drawn(Scenario scenario, int run)
    {
        (_scenario, _dice) = (scenario, Dice.Of(Scenario.SeedBase, scenario.Seed, run));
        (_stablePlaces, _candidatePlaces) = (Places.Of(scenario, 1), Places.Of(scenario, scenario.Scale));
        History = scenario.Family switch
        {
            Family.Errors => [.. Enumerable.Range(0, Scenario.HistoryTicks).Select(_ => Errors(Scenario.HistoryRequests, scenario.History))],
            Family.Latency => [Timed(Scenario.HistoryTicks * Scenario.HistoryRequests, _stablePlaces)],
            Family.Limit => [],
            _ => throw new InvalidOperationException($"Unknown family {scenario.Family}."),
        };
    }

    /// <summary>Gets stable's counts before the candidate took traffic.</summary>
    public ImmutableArray<Counters> History { get; }

    public IEnumerable<DrawnTick> Ticks()
    {
        for (var k = 0; k < Scenario.Ticks; k++)
        {
            var at = k * Scenario.TickSeconds;
            var (share, requests) = (_scenario.Share.At(at), Scenario.RequestsPerSecond * Scenario.TickSeconds);
            yield return _scenario.Family switch
            {
                Family.Errors => new(k, share, Errors(requests * (1 - share), _scenario.Baseline.At(at)), Errors(requests * share, _scenario.Candidate.At(at))),
                Family.Latency => new(k, share, Timed(requests * (1 - share), _stablePlaces), Timed(requests * share, _candidatePlaces)),
                Family.Limit => new(k, share, new(0, 0, []), Errors(requests * share, _scenario.Candidate.At(at))),
                _ => throw new InvalidOperationException($"Unknown family {_scenario.Family}."),
            };
        }
    }

    private Counters Errors(double mean, double share)
    {
        var requests = _dice.Poisson(mean);
        return new(requests, _scenario.BurstMeanSize is { } size ? _dice.Bursts(requests, share, size) : _dice.Binomial(requests, share), []);
    }

    private Counters Timed(double mean, Places places)
    {
        var requests = _dice.Poisson(mean);
        var counts = new double[_scenario.Buckets.Count + 1];
        for (var i = 0; i < requests; i++)
        {
            counts[places.Of(_dice.Next())]++;
        }

        var (buckets, sum) = (ImmutableArray.CreateBuilder<Bucket>(counts.Length), 0.0);
        for (var i = 0; i < counts.Length; i++)
        {
            sum += counts[i];
            buckets.Add(new(i < _scenario.Buckets.Count ? _scenario.Buckets[i] / 1000 : double.PositiveInfinity, sum));
        }

        return new(requests, 0, buckets.MoveToImmutable());
    }
}
