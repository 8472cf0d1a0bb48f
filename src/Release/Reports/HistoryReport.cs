using Release.Journal;
using Release.Runs;

namespace Release.Reports;

/// <summary>The last releases and rollbacks of an environment, to be compared.</summary>
public sealed record HistoryReport
{
    /// <summary>How many runs are compared unless somebody asks for more.</summary>
    public const int Usual = 20;

    /// <summary>Gets the environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>Gets the runs, newest first.</summary>
    public required IReadOnlyList<ReleaseReport> Runs { get; init; }

    /// <summary>Gets how many releases and rollbacks the journal has.</summary>
    public required int All { get; init; }

    /// <summary>Gets the releases beside a running version that came to an end: those that can succeed or fail.</summary>
    public IReadOnlyList<ReleaseReport> Ended => [.. Runs.Where(r => r is { Kind: RunKind.Release, VersionBefore: not null }
        && r.Verdict.Outcome is ReportOutcome.Promoted or ReportOutcome.RolledBack or ReportOutcome.Abandoned)];

    /// <summary>Gets the share of <see cref="Ended"/> that was promoted, 0 to 1; null without any.</summary>
    public double? SuccessRate => Ended.Count == 0 ? null : (double)Ended.Count(r => r.Verdict.Outcome is ReportOutcome.Promoted) / Ended.Count;

    /// <summary>Gets the median time from a release's start to its promotion and handover, in seconds; null without any.</summary>
    public double? MedianSeconds => Median([.. Ended.Where(r => r.Verdict.Outcome is ReportOutcome.Promoted).Select(r => r.Seconds)]);

    /// <summary>Gets the median time of traffic after which a candidate was found wanting, in seconds; null without any.</summary>
    public double? MedianDetectionSeconds => Median([.. Ended.Select(r => r.DetectionSeconds).OfType<double>()]);

    /// <summary>Gets how many releases went back before they were promoted.</summary>
    public int RolledBack => Ended.Count(r => r.Verdict.Outcome is ReportOutcome.RolledBack);

    /// <summary>Gets how many promoted releases were taken back by a run of their own.</summary>
    public int TakenBack => Runs.Count(r => r is { Kind: RunKind.Rollback, Verdict.Outcome: ReportOutcome.Done });

    /// <summary>The last runs of a journal.</summary>
    /// <param name="environment">The environment's name.</param>
    /// <param name="journal">All of its records.</param>
    /// <param name="most">How many runs at most.</param>
    public static HistoryReport Of(string environment, WholeJournal journal, int most = Usual)
    {
        var state = new EnvironmentState(journal.Records);
        var all = state.Runs.Where(r => r.Opening.Kind is RunKind.Release or RunKind.Rollback).ToList();
        return new HistoryReport
        {
            Environment = environment,
            All = all.Count,
            Runs = [.. all.TakeLast(most).Reverse().Select(r => ReleaseReport.Of(journal, state, r.Id))],
        };
    }

    private static double? Median(List<double> values)
    {
        values.Sort();
        return values.Count == 0 ? null : (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }
}
