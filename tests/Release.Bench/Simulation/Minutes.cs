using Release.Gates;

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

        _values.Add(scenario.Family == Family.Errors ? _errors / _requests : Interpolated95());
        (_requests, _errors) = (0, 0);
        Array.Clear(_below);
        return true;
    }

    /// <summary>As histogram_quantile does: a straight line within the bucket.</summary>
    private double Interpolated95()
    {
        var bounds = scenario.Buckets;
        var rank = 0.95 * _below[^1];
        var place = Array.FindIndex(_below, c => c >= rank);
        if (_below[^1] <= 0 || place >= bounds.Count)
        {
            return _below[^1] <= 0 ? double.NaN : bounds[^1];
        }

        var (low, below) = place == 0 ? (0, 0) : (bounds[place - 1], _below[place - 1]);
        return _below[place] <= below ? low : low + ((bounds[place] - low) * (rank - below) / (_below[place] - below));
    }
}
