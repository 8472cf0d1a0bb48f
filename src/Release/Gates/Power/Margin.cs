namespace Release.Gates.Power;

/// <summary>What a candidate may be worse by and still pass: its share of events may be ratio times stable's, plus a difference.</summary>
/// <param name="Ratio">1 or more.</param>
/// <param name="Difference">A share, 0 to 1.</param>
public readonly record struct Margin(double Ratio, double Difference)
{
    /// <summary>No margin.</summary>
    public static readonly Margin None = new(1, 0);

    /// <summary>Twice stable's error rate: the default of a pass.</summary>
    public static readonly Margin Errors = new(2, 0);

    /// <summary>Half again as many slow requests: the default of a pass.</summary>
    public static readonly Margin Latency = new(1.5, 0);
}
