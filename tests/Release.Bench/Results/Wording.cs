using System.Globalization;

namespace Release.Bench.Results;

/// <summary>Numbers for people: three digits and a unit.</summary>
internal static class Wording
{
    public static string Of(double value, Unit unit) => unit switch
    {
        Unit.Seconds => Duration(value),
        Unit.PerSecond => Digits(value, "/s"),
        Unit.Requests => value.ToString("N0", CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"Unknown unit {unit}."),
    };

    public static string Of(Unit unit) => unit switch
    {
        Unit.Seconds => "s",
        Unit.PerSecond => "1/s",
        Unit.Requests => "requests",
        _ => throw new InvalidOperationException($"Unknown unit {unit}."),
    };

    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.NoGoal => "no goal",
        Verdict.Met => "met",
        Verdict.Missed => "missed",
        Verdict.NotJudged => "not judged",
        Verdict.Skipped => "skipped",
        _ => throw new InvalidOperationException($"Unknown verdict {verdict}."),
    };

    public static string Ratio(double ratio) => Digits(ratio, "x");

    private static string Duration(double seconds) => seconds switch
    {
        >= 1 => Digits(seconds, " s"),
        >= 0.001 => Digits(seconds * 1_000, " ms"),
        _ => Digits(seconds * 1_000_000, " µs"),
    };

    private static string Digits(double value, string unit) =>
        value.ToString(value >= 100 ? "N0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture) + unit;
}
