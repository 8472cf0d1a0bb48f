using System.Globalization;

namespace Release.Bench;

/// <summary>How much is measured.</summary>
internal sealed record Effort
{
    /// <summary>Gets enough for figures that hold.</summary>
    public static readonly Effort Full = new();

    /// <summary>Gets just enough to see that every figure can be measured.</summary>
    public static readonly Effort Smoke = new()
    {
        Starts = 2,
        Rollbacks = 1,
        Rounds = 1,
        Stretch = TimeSpan.FromMilliseconds(50),
        Appends = 20,
        Records = 2_000,
        Folds = 1,
        Requests = 500,
        Gates = 100,
        Ticks = 2,
    };

    public int Starts { get; init; } = 25;

    public int Rollbacks { get; init; } = 20;

    /// <summary>Gets how often each way to the service is measured.</summary>
    public int Rounds { get; init; } = 9;

    /// <summary>Gets for how long, each time.</summary>
    public TimeSpan Stretch { get; init; } = TimeSpan.FromSeconds(1);

    public int Appends { get; init; } = 500;

    public int Records { get; init; } = 1_000_000;

    public int Folds { get; init; } = 7;

    public int Requests { get; init; } = 100_000;

    public int Gates { get; init; } = 10_000;

    public int Ticks { get; init; } = 40;
}

/// <summary>What is measured, and of which program.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Program">The folder of the compiled build.</param>
/// <param name="Figures">Which figures; empty for all.</param>
/// <param name="Effort">How much.</param>
internal sealed record BenchOptions(string Repository, string Program, IReadOnlyList<string> Figures, Effort Effort)
{
    public const string Usage =
        "usage: Release.Bench --root <repository> --program <folder of the compiled build> [--figures <name>,...] [--requests <number>] [--smoke]\n"
        + "       Release.Bench --root <repository> --suite gate [--runs <number>]";

    /// <summary>Gets the suite that is run instead of the figures (<c>gate</c>: simulated rollouts); null for the figures.</summary>
    public string? Suite { get; init; }

    /// <summary>Gets how many runs a scenario of the suite has.</summary>
    public int Runs { get; init; } = 10_000;

    /// <summary>What is wrong with the arguments, or null and the options.</summary>
    public static string? Parse(IReadOnlyList<string> arguments, IReadOnlyList<string> known, out BenchOptions? options)
    {
        options = null;
        var (root, program, figures, effort) = ((string?)null, (string?)null, Array.Empty<string>(), Effort.Full);
        var (suite, runs) = ((string?)null, 10_000);
        for (var at = 0; at < arguments.Count; at++)
        {
            if (arguments[at] == "--smoke")
            {
                effort = Effort.Smoke;
                continue;
            }

            var (name, value) = (arguments[at], ++at < arguments.Count ? arguments[at] : "");
            switch (name)
            {
                case "--root" when Directory.Exists(value):
                    root = Path.GetFullPath(value);
                    break;
                case "--program" when Directory.Exists(value):
                    program = Path.TrimEndingDirectorySeparator(Path.GetFullPath(value));
                    break;
                case "--figures" when value.Split(',') is var names && names.All(known.Contains):
                    figures = names;
                    break;
                case "--requests" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var requests) && requests > 0:
                    effort = effort with { Requests = requests };
                    break;
                case "--suite" when value == "gate":
                    suite = value;
                    break;
                case "--runs" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0:
                    runs = number;
                    break;
                default:
                    return $"{name} {value}: is not understood, or is not there. Figures: {string.Join(", ", known)}.\n{Usage}";
            }
        }

        options = root is null || (program is null && suite is null) ? null : new(root, program ?? "", figures, effort) { Suite = suite, Runs = runs };
        return options is null ? $"--root and --program are required\n{Usage}" : null;
    }
}
