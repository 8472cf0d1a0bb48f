#nullable disable
using System.Globalization;

namespace Nuke.Common.CI;

public class Partition
{
    public Partition()
    {
    }

    public static Partition Single => new() { Part = 1, Total = 1 };

    /// <summary>Counts from 1.</summary>
    public int Part { get; set; }

    public int Total { get; set; }

    public bool IsIn(int part) => part == Part;

    public IEnumerable<T> GetCurrent<T>(IEnumerable<T> enumerable)
    {
        var index = 0;
        foreach (var item in enumerable)
        {
            if (index++ % Total == Part - 1)
            {
                yield return item;
            }
        }
    }

    public override string ToString() => $"{Part}/{Total}";

    /// <summary>Reads <c>2/3</c>; null where the text is something else.</summary>
    internal static Partition Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            && int.TryParse(text.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var part)
            && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var total)
            && part >= 1 && part <= total
            ? new Partition { Part = part, Total = total }
            : null;
    }
}
