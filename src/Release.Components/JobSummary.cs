using System.Text;
using Nuke.Common.CI.GitHubActions;
using Release.Journal;
using Release.Reports;
using Release.Runs;

namespace Release.Components;

/// <summary>
/// The run's report in the summary of a GitHub job, whatever the outcome. It informs and never fails a run
/// (invariant 12): who cannot read it there reads the journal.
/// </summary>
internal sealed class JobSummary
{
    // GitHub refuses a step's summary above 1 MiB, all of it, with what others wrote before.
    private const long Most = 1024 * 1024;

    private readonly ReleaseEnvironment _environment;
    private readonly string _file;
    private readonly long _from;

    private JobSummary(ReleaseEnvironment environment, string file, long from) => (_environment, _file, _from) = (environment, file, from);

    /// <summary>Remembers where the journal ends now; null where there is no such summary.</summary>
    public static async Task<JobSummary?> Begin(ReleaseEnvironment environment)
    {
        string? file = GitHubActions.Instance?.StepSummaryFile;
        if (string.IsNullOrEmpty(file))
        {
            return null;
        }

        var (state, _) = await EnvironmentState.Read(environment.Ports.Journal, CancellationToken.None);
        return new JobSummary(environment, file, state.LastSeq);
    }

    /// <summary>Adds the report of the last run that this command wrote records of; nothing when there is none.</summary>
    public async Task Write()
    {
        try
        {
            var journal = await WholeJournal.Read(_environment.Ports.Journal, CancellationToken.None);
            var state = new EnvironmentState(journal.Records);
            var written = journal.Records.LastOrDefault(r => r.Seq > _from && r.Entry.Run is { } id && state.Run(id) is not null);
            if (written?.Entry.Run is { } run)
            {
                Append(new ReportMarkdown(ReleaseReport.Of(journal, state, run), ConsoleScreen.Masked).Render());
            }
        }
#pragma warning disable CA1031 // a summary that cannot be written must not change how the release ended
        catch (Exception error)
#pragma warning restore CA1031
        {
            _environment.Screen.Warn($"The job's summary could not be written: {error.Message}");
        }
    }

    private void Append(string markdown)
    {
        var bytes = Encoding.UTF8.GetBytes($"\n{markdown}\n");
        using var file = new FileStream(_file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        if (file.Length + bytes.Length > Most)
        {
            _environment.Screen.Warn("The job's summary is full: the report is left out. Write it with ./build.sh Report.");
            return;
        }

        file.Write(bytes);
    }
}
