namespace Release.Bench.Simulation;

/// <summary>The scenarios of gate.md, section 6; a test compares them with the data there.</summary>
internal static class Scenarios
{
    private static readonly Steps Ramp = new((0, 0.05), (60, 0.1), (120, 0.25), (180, 0.5));
    private static readonly double[] Classic = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000];
    private static readonly double[] Native = [.. Enumerable.Range(0, 112).Select(i => Math.Pow(2, i / 8.0))];

    public static readonly IReadOnlyList<Scenario> All =
    [
        Errors("E0a", "1 %", 0, 0.01, 0.01, 0.015),
        Errors("E0b", "0.1 %", 1, 0.001, 0.001, 0.005),
        Errors("E0d", "1 %, bursts of 3", 3, 0.01, 0.01, 0.015) with { BurstMeanSize = 3 },
        Errors("E0e", "1 %, share 5-10-25-50 %", 10, 0.01, 0.01, 0.015) with { Share = Ramp },
        Errors("E0f", "0.01 %", 20, 0.0001, 0.0001, 0.005),
        Errors("E1a", "1 to 2 %", 4, 0.01, 0.02, 0.015),
        Errors("E1b", "0.1 to 1 %", 5, 0.001, 0.01, 0.005),
        Errors("E1d", "1 to 5 %", 7, 0.01, 0.05, 0.015),
        Errors("E1e", "1 to 2 %, share 5-10-25-50 %", 8, 0.01, 0.02, 0.015) with { Share = Ramp },
        Errors("E1f", "1 to 2 %, bursts of 3", 9, 0.01, 0.02, 0.015) with { BurstMeanSize = 3 },
        Errors("E1g", "0.01 to 0.1 %", 21, 0.0001, 0.001, 0.005),
        Errors("E1h", "0 to 1 %", 22, 1e-9, 0.01, 0.005),
        Limit("S1", "0.2 % against 1 %", 200, 0.01, 0.002),
        Limit("S2", "0.5 % against 1 %", 201, 0.01, 0.005),
        Limit("S3", "0.8 % against 1 %", 202, 0.01, 0.008),
        Limit("S4", "1 % against 1 %", 203, 0.01, 0.01),
        Limit("S5", "1.5 % against 1 %", 204, 0.01, 0.015),
        Limit("S6", "2 % against 1 %", 205, 0.01, 0.02),
        Limit("S7", "3 % against 1 %", 206, 0.01, 0.03),
        Limit("S8", "2.8 % against 5 %", 207, 0.05, 0.028),
        Limit("S9", "4 % against 5 %", 208, 0.05, 0.04),
        Limit("S10", "5 % against 5 %", 209, 0.05, 0.05),
        Limit("S11", "6 % against 5 %", 210, 0.05, 0.06),
        Limit("S12", "8 % against 5 %", 211, 0.05, 0.08),
        Limit("S13", "10 % against 5 %", 212, 0.05, 0.1),
        Latency("L0-classic", "as fast, classic buckets", 100, 0, Classic, 1),
        Latency("L0-native", "as fast, native buckets", 100, 1, Native, 1),
        Latency("L1-classic", "20 % slower, classic buckets", 101, 0, Classic, 1.2),
        Latency("L1-native", "20 % slower, native buckets", 101, 1, Native, 1.2),
    ];

    private static Scenario Errors(string id, string name, int seed, double stable, double candidate, double threshold) => new(id, name, Family.Errors, seed)
    {
        IsNull = stable == candidate,
        Baseline = stable,
        Candidate = candidate,
        History = stable,
        CheckThreshold = threshold,
    };

    private static Scenario Limit(string id, string name, int seed, double limit, double candidate) => new(id, name, Family.Limit, seed)
    {
        IsNull = limit == candidate,
        Limit = limit,
        Candidate = candidate,
    };

    private static Scenario Latency(string id, string name, int seed, int second, IReadOnlyList<double> buckets, double scale) => new(id, name, Family.Latency, seed, second)
    {
        IsNull = scale == 1,
        Buckets = buckets,
        Scale = scale,
        CheckThreshold = 440,
    };
}
