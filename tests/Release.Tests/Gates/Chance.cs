using System.Diagnostics.CodeAnalysis;

namespace Release.Tests.Gates;

/// <summary>Chance that is the same at every run.</summary>
[SuppressMessage("Security", "CA5394", Justification = "Simulations want repeatable numbers, not secret ones.")]
internal sealed class Chance(int seed)
{
    private readonly Random _random = new(seed);

    public int Next() => _random.Next();

    public int Next(int end) => _random.Next(end);

    public int Next(int start, int end) => _random.Next(start, end);

    public double NextDouble() => _random.NextDouble();

    public double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>How many of so many requests are events; by the gaps between events, which is exact and cheap for rare ones.</summary>
    public int Binomial(int requests, double share)
    {
        var events = -1;
        for (var at = 0.0; at <= requests; events++)
        {
            at += 1 + Math.Floor(Math.Log(1 - NextDouble()) / Math.Log(1 - share));
        }

        return events;
    }
}
