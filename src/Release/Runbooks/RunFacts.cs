using Release.Configuration;
using Release.Journal;
using Release.Reports;
using Release.Runs;

namespace Release.Runbooks;

/// <summary>What the records say of one run, as the lines of a runbook ask for it (invariant 5).</summary>
internal sealed class RunFacts
{
    private readonly EnvironmentState _state;

    public RunFacts(IReadOnlyList<JournalRecord> records, EnvironmentState state, RunState run, EnvironmentOptions options)
    {
        (_state, Run, Options) = (state, run, options);
        Records = [.. records.Where(r => r.Entry.Run == run.Id)];
        Back = run.Opening.Kind is RunKind.Rollback || run.GoesBack || run.Outcome is RunOutcome.RolledBack ? this
            : state.Runs.FirstOrDefault(r => r.Opening.Undoes == run.Id) is { } undoing ? new RunFacts(records, state, undoing, options)
            : null;
    }

    /// <summary>Gets the run.</summary>
    public RunState Run { get; }

    /// <summary>Gets the environment as it is configured.</summary>
    public EnvironmentOptions Options { get; }

    /// <summary>Gets the run's records, in order.</summary>
    public IReadOnlyList<JournalRecord> Records { get; }

    /// <summary>Gets the run in which it was taken back, itself perhaps; null when it was not.</summary>
    public RunFacts? Back { get; }

    /// <summary>Gets or sets a value indicating whether the run ends with what is known now, its last record aside.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Gets a value indicating whether nothing more comes of it.</summary>
    public bool IsOver => IsEnding || Run.Outcome is not null;

    /// <summary>
    /// Gets a value indicating whether what comes after a run may still come: its version serves, and nothing was begun since.
    /// </summary>
    public bool MayCome => !IsOver || (Run is { Outcome: RunOutcome.Promoted or null } && Back is null && IsNewest);

    /// <summary>Gets a value indicating whether nothing was begun since.</summary>
    public bool IsNewest => ReferenceEquals(_state.Runs[^1], Run);

    /// <summary>Whether a phase has had its turn.</summary>
    public bool IsPast(LinePhase? phase) => IsOver || (phase is { } p && Run.Phases.Any(s => s.Name == p.ToString() && s.Status is "done" or "skipped" or "failed"));

    /// <summary>Whether the run brings a version of a service.</summary>
    public bool Brings(string service) => Run.Opening.Brings.Any(i => i.Artefact.Service == service);

    /// <summary>
    /// The notices that a pattern names, by their id, or an incident's by its severity (<c>severity-1</c>). Records of what
    /// became of a delivery are none.
    /// </summary>
    public IReadOnlyList<JournalRecord> Notices(string pattern) =>
        [.. Records.Where(r => r.Type is RecordType.Notice && !r.Data.ContainsKey("of") && Names(r).Any(name => TiePattern.Matches(pattern, name)))];

    /// <summary>What became of the deliveries of a notice, in order.</summary>
    public IReadOnlyList<JournalRecord> Deliveries(JournalRecord notice) => notice.Data.Text("notice") is { Length: > 0 } key
        ? [.. Records.Where(r => r.Type is RecordType.Notice && r.Data.Text("of") == key)]
        : [];

    private static IEnumerable<string> Names(JournalRecord notice)
    {
        yield return notice.Data.Text("id");
        if (notice.Data.Text("incident").Length > 0 && notice.Data.Number("severity") is { } severity)
        {
            yield return FormattableString.Invariant($"severity-{severity}");
        }
    }
}
