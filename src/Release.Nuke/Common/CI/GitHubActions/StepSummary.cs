using System.Text;
using Nuke.Common.Execution;

namespace Nuke.Common.CI.GitHubActions;

/// <summary>
/// The table of targets as Markdown for the job's page. Whatever a target said is text there: it becomes no markup, no link
/// and no picture.
/// </summary>
internal static class StepSummary
{
    // The host refuses a summary above 1 MiB as a whole; a table is never that long, a note could be.
    private const int LongestNote = 500;

    public static string Markdown(INukeBuild build, string outcome, Func<string, string> mask)
    {
        var table = new StringBuilder();
        _ = table.Append("### Build ").Append(outcome).Append("\n\n| Target | Status | Duration | |\n| :-- | :-- | --: | :-- |\n");
        var total = TimeSpan.Zero;
        foreach (var target in build.ExecutionPlan.Where(static target => target.Status != ExecutionStatus.Collective))
        {
            total += target.HasRun ? target.Duration : TimeSpan.Zero;
            _ = table.Append("| ").AppendJoin(" | ",
                Text(mask(target.Name)),
                $"{Mark(target.Status)} {target.Status}",
                target.HasRun ? Text(SummaryTable.Duration(target.Duration)) : "",
                Text(mask(SummaryTable.NoteOf(target) ?? ""))).Append(" |\n");
        }

        return table.Append("| **Total** | | ").Append(Text(SummaryTable.Duration(total))).Append(" | |\n\n").ToString();
    }

    /// <summary>Appends; null where that went well, else why not: nobody's release fails for a page.</summary>
    public static string? Append(string path, string markdown)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            file.Write(Encoding.UTF8.GetBytes(markdown));
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return exception.Message;
        }
    }

    /// <summary>One cell: every character that Markdown or HTML would act on is escaped, and no address becomes a link.</summary>
    public static string Text(string text)
    {
        var line = TextFilter.Clean(text.ReplaceLineEndings(" "));
        line = line.Length > LongestNote ? line[..(LongestNote - 1)] + "…" : line;
        var escaped = new StringBuilder(line.Length + 16);
        foreach (var c in line)
        {
            // As numbers: a backslash would not keep '|' out of a table's code span, nor '@' and "://" from becoming links.
            _ = char.IsAsciiLetterOrDigit(c) || c is ' ' or ',' or '(' or ')' or '/' or '%' or '+' or '=' or '…' || !char.IsAscii(c)
                ? escaped.Append(c)
                : escaped.Append("&#").Append((int)c).Append(';');
        }

        return escaped.ToString();
    }

    private static string Mark(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Succeeded => "✅",
        ExecutionStatus.Failed or ExecutionStatus.Aborted => "❌",
        ExecutionStatus.Skipped => "⏭️",
        ExecutionStatus.NotRun or ExecutionStatus.None or ExecutionStatus.Scheduled or ExecutionStatus.Running
            or ExecutionStatus.Collective => "▫️",
        _ => "",
    };
}
