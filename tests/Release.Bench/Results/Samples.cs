namespace Release.Bench.Results;

/// <summary>What was measured, again and again, in one unit.</summary>
/// <param name="Values">In the order of measuring; at least one.</param>
internal sealed record Samples(IReadOnlyList<double> Values)
{
    private readonly double[] _sorted = [.. Values.Order()];

    public double Median => At(0.5);

    public double P95 => At(0.95);

    public double Min => _sorted[0];

    /// <summary>Gets how far the middle half of the samples spreads (interquartile range): others' load shows in it.</summary>
    public double Spread => At(0.75) - At(0.25);

    /// <summary>The quantile, between two samples in proportion.</summary>
    public double At(double quantile)
    {
        var place = quantile * (_sorted.Length - 1);
        var below = (int)place;
        return below + 1 == _sorted.Length
            ? _sorted[below]
            : _sorted[below] + ((place - below) * (_sorted[below + 1] - _sorted[below]));
    }
}
