using Release.Tests.Gates;

namespace Release.Tests.Simulation;

/// <summary>All chance of one story: the same seed throws the same dice.</summary>
internal sealed class Dice(int seed)
{
    private readonly Chance _chance = new(seed);

    /// <summary>Whether something happens that happens with this probability (0 to 1).</summary>
    public bool Is(double probability) => _chance.NextDouble() < probability;

    public int Number(int from, int to) => _chance.Next(from, to + 1);

    public double Between(double from, double to) => from + ((to - from) * _chance.NextDouble());

    public TimeSpan Seconds(double from, double to) => TimeSpan.FromSeconds(Between(from, to));

    /// <summary>Short times are as likely as long ones: what matters happens in milliseconds and in minutes.</summary>
    public TimeSpan AnyLength(double from, double to) => TimeSpan.FromSeconds(from * Math.Pow(to / from, _chance.NextDouble()));

    public T Of<T>(params IReadOnlyList<T> choices) => choices[_chance.Next(choices.Count)];

    /// <summary>How many of so many requests fail.</summary>
    public double Failing(double requests, double rate)
    {
        var expected = requests * rate;
        return expected <= 0 ? 0
            : expected < 30 ? Poisson(expected)
            : Math.Clamp(Math.Round(expected + (Math.Sqrt(expected * (1 - rate)) * _chance.Normal())), 0, requests);
    }

    private double Poisson(double expected)
    {
        var (events, product, limit) = (0, _chance.NextDouble(), Math.Exp(-expected));
        while (product > limit)
        {
            product *= _chance.NextDouble();
            events++;
        }

        return events;
    }
}
