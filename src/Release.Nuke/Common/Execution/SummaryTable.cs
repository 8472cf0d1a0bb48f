using System.Globalization;

namespace Nuke.Common.Execution;

/// <summary>The table at the end of a run, in plain spaces.</summary>
internal static class SummaryTable
{
    private const int LeastNameWidth = 19;
    private const int ColumnWidth = 10;

    public static IEnumerable<(string Text, Shade Shade)> Of(IReadOnlyCollection<ExecutableTarget> plan)
    {
        var rows = plan.Where(static target => target.Status != ExecutionStatus.Collective).ToList();
        var width = rows.Select(static target => target.Name.Length + 4).Append(LeastNameWidth).Max();
        var total = TimeSpan.FromTicks(rows.Sum(static target => target.HasRun ? target.Duration.Ticks : 0));
        var thick = new string('═', width + (2 * ColumnWidth));
        var thin = new string('─', thick.Length);

        yield return (thick, Shade.Plain);
        yield return (Row("Target", "Status", "Duration", null), Shade.Plain);
        yield return (thin, Shade.Plain);
        foreach (var target in rows)
        {
            var duration = target.HasRun ? Duration(target.Duration) : "";
            yield return (Row(target.Name, $"{target.Status}", duration, NoteOf(target)), ShadeOf(target.Status));
        }

        yield return (thin, Shade.Plain);
        yield return (Row("Total", "", Duration(total), null), Shade.Plain);
        yield return (thick, Shade.Plain);

        string Row(string name, string status, string duration, string? note)
            => $"{name.PadRight(width)}{status,-ColumnWidth}{duration,ColumnWidth}{(note is null ? "" : "   // " + note)}".TrimEnd();
    }

    /// <summary><c>&lt; 1sec</c>, <c>0:06</c>, <c>10:00</c>, <c>1:02:03</c>.</summary>
    public static string Duration(TimeSpan duration)
        => duration < TimeSpan.FromSeconds(1) ? "< 1sec"
            : duration < TimeSpan.FromHours(1) ? duration.ToString(@"m\:ss", CultureInfo.InvariantCulture)
            : $"{(int)duration.TotalHours}:{duration.ToString(@"mm\:ss", CultureInfo.InvariantCulture)}";

    private static string? NoteOf(ExecutableTarget target)
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
