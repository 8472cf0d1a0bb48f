using Release.Gates;
using Release.Gates.Kayenta;

namespace Release.Bench.Simulation;

/// <summary>One side's counts as one value a minute: its share of errors, or its interpolated p95 in milliseconds.</summary>
/// <param name="scenario">Which of both.</param>
internal sealed class Minutes(Scenario scenario)
{
    /// <summary>How many ticks a minute has.</summary>
    public const int Ticks = 12;

    private readonly double[] _below = new double[scenario.Buckets.Count + 1];
    private readonly List<double> _values = [];
    private double _requests;
    private double _errors;

    public IReadOnlyList<double> Values => _values;

    /// <summary>Adds a tick; true when it ends a minute.</summary>
    public bool Add(Counters counters, int index)
    {
        _requests += counters.Requests;
        _errors += counters.Errors;
        for (var i = 0; i < counters.Buckets.Length; i++)
        {
            _below[i] += counters.Buckets[i].Count;
        }

        if ((index + 1) % Ticks != 0)
        {
            return false;
        }

        _values.Add(scenario.Family == Family.Errors ? _errors / _requests : MinuteValues.Quantile(Counted(), 0.95));
        (_requests, _errors) = (0, 0);
        Array.Clear(_below);
        return true;
    }

    private Counters Counted() => new(
        _requests, _errors, [.. scenario.Buckets.Append(double.PositiveInfinity).Zip(_below, (bound, count) => new Bucket(bound, count))]);
}
