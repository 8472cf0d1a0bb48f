using System.Globalization;

namespace Nuke.Common.Execution;

/// <summary>The table at the end of a run, in plain spaces.</summary>
internal static class SummaryTable
{
    private const int LeastNameWidth = 19;
    private const int ColumnWidth = 10;

    public static List<SummaryLine> Of(IReadOnlyCollection<ExecutableTarget> plan)
    {
        var width = LeastNameWidth;
        var total = TimeSpan.Zero;
        foreach (var target in plan)
        {
            var isShown = target.Status != ExecutionStatus.Collective;
            width = isShown ? Math.Max(width, target.Name.Length + 4) : width;
            total += target.HasRun ? target.Duration : TimeSpan.Zero;
        }

        var thick = new string('═', width + (2 * ColumnWidth));
        var thin = new string('─', thick.Length);
        var lines = new List<SummaryLine>
        {
            new(thick), new(Row("Target", "Status", "Duration", null)), new(thin),
        };
        foreach (var target in plan)
        {
            if (target.Status != ExecutionStatus.Collective)
            {
                var duration = target.HasRun ? Duration(target.Duration) : "";
                lines.Add(new(Row(target.Name, $"{target.Status}", duration, NoteOf(target)), ShadeOf(target.Status)));
            }
        }

        lines.AddRange([new(thin), new(Row("Total", "", Duration(total), null)), new(thick)]);
        return lines;

        string Row(string name, string status, string duration, string? note)
            => $"{name.PadRight(width)}{status,-ColumnWidth}{duration,ColumnWidth}{(note is null ? "" : "   // " + note)}".TrimEnd();
    }

    /// <summary><c>&lt; 1sec</c>, <c>0:06</c>, <c>10:00</c>, <c>1:02:03</c>.</summary>
    public static string Duration(TimeSpan duration)
        => duration < TimeSpan.FromSeconds(1) ? "< 1sec"
            : duration < TimeSpan.FromHours(1) ? duration.ToString(@"m\:ss", CultureInfo.InvariantCulture)
            : $"{(int)duration.TotalHours}:{duration.ToString(@"mm\:ss", CultureInfo.InvariantCulture)}";

    /// <summary>What stands behind a target's row; null where nothing does.</summary>
    public static string? NoteOf(ExecutableTarget target)
        => target.SummaryInformation.Count > 0
                ? string.Join(", ", target.SummaryInformation.Select(static pair => $"{pair.Key}: {pair.Value}"))
            : target.OnlyWhen is not null ? $"OnlyWhen: {target.OnlyWhen}"
            : target.Skipped is not null ? $"Skipped: {target.Skipped}"
            : null;

    private static Shade ShadeOf(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Succeeded => Shade.Good,
        ExecutionStatus.Failed or ExecutionStatus.Aborted => Shade.Error,
        ExecutionStatus.NotRun => Shade.Warning,
        ExecutionStatus.Skipped => Shade.Dim,
        ExecutionStatus.None or ExecutionStatus.Scheduled or ExecutionStatus.Running or ExecutionStatus.Collective => Shade.Plain,
        _ => Shade.Plain,
    };
}

internal sealed record SummaryLine(string Text, Shade Shade = Shade.Plain);
