using System.Globalization;

namespace Release.Sample;

/// <summary>
/// What an instance is told to do wrong, so that a user can watch the gate catch it. Faults apply to every request to
/// <c>/ai/execute</c>, whoever sends it: a broken release is broken for everybody.
/// </summary>
internal sealed record Faults
{
    public static readonly Faults None = new();

    private const string Valid =
        "valid faults: error-rate=20%, reset-rate=5%, latency=+300ms, capacity=30/s, boot=fail, boot=5s, crash-after=5s, hang-on-stop, metrics=hang|gone|nan|negative|huge|reset";

    /// <summary>The share of requests that fail, 0 to 1, on top of the background rate.</summary>
    public double ErrorRate { get; init; }

    /// <summary>The share of requests whose connection is broken off before anything is counted, 0 to 1.</summary>
    public double ResetRate { get; init; }

    /// <summary>How many requests a second it can answer, if that is limited: the rest of each second fails.</summary>
    public double? Capacity { get; init; }

    /// <summary>Added to every answer's time.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>The process exits with 1 before it listens.</summary>
    public bool BootFails { get; init; }

    /// <summary>How long <c>/health</c> answers 503 after the start.</summary>
    public TimeSpan BootDelay { get; init; }

    /// <summary>How long after being ready the process dies abruptly (exit code 134), if at all.</summary>
    public TimeSpan? CrashAfter { get; init; }

    /// <summary>What is wrong with what <c>/metrics</c> says: a word of <see cref="MetricsEndpoint.Faults"/>, or null.</summary>
    public string? Metrics { get; init; }

    /// <summary>A SIGTERM stops the listener but never ends the process: only SIGKILL does.</summary>
    public bool HangsOnStop { get; init; }

    /// <summary>What is wrong with the specifications, or null and the faults; a later one wins over an earlier.</summary>
    public static string? Parse(IEnumerable<string> specifications, out Faults faults)
    {
        faults = None;
        foreach (var specification in specifications)
        {
            if (Add(faults, specification) is not { } more)
            {
                return $"--fault {specification}: is not a fault\n{Valid}";
            }

            faults = more;
        }

        return null;
    }

    private static Faults? Add(Faults faults, string specification)
    {
        var equals = specification.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = equals < 0 ? (specification, "") : (specification[..equals], specification[(equals + 1)..]);
        return name switch
        {
            "error-rate" when Share(value) is { } share => faults with { ErrorRate = share },
            "reset-rate" when Share(value) is { } share => faults with { ResetRate = share },
            "latency" when Duration(value.TrimStart('+')) is { } latency => faults with { Latency = latency },
            "capacity" when value.EndsWith("/s", StringComparison.Ordinal) && Number(value[..^2]) is { } capacity and <= 1_000_000 => faults with { Capacity = capacity },
            "boot" when value == "fail" => faults with { BootFails = true },
            "boot" when Duration(value) is { } delay => faults with { BootDelay = delay },
            "crash-after" when Duration(value) is { } after => faults with { CrashAfter = after },
            "metrics" when MetricsEndpoint.Faults.Contains(value) => faults with { Metrics = value },
            "hang-on-stop" when equals < 0 => faults with { HangsOnStop = true },
            _ => null,
        };
    }

    private static double? Share(string text) =>
        text.EndsWith('%') && Number(text[..^1]) is { } percent and <= 100 ? percent / 100 : null;

    private static TimeSpan? Duration(string text)
    {
        var (digits, unit) = text.EndsWith("ms", StringComparison.Ordinal)
            ? (text[..^2], TimeSpan.FromMilliseconds(1))
            : text.EndsWith('s')
                ? (text[..^1], TimeSpan.FromSeconds(1))
                : text.EndsWith('m') ? (text[..^1], TimeSpan.FromMinutes(1)) : ("", TimeSpan.Zero);
        return Number(digits) is { } number and <= 86_400_000 ? number * unit : null;
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
