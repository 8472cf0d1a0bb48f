using System.Collections.Immutable;

namespace Release.Gates.Kayenta;

/// <summary>One metric's label and what it counts for.</summary>
/// <param name="Label">What it says.</param>
/// <param name="Groups">The groups that it counts for.</param>
/// <param name="IsCritical">Whether the whole score is 0 unless it passes.</param>
public readonly record struct KayentaVote(KayentaLabel Label, ImmutableArray<string> Groups, bool IsCritical);

/// <summary>The score of a group of metrics.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Score">The share of its metrics that pass, 0 to 100.</param>
/// <param name="HasData">Whether any of them had values.</param>
public readonly record struct KayentaGroup(string Name, double Score, bool HasData);

/// <summary>The score of all metrics.</summary>
/// <param name="Score">0 to 100.</param>
/// <param name="Groups">The groups, by name.</param>
/// <param name="Reason">Why it is 0 whatever the groups say; null when it is not.</param>
public sealed record KayentaScore(double Score, ImmutableArray<KayentaGroup> Groups, string? Reason)
{
    // With half of the metrics silent the others say too little.
    private const double MostWithoutData = 0.5;

    /// <summary>Scores.</summary>
    /// <param name="votes">The metrics.</param>
    /// <param name="weights">Weights in percent by group; what they leave is shared by the groups without one.</param>
    public static KayentaScore Of(IReadOnlyList<KayentaVote> votes, IReadOnlyDictionary<string, double> weights)
    {
        ImmutableArray<KayentaGroup> groups =
        [
            .. votes.SelectMany(v => v.Groups.Select(g => (Group: g, v.Label)))
                .GroupBy(v => v.Group, v => v.Label, StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => Rate(g.Key, [.. g])),
        ];
        var silent = votes.Count(v => v.Label is KayentaLabel.Nodata);
        var reason = votes.Any(v => v.IsCritical && v.Label is not KayentaLabel.Pass) ? "a critical metric does not pass"
            : votes.Count > 0 && silent >= MostWithoutData * votes.Count ? $"{silent} of {votes.Count} metrics have no values"
            : null;
        return new KayentaScore(reason is null ? Sum(groups, weights) : 0, groups, reason);
    }

    private static KayentaGroup Rate(string name, KayentaLabel[] labels)
    {
        double passed = labels.Count(l => l is KayentaLabel.Pass);
        double counted = labels.Count(l => l is KayentaLabel.Pass or KayentaLabel.High or KayentaLabel.Low or KayentaLabel.NodataFail);
        return new KayentaGroup(name, counted > 0 ? 100 * passed / counted : 0, counted > 0);
    }

    private static double Sum(ImmutableArray<KayentaGroup> groups, IReadOnlyDictionary<string, double> weights)
    {
        var unweighted = groups.Count(g => g.HasData && !weights.ContainsKey(g.Name));
        var rest = unweighted > 0 ? (100 - weights.Values.Sum()) / unweighted : 0;
        return groups.Where(g => g.HasData).Sum(g => g.Score * weights.GetValueOrDefault(g.Name, rest) / 100);
    }
}
