using System.Text;
using Release.Journal;
using Release.Runs;

namespace Release.Reports;

/// <summary>
/// The report of a command's run, added to a file that others write too (the summary of a GitHub job), whatever the
/// outcome. It informs and never fails a run (invariant 12): who cannot read it there reads the journal.
/// </summary>
public sealed class RunSummary
{
    // GitHub refuses a step's summary above 1 MiB, all of it, with what others wrote before.
    private const long Most = 1024 * 1024;

    private readonly ReleaseEnvironment _environment;
    private readonly string _file;
    private readonly Func<string, string> _mask;
    private readonly long _from;

    private RunSummary(ReleaseEnvironment environment, string file, Func<string, string> mask, long from) =>
        (_environment, _file, _mask, _from) = (environment, file, mask, from);

    /// <summary>Remembers where the journal ends now.</summary>
    /// <param name="environment">Whose runs.</param>
    /// <param name="file">The file that is added to.</param>
    /// <param name="mask">Takes secrets out of a text.</param>
    public static async Task<RunSummary> Begin(ReleaseEnvironment environment, string file, Func<string, string> mask) =>
        new(environment, file, mask, (await EnvironmentState.Read(environment.Ports.Journal, CancellationToken.None)).State.LastSeq);

    /// <summary>Adds the report of the last run that this command wrote records of; nothing when there is none. Never throws.</summary>
    public async Task Write()
    {
        try
        {
            var journal = await WholeJournal.Read(_environment.Ports.Journal, CancellationToken.None);
            var state = new EnvironmentState(journal.Records);
            var written = journal.Records.LastOrDefault(r => r.Seq > _from && r.Entry.Run is { } id && state.Run(id) is not null);
            if (written?.Entry.Run is { } run)
            {
                await Append(new ReportMarkdown(ReleaseReport.Of(journal, state, run), _mask).Render());
            }
        }
#pragma warning disable CA1031 // a summary that cannot be written must not change how the release ended
        catch (Exception error)
#pragma warning restore CA1031
        {
            _environment.Screen.Warn($"The summary could not be written: {error.Message}");
        }
    }

    private async Task Append(string markdown)
    {
        var bytes = Encoding.UTF8.GetBytes($"\n{markdown}\n");
        await using var file = new FileStream(_file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        if (file.Length + bytes.Length > Most)
        {
            _environment.Screen.Warn($"The summary is full, so the report is left out. Write it: {_environment.Command("Report")}.");
            return;
        }

        await file.WriteAsync(bytes);
    }
}
