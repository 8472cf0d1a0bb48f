using Release.Journal;
using Release.Reports;
using Release.Runs;
using Release.Tests.Runs;
using Release.Views;

namespace Release.Tests.Reports;

/// <summary>Journals of stories that were told in the fake world, and their reports.</summary>
internal static class Told
{
    // What the fake world's gate judges by, where a real run records its environment's file.
    public const string Configuration = """
        { "name": "fake", "gate": { "objectives": [
          { "id": "error-rate", "type": "errors", "max": "1%" },
          { "id": "latency-p95", "type": "latency", "quantile": 0.95, "max": "250ms" } ] } }
        """;

    public static Scene Scene(params string[] services) => new(services) { Configuration = Configuration };

    public static Scene Promoted() => Scene().Promoted();

    public static Scene RolledBack()
    {
        var scene = Scene().Deployed().Sick("1.1.0");
        scene.Release().Status.ShouldBe(ExitStatus.GateSaidNo);
        return scene;
    }

    public static WholeJournal Journal(this Scene scene) => new(scene.Journal.Records, [], TornTail: false);

    public static ReleaseReport Report(this Scene scene, string? run = null) =>
        ReleaseReport.Of(scene.Journal(), run ?? scene.State.Runs[^1].Id);

    /// <summary>As the command reads it, with the evidence looked at.</summary>
    public static ReleaseReport View(this Scene scene, string? run = null) =>
        scene.Time.Run(() => new ReportView(scene.Process().Environment).Read(run, default));

    public static string Html(ReleaseReport report) => new ReportPage(report, text => text).Render();

    public static string Markdown(ReleaseReport report) => new ReportMarkdown(report, text => text).Render();
}
