namespace Release.Bench.Simulation;

/// <summary>A value that changes at given seconds; the first from the beginning.</summary>
internal sealed record Steps(params (double From, double Value)[] Values)
{
    public double At(double second) => Values.Last(v => v.From <= second).Value;

    public static implicit operator Steps(double value) => new((0, value));
}

/// <summary>What is simulated (gate.md, section 6).</summary>
internal enum Family
{
    /// <summary>Errors of candidate and stable.</summary>
    Errors,

    /// <summary>Latency of candidate and stable.</summary>
    Latency,

    /// <summary>The candidate alone against a limit.</summary>
    Limit,
}

/// <summary>One scenario: 100 requests a second, ticks of 5 s, 30 min, 300 s of history.</summary>
/// <param name="Id">Its name in gate.md.</param>
/// <param name="Name">In words.</param>
/// <param name="Family">What is simulated.</param>
/// <param name="Seed">What tells it from others.</param>
internal sealed record Scenario(string Id, string Name, Family Family, params int[] Seed)
{
    public const int SeedBase = 20260821;
    public const double TickSeconds = 5;
    public const double RequestsPerSecond = 100;
    public const int Ticks = 360;
    public const int HistoryTicks = 60;
    public const double HistoryRequests = 450;

    /// <summary>Gets a value indicating whether the candidate is not worse, so that every rollback is a false one.</summary>
    public bool IsNull { get; init; }

    public Steps Baseline { get; init; } = 0;

    public Steps Candidate { get; init; } = 0;

    public double History { get; init; }

    public Steps Share { get; init; } = 0.1;

    /// <summary>Gets the mean size of bursts of errors; null when they are independent.</summary>
    public double? BurstMeanSize { get; init; }

    /// <summary>Gets the limit of the fixed checks: a share of errors, or milliseconds.</summary>
    public double CheckThreshold { get; init; }

    /// <summary>Gets upper bounds in milliseconds.</summary>
    public IReadOnlyList<double> Buckets { get; init; } = [];

    /// <summary>Gets by how much every request of the candidate is slower.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Gets the allowed share of events.</summary>
    public double Limit { get; init; }
}
