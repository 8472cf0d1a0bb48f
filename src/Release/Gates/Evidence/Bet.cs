using System.Collections.Immutable;

namespace Release.Gates.Evidence;

/// <summary>What a stream bets on, fixed before the candidate takes traffic (gate.md, section 2.2).</summary>
internal sealed record Bet
{
    /// <summary>The share of the stake that is spread over later ticks.</summary>
    public const double Later = 0.2;

    private Bet(bool isPass, Margin margin, int plannedTicks, ImmutableArray<double> odds)
    {
        (IsPass, Margin, PlannedTicks) = (isPass, margin, plannedTicks);
        Odds = isPass ? [.. odds.Select(o => 1 / o)] : odds;
        LogOdds = [.. Odds.Select(Math.Log)];
    }

    /// <summary>Gets a value indicating whether it bets on the candidate being within the margin, not beyond it.</summary>
    public bool IsPass { get; }

    /// <summary>Gets the boundary.</summary>
    public Margin Margin { get; }

    /// <summary>Gets over how many ticks the later part of the stake is spread; 0 for all of it at the start.</summary>
    public int PlannedTicks { get; }

    /// <summary>Gets the factors of the boundary's odds that the candidate is thought to have, one for each component.</summary>
    public ImmutableArray<double> Odds { get; }

    /// <summary>Gets their logarithms.</summary>
    public ImmutableArray<double> LogOdds { get; }

    /// <summary>Gets how long until a count of stable has lost half of its weight in the estimate of its share.</summary>
    public double HalfLifeSeconds { get; init; } = 600;

    /// <summary>
    /// Gets how many requests of stable must have been seen before the first bet: without history the estimate is a half,
    /// and the first tick would burn the stake. Betting later is always valid.
    /// </summary>
    public double LeastHistory { get; init; } = 1000;

    /// <summary>That the candidate has more errors.</summary>
    public static Bet FailErrors(Margin margin, int plannedTicks) => new(false, margin, plannedTicks, [1.25, 1.5, 2, 3, 5, 10, 30, 100]);

    /// <summary>That it has not.</summary>
    public static Bet PassErrors(Margin margin) => new(true, margin, 0, margin.Absolute > 0 ? [1.5, 2, 3, 5, 10] : [1.5, 2, 3, 5]);

    /// <summary>That more of the candidate's requests take longer than a bound.</summary>
    public static Bet FailLatency(Margin margin, int plannedTicks) => new(false, margin, plannedTicks, [1.1, 1.2, 1.35, 1.6, 2, 3]);

    /// <summary>That not more of them do.</summary>
    public static Bet PassLatency(Margin margin) => new(true, margin, 0, [1.2, 1.35, 1.6, 2]);

    /// <summary>Any other, for the vectors and the simulation.</summary>
    public static Bet On(bool isPass, Margin margin, int plannedTicks, ImmutableArray<double> odds) => new(isPass, margin, plannedTicks, odds);
}
