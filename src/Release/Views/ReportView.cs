using Release.Evidence;
using Release.Journal;
using Release.Reports;
using Release.Runbooks;
using Release.Runs;

namespace Release.Views;

/// <summary>Reads what was recorded, for the reports. Takes no lease and changes nothing.</summary>
public sealed class ReportView(ReleaseEnvironment environment)
{
    /// <summary>
    /// The report of a run, whatever state it is in and also where the journal is damaged; its evidence is compared with
    /// what was recorded. Throws <see cref="ReleaseException"/> when there is no such run.
    /// </summary>
    /// <param name="run">Its number; null for the last release or rollback.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<ReleaseReport> Read(string? run, CancellationToken cancellation)
    {
        var journal = await WholeJournal.Read(environment.Ports.Journal, cancellation);
        var state = new EnvironmentState(journal.Records);
        var report = ReleaseReport.Of(journal, state, Chosen(state, run));
        return report with
        {
            Evidence = await Looked(report.Evidence, cancellation),
            Runbook = environment.Runbook is { } runbook && report.Kind is RunKind.Release or RunKind.Rollback
                ? ExecutedRunbook.Of(runbook, environment.Name, environment.Options, journal.Records, state, state.Run(report.Run))
                : null,
        };
    }

    /// <summary>The last releases.</summary>
    public async Task<HistoryReport> ReadHistory(CancellationToken cancellation) =>
        HistoryReport.Of(environment.Name, await WholeJournal.Read(environment.Ports.Journal, cancellation));

    private string Chosen(EnvironmentState state, string? run)
    {
        if (state.Runs.Count == 0)
        {
            throw new ReleaseException(
                ExitStatus.Usage, $"There is nothing to report: the journal of {environment.Name} has no run.", $"Release something: {environment.Command("Promote")}.");
        }

        if (run is null)
        {
            return (state.Runs.LastOrDefault(r => r.Opening.Kind is RunKind.Release or RunKind.Rollback) ?? state.Runs[^1]).Id;
        }

        return state.Run(run) is not null ? run : throw new ReleaseException(
            ExitStatus.Usage,
            $"The journal of {environment.Name} has no run {run}; {Existing(state)}.",
            $"See them all: {environment.Command("History")}.");
    }

    private static string Existing(EnvironmentState state) => state.Runs.Count switch
    {
        1 => $"it has run {state.Runs[0].Id} only",
        <= 12 => $"it has the runs {string.Join(", ", state.Runs.Select(r => r.Id))}",
        _ => $"it has {state.Runs.Count} runs, from {state.Runs[0].Id} to {state.Runs[^1].Id}",
    };

    private async Task<IReadOnlyList<ReportedEvidence>> Looked(IReadOnlyList<ReportedEvidence> evidence, CancellationToken cancellation)
    {
        var looked = new List<ReportedEvidence>();
        foreach (var file in evidence)
        {
            looked.Add(file with { Now = await environment.Ports.Evidence.Look(new EvidenceFile(file.Name, file.Sha256, file.Size), cancellation) });
        }

        return looked;
    }
}
