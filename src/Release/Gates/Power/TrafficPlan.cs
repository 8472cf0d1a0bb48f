using System.Collections.Immutable;

namespace Release.Gates.Power;

/// <summary>A time with a constant share.</summary>
/// <param name="Share">The candidate's share of the requests, 0 to 1.</param>
/// <param name="Duration">How long.</param>
public readonly record struct Stretch(double Share, TimeSpan Duration);

/// <summary>What a gate will see: requests a second and the candidate's share over time.</summary>
/// <param name="RequestsPerSecond">Requests a second, of both variants together.</param>
/// <param name="Stretches">In their order, without a warm-up; at least one.</param>
public sealed record TrafficPlan(double RequestsPerSecond, ImmutableArray<Stretch> Stretches)
{
    /// <summary>Gets how long it is.</summary>
    public TimeSpan Window => Stretches.Aggregate(TimeSpan.Zero, (sum, s) => sum + s.Duration);

    /// <summary>Gets the candidate's requests.</summary>
    public double CandidateRequests => Stretches.Sum(s => RequestsPerSecond * s.Share * s.Duration.TotalSeconds);

    /// <summary>Gets stable's requests.</summary>
    public double BaselineRequests => Stretches.Sum(s => RequestsPerSecond * (1 - s.Share) * s.Duration.TotalSeconds);

    /// <summary>A plan of one stretch.</summary>
    public static TrafficPlan Constant(double requestsPerSecond, double share, TimeSpan window) =>
        new(requestsPerSecond, [new Stretch(share, window)]);

    /// <summary>The evidence by the end.</summary>
    /// <param name="rate">Evidence a second, from the candidate's and stable's requests a second.</param>
    public double Evidence(Func<double, double, double> rate) =>
        Stretches.Sum(s => RateIn(s, rate) * s.Duration.TotalSeconds);

    /// <summary>When the evidence will be enough, in seconds; goes on with the last share after the end. Infinite when never.</summary>
    /// <param name="needed">Evidence.</param>
    /// <param name="rate">Evidence a second, from the candidate's and stable's requests a second.</param>
    public double SecondsUntil(double needed, Func<double, double, double> rate)
    {
        var (seconds, missing) = (0.0, needed);
        for (var i = 0; i < Stretches.Length; i++)
        {
            var perSecond = RateIn(Stretches[i], rate);
            var isLast = i == Stretches.Length - 1;
            if (isLast || missing <= perSecond * Stretches[i].Duration.TotalSeconds)
            {
                return perSecond > 0 ? seconds + (missing / perSecond) : double.PositiveInfinity;
            }

            missing -= perSecond * Stretches[i].Duration.TotalSeconds;
            seconds += Stretches[i].Duration.TotalSeconds;
        }

        return double.PositiveInfinity;
    }

    /// <summary>The same plan without its first stretch of time, in which nothing is counted.</summary>
    public TrafficPlan After(TimeSpan warmUp)
    {
        var left = ImmutableArray.CreateBuilder<Stretch>();
        foreach (var stretch in Stretches)
        {
            var dropped = warmUp < stretch.Duration ? warmUp : stretch.Duration;
            warmUp -= dropped;
            left.Add(stretch with { Duration = stretch.Duration - dropped });
        }

        return this with { Stretches = left.ToImmutable() };
    }

    private double RateIn(Stretch stretch, Func<double, double, double> rate) =>
        rate(RequestsPerSecond * stretch.Share, RequestsPerSecond * (1 - stretch.Share));
}
