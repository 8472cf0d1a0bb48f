using Release.Reports;

namespace Release.Components;

/// <summary>Where reports are written: <c>.release/&lt;env&gt;/reports/</c>, each file whole or not at all.</summary>
/// <param name="root">The repository.</param>
/// <param name="environment">The environment's name.</param>
internal sealed class ReportFiles(string root, string environment)
{
    private string Folder => Path.Combine(root, ".release", environment, "reports");

    /// <summary>Writes a run's report as HTML and Markdown; returns their paths, relative to the repository.</summary>
    public IReadOnlyList<string> Write(ReleaseReport report) =>
    [
        Write($"run-{report.Run}.html", new ReportPage(report, ConsoleScreen.Masked).Render()),
        Write($"run-{report.Run}.md", new ReportMarkdown(report, ConsoleScreen.Masked).Render()),
    ];

    /// <summary>Writes the comparison of the last releases; returns its path.</summary>
    public string Write(HistoryReport history)
    {
        var written = history.Runs.Select(r => r.Run).Where(r => File.Exists(Path.Combine(Folder, $"run-{r}.html"))).ToHashSet();
        return Write("history.html", new HistoryPage(history, written, ConsoleScreen.Masked).Render());
    }

    private string Write(string name, string content)
    {
        Durable.CreateDirectory(Folder);
        var path = Path.Combine(Folder, name);
        Durable.Replace(path, content);
        return Path.GetRelativePath(root, path);
    }
}
