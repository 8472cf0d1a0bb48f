using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Release.Configuration;

namespace Release.Drivers.Docker.Probes;

/// <summary>
/// The candidate's containers log nothing that stable's do not: lines that match a pattern are counted since the candidate's
/// containers were made, in both. A pattern that stable does not log fails at the first line more than
/// <see cref="Max"/>; one that it logs too fails only when the candidate logs it more often than chance explains (1 %).
/// Without a candidate what serves is held to <see cref="Max"/>.
/// </summary>
public sealed record LogsProbeOptions : EngineProbeOptions
{
    /// <summary>Gets the regular expressions that are looked for in each line, without regard to case. No lookaround and no back references: a line from outside could then take forever.</summary>
    [OneOrMany]
    [MinLength(1)]
    public IReadOnlyList<string> Patterns { get; init; } = [@"\b(error|critical|fatal|panic)\b", "unhandled exception"];

    /// <summary>Gets regular expressions of lines that do not count.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Gets how many lines of a pattern are well.</summary>
    [Range(0, 1_000_000)]
    public int Max { get; init; }

    /// <summary>Gets how far back the logs are read, at most; null for since the candidate's containers were made, or 10 minutes where there is no candidate.</summary>
    public TimeSpan? Since { get; init; }

    /// <summary>Gets a value indicating whether a pattern that stable logs as often does not fail the candidate.</summary>
    public bool Baseline { get; init; } = true;

    /// <summary>One of the expressions, which takes time in proportion to the line only.</summary>
    internal static Regex Compiled(string pattern) => new(pattern, RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking);

    /// <inheritdoc/>
    protected override IEnumerable<OptionProblem> OwnProblems() =>
        (Patterns ?? []).Select((pattern, i) => (Member: $"patterns[{i}]", Pattern: pattern)).Concat((Ignore ?? []).Select((pattern, i) => (Member: $"ignore[{i}]", Pattern: pattern)))
        .Select(item => Problem(item.Member, item.Pattern)).OfType<OptionProblem>();

    private static OptionProblem? Problem(string member, string? pattern)
    {
        try
        {
            _ = Compiled(pattern ?? "");
            return null;
        }
        catch (Exception wrong) when (wrong is RegexParseException or NotSupportedException)
        {
            return new(member, $"expected a regular expression without lookaround and back references: {wrong.Message}");
        }
    }
}
