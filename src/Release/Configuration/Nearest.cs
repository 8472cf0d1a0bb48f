namespace Release.Configuration;

/// <summary>Finds what somebody may have meant.</summary>
public static class Nearest
{
    /// <summary>Beyond this nobody mistyped a name.</summary>
    private const int LongestName = 100;

    /// <summary>The name most like <paramref name="name"/>, or null when none is like it.</summary>
    public static string? To(string name, IEnumerable<string> names)
    {
        var best = Order(name, names).FirstOrDefault();
        return best is not null && Distance(name, best) <= Math.Max(1, Math.Min(name.Length, best.Length) / 3) ? best : null;
    }

    /// <summary>All names, the most like <paramref name="name"/> first.</summary>
    public static IEnumerable<string> Order(string name, IEnumerable<string> names)
        => names.OrderBy(candidate => Distance(name, candidate)).ThenBy(candidate => candidate, StringComparer.Ordinal);

    /// <summary>A sentence: the name that may have been meant, or all there are.</summary>
    internal static string Hint(string name, IReadOnlyCollection<string> names)
        => To(name, names) is { } near
            ? $"Did you mean \"{near}\"?"
            : names.Count == 0 ? "There are none yet: remove it." : $"Known: {string.Join(", ", names.Order(StringComparer.Ordinal))}.";

    /// <summary>Optimal string alignment: inserted, missing, changed and swapped letters count one each, case nothing.</summary>
    private static int Distance(string left, string right)
    {
        if (left.Length > LongestName || right.Length > LongestName)
        {
            return int.MaxValue;
        }

        var distances = Enumerable.Range(0, left.Length + 1).Select(_ => new int[right.Length + 1]).ToArray();
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                distances[i][j] = i == 0 || j == 0 ? i + j : Step(left, right, distances, i, j);
            }
        }

        return distances[left.Length][right.Length];
    }

    private static int Step(string left, string right, int[][] distances, int i, int j)
    {
        bool Same(int l, int r) => char.ToLowerInvariant(left[l - 1]) == char.ToLowerInvariant(right[r - 1]);

        var changed = distances[i - 1][j - 1] + (Same(i, j) ? 0 : 1);
        var best = Math.Min(changed, 1 + Math.Min(distances[i - 1][j], distances[i][j - 1]));
        return i > 1 && j > 1 && Same(i, j - 1) && Same(i - 1, j) ? Math.Min(best, distances[i - 2][j - 2] + 1) : best;
    }
}
