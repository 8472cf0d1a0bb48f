namespace Release.Sample;

/// <summary>The randomness of answers: how long one takes and whether it fails. May be used from many threads.</summary>
internal sealed class Chance(int seed)
{
    // A lognormal with the median at 20 ms and the 95th percentile at 60 ms: ln(60/20) / 1.645.
    private const double MedianMilliseconds = 20;
    private const double Spread = 0.668;

    private readonly Lock _lock = new();
#pragma warning disable CA5394 // Nothing here is a secret.
    private readonly Random _random = new(seed);

    /// <summary>A value in [0, 1).</summary>
    public double Next()
    {
        lock (_lock)
        {
            return _random.NextDouble();
        }
    }
#pragma warning restore CA5394

    /// <summary>The time of one healthy answer, at most two seconds.</summary>
    public TimeSpan Latency()
    {
        // Box and Muller; 1 - x keeps the logarithm away from zero.
        var normal = Math.Sqrt(-2 * Math.Log(1 - Next())) * Math.Cos(2 * Math.PI * Next());
        return TimeSpan.FromMilliseconds(Math.Min(MedianMilliseconds * Math.Exp(Spread * normal), 2000));
    }
}
