using System.Text.Json.Nodes;
using Release.Journal;

namespace Release.Runs;

/// <summary>
/// Everything known about an environment: a pure function of its journal's records (invariant 5). Status, History,
/// Resume and Rollback read this fold; nobody keeps a second state.
/// </summary>
public sealed class EnvironmentState
{
    private readonly List<RunState> _runs = [];
    private readonly Dictionary<string, long> _servedAt = [];

    // Every record names its run: looking through all of them would make a long journal's fold quadratic.
    private readonly Dictionary<string, RunState> _byId = new(StringComparer.Ordinal);
    private int _highestRun;
    private long _downSeq;

    /// <summary>Folds a journal.</summary>
    public EnvironmentState(IEnumerable<JournalRecord> records)
    {
        foreach (var record in records)
        {
            Add(record);
        }
    }

    /// <summary>Gets the runs, oldest first.</summary>
    public IReadOnlyList<RunState> Runs => _runs;

    /// <summary>
    /// Gets the run that is not closed, or null. Only the last one can be: a run that others follow was closed, also where
    /// the record that says so can no longer be read.
    /// </summary>
    public RunState? Open => _runs is [.., { Outcome: null } last] ? last : null;

    /// <summary>Gets what serves; null in an empty environment.</summary>
    public DeployedRelease? Stable { get; private set; }

    /// <summary>Gets what a rollback goes back to; null when there is nothing to roll back.</summary>
    public DeployedRelease? Previous { get; private set; }

    /// <summary>Gets the run that a rollback undoes.</summary>
    public RunState? LastPromoted { get; private set; }

    /// <summary>Gets a value indicating whether the environment was stopped by Down.</summary>
    public bool IsDown { get; private set; }

    /// <summary>Gets the last sequence number; 0 for an empty journal.</summary>
    public long LastSeq { get; private set; }

    /// <summary>Gets how often tenders tried what is still to be done.</summary>
    internal TendingTries Tries { get; } = new();

    /// <summary>Gets who is to be told what, and who was.</summary>
    internal Notices.NoticeFold Notices { get; } = new();

    /// <summary>Gets the watch over what was promoted last.</summary>
    internal Watching.WatchFold Watches { get; } = new();

    /// <summary>Gets what is left to do later: instances that are kept beside what serves.</summary>
    public IReadOnlyList<DueStep> Due => [.. _runs
        .SelectMany(r => r.DueList.Where(d => r.Step(d.Step).Status is not StepStatus.Applied))
        .Where(d => !IsDown && Stable?.Instances.Any(i => i.Id == d.Instance.Id) != true)];

    /// <summary>
    /// Gets what closed runs left running beside what serves, as far as the journal knows: what an abandoned run had started,
    /// and what a person accepted as it stands.
    /// </summary>
    public IReadOnlyList<(string Run, Platforms.Instance Instance)> Left => IsDown ? [] : [.. _runs
        .Where(r => r.OpenedSeq > _downSeq)
        .SelectMany(r => LeftBy(r).Select(i => (r.Id, Instance: i)))
        .Where(l => _servedAt.GetValueOrDefault(l.Instance.Id) < Run(l.Id)!.OpenedSeq && Stable?.Instances.Any(s => s.Id == l.Instance.Id) != true && !IsTakenAway(l.Id, l.Instance))];

    private static IEnumerable<Platforms.Instance> LeftBy(RunState run)
    {
        var (target, replaced) = (run.Opening.Target.Instances, run.Opening.Stable?.Instances ?? []);
        return run.Opening.Kind switch
        {
            RunKind.Release => target.Where(i => IsLeft(run, $"start-candidate-{i.Artefact.Service}") || IsLeft(run, $"start-stable-{i.Artefact.Service}") || MayHaveTraffic(run, i.Artefact.Service)),
            RunKind.Rollback => [
                .. target.Where(i => IsLeft(run, $"start-stable-{i.Artefact.Service}") || IsLeft(run, $"return-traffic-{i.Artefact.Service}")),
                .. replaced.Where(i => run.Step($"retire-{i.Artefact.Service}").IsAccepted)],
            RunKind.Down or RunKind.Up or RunKind.Adopt or RunKind.Restore => [],
            RunKind.Fix => run.Opening.Brings.Where(i => IsLeft(run, Planning.Planner.StartAnewId(i))),
            _ => throw new InvalidDataException($"'{run.Opening.Kind}' is not a kind of run that this version knows."),
        };
    }

    private static bool IsLeft(RunState run, string step) => run.Step(step) is var s && (s.IsAccepted || (run.Outcome is RunOutcome.Abandoned && s.IsBegun));

    // A run that was closed on its way back did not look at its traffic to the end: a late call may have given the candidate a share
    // again after everything of it was undone.
    private static bool MayHaveTraffic(RunState run, string service) =>
        run.Outcome is RunOutcome.Abandoned && run.Steps.Any(s => s.Status is not StepStatus.None && Planning.Planner.IsShiftOf(s.Id, service));

    // What is kept for a rollback loses its share only.
    private bool IsTakenAway(string run, Platforms.Instance instance) =>
        Run(run)!.Step(Planning.Planner.RetireId(instance)).Status is StepStatus.Applied
        || (Due.Any(d => d.Instance.Id == instance.Id) && Run(run)!.Step(Planning.Planner.WithdrawId(instance)).Status is StepStatus.Applied);

    /// <summary>
    /// Reads a whole journal and folds it, past every damage: who reads decides whether the damage matters (invariants 11
    /// and 14). What another version wrote and this one does not understand counts as damage.
    /// </summary>
    public static async Task<(EnvironmentState State, IReadOnlyList<JournalDamage> Damages)> Read(
        IJournal journal, CancellationToken cancellation)
    {
        var (state, strange) = (new EnvironmentState([]), new List<JournalDamage>());
        var whole = await WholeJournal.Fold(journal, record => state.AddUnlessStrange(record, strange), cancellation);
        return (state, [.. whole.Damages, .. strange]);
    }

    private void AddUnlessStrange(JournalRecord record, List<JournalDamage> strange)
    {
        try
        {
            Add(record);
        }
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException or NullReferenceException or FormatException)
        {
            strange.Add(new JournalDamage(record.Seq, (int)record.Seq, $"this version does not understand it: {error.Message}"));
        }
    }

    /// <summary>Gets the number for the next run.</summary>
    public string NextRun => (_highestRun + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Gets a value indicating whether records name a run after the last one that can be read: its opening is lost.</summary>
    public bool IsNewestUnknown => _highestRun > (_runs.Count == 0 ? 0 : int.Parse(_runs[^1].Id, System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Gets the run that a rollback would undo; with nothing to undo the last one, which says what serves. Null in an empty journal.</summary>
    public RunState? ToUndo => Open ?? LastPromoted ?? (_runs is [.., var newest] ? newest : null);

    /// <summary>Whether damage reaches the records of the run that a rollback would undo: then what they say is not known for sure.</summary>
    public bool IsInDoubt(IEnumerable<JournalDamage> damages) => damages.Any(d => d.Seq >= (ToUndo?.OpenedSeq ?? 0));

    /// <summary>The run with this number, or null.</summary>
    public RunState? Run(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Takes one more record in.</summary>
    public void Add(JournalRecord record)
    {
        LastSeq = record.Seq;
        if (record.Type is RecordType.LeaseTaken)
        {
            Tries.Add(record);
        }

        if (record.Entry.Run is { } id)
        {
            Add(record, id);
        }

        Watches.Add(record, record.Entry.Run is { } watched ? Run(watched) : null);
        Notices.Add(record, record.Entry.Run is { } told ? Run(told) : null);
    }

    private void Add(JournalRecord record, string id)
    {

        _highestRun = Math.Max(_highestRun, int.Parse(id, System.Globalization.CultureInfo.InvariantCulture));
        if (record.Type is RecordType.RunOpened)
        {
            var opened = new RunState(id, record.Seq, record.Ts, RunOpening.FromJson(record.Data));
            _runs.Add(opened);
            _ = _byId.TryAdd(id, opened);
        }
        else if (Run(id) is { } run)
        {
            // Who is told of a run does not work on it: an orphan stays one.
            if (record.Type is not RecordType.Notice)
            {
                (run.LastAt, run.LastSeq, run.BusyUntil) = (record.Ts, record.Seq, record.Entry.Deadline);
            }

            Add(run, record);
        }
    }

    private void Add(RunState run, JournalRecord record)
    {
        switch (record.Type)
        {
            case RecordType.PhaseStarted:
                _ = run.PhaseList.RemoveAll(p => p.Name == record.Entry.Phase);
                run.PhaseList.Add(new PhaseState(record.Entry.Phase!, "running", record.Ts, null));
                run.IsParked = false;
                break;
            case RecordType.PhaseFinished:
                run.IsStoppedByHand |= record.Data.ContainsKey("byHand");
                Finish(run, new PhaseState(record.Entry.Phase!, Text(record, "status"), record.Ts, record.Ts, Text(record, "reason")));
                break;
            case RecordType.StepIntent:
            case RecordType.StepApplied:
            case RecordType.StepFailed:
            case RecordType.StepUndoIntent:
            case RecordType.StepUndone:
            case RecordType.StepUndoFailed:
                StepFold.Add(run, record);
                break;
            case RecordType.Sample:
                run.Keep(record);
                break;
            case RecordType.Decision:
                Decide(run, record);
                break;
            case RecordType.RunClosed:
                Close(run, record);
                break;
            case RecordType.SignOff:
                if (Runbooks.SignedWord.Of(record) is { } word)
                {
                    run.SignedMap[word.Line] = word;
                }

                break;
            case RecordType.RunOpened:
            case RecordType.Probe:
            case RecordType.Notice:
            case RecordType.LeaseTaken:
            case RecordType.LeaseReleased:
            case RecordType.Evidence:
            case RecordType.Note:
            case RecordType.Watch:
                break;
            default:
                throw new InvalidDataException($"The journal has a record of a type this version does not know: '{record.Type}'.");
        }
    }

    private static void Decide(RunState run, JournalRecord record)
    {
        switch (Words.Parse<Decision>(Text(record, "decision")))
        {
            case Decision.GoBack:
                run.GoesBack = true;
                run.IsParked = false;
                run.Reason = Text(record, "reason");
                break;
            case Decision.Promote:
                run.IsPromoted = true;
                break;
            case Decision.Park:
                run.IsParked = true;
                run.Wait = ParkedWait.FromJson(record.Data);
                break;
            case Decision.Go:
                Go(run);
                break;
            case Decision.NoGo:
                run.GoesBack = true;
                run.IsParked = false;
                run.Reason = Text(record, "reason");
                break;
            case Decision.Halt:
                run.StuckBecause = Text(record, "reason");
                break;
            case Decision.Gate:
                run.Verdict = Text(record, "verdict");
                _ = record.Data.ContainsKey("overridden") && run.Overridden.Remove(Text(record, "service"));
                break;
            case Decision.AcceptAsIs:
                run.StuckBecause = null;
                break;
            case Decision.Continue:
                run.IsParked = false;
                run.IsStoppedByHand = false;
                run.StuckBecause = null;
                run.Goal = record.Data["goal"]?.GetValue<string>() ?? run.Goal;
                break;
            case Decision.TakeOver:
                break;
            case Decision.Skip:
                run.Skips = PhaseSkips.FromJson(record.Data);
                break;
            default:
                throw new InvalidDataException($"'{Text(record, "decision")}' is not a decision that this version knows.");
        }
    }

    // A person's word stands in for the verdicts that held the run, and for no others.
    private static void Go(RunState run)
    {
        run.IsParked = false;
        run.Overridden.Clear();
        run.OverriddenShare = run.Wait.Share ?? run.OverriddenShare;
        foreach (var (service, verdict) in run.Wait.Gate)
        {
            run.Overridden[service] = verdict;
        }
    }

    private void Close(RunState run, JournalRecord record)
    {
        run.Outcome = Words.Parse<RunOutcome>(Text(record, "outcome"));
        run.FinishedAt = record.Ts;
        run.Reason = Text(record, "reason");
        run.IsParked = false;
        run.LastAnswer = LastAnswer.FromJson(record.Data);
        run.RecentSamples.Clear();
        run.DueList.AddRange((record.Data["due"] as JsonArray ?? []).Select(d => new DueStep(
            run.Id,
            d!["step"]!.GetValue<string>(),
            DateTimeOffset.Parse(d["at"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture),
            ReleaseJson.InstanceFromJson(d["instance"]!.AsObject()))));
        if (run.Outcome is RunOutcome.Promoted or RunOutcome.Done)
        {
            Serve(run);
        }
    }

    private void Serve(RunState run)
    {
        switch (run.Opening.Kind)
        {
            case RunKind.Release:
                // From its own records, so that damage in older ones sends nobody to a version further back (invariant 14).
                Previous = run.Opening.Stable;
                Stable = run.Opening.Target;
                LastPromoted = Previous is null ? null : run;
                IsDown = false;
                break;
            case RunKind.Rollback:
                Stable = run.Opening.Target;
                Previous = null;
                LastPromoted = null;
                IsDown = false;

                // What was kept for this serves again; promoted over once more, it is kept anew.
                _runs.ForEach(r => r.DueList.RemoveAll(d => Stable.Instances.Any(i => i.Id == d.Instance.Id)));
                break;
            case RunKind.Down:

                // It stopped what was kept and left, too.
                _runs.ForEach(r => r.DueList.Clear());
                _downSeq = run.OpenedSeq;
                IsDown = true;
                Previous = null;
                LastPromoted = null;
                break;
            case RunKind.Up:
                IsDown = false;
                Stable = run.Opening.Target;
                break;
            case RunKind.Adopt:

                // How it came there is not known, so there is no way back behind it.
                IsDown = false;
                Stable = run.Opening.Target;
                Previous = null;
                LastPromoted = null;
                break;
            case RunKind.Fix:

                // The same version, and so the same way back.
                Stable = run.Opening.Target;
                break;
            case RunKind.Restore:

                // What serves is the same as before, with other data.
                return;
            default:
                throw new InvalidDataException($"The journal has a run of a kind this version does not know: '{run.Opening.Kind}'.");
        }

        Stable?.Instances.ToList().ForEach(i => _servedAt[i.Id] = LastSeq);
    }

    // A phase that was skipped never began.
    private static void Finish(RunState run, PhaseState finished)
    {
        var at = run.PhaseList.FindIndex(p => p.Name == finished.Name);
        if (at >= 0)
        {
            run.PhaseList[at] = finished with { StartedAt = run.PhaseList[at].StartedAt };
        }
        else if (finished.Status == PhaseSkips.Status)
        {
            run.PhaseList.Add(finished);
        }
    }

    private static string Text(JournalRecord record, string name) => record.Data[name]?.GetValue<string>() ?? "";
}

/// <summary>What a decision record says. In the journal kebab-case: add, never rename.</summary>
public enum Decision
{
    /// <summary>The run turns back, for good.</summary>
    GoBack,

    /// <summary>The candidate took over.</summary>
    Promote,

    /// <summary>The run waits without a process.</summary>
    Park,

    /// <summary>Only the candidate is healthy, or something stands as nobody planned: a person is needed.</summary>
    Halt,

    /// <summary>The gate's verdict on one traffic step.</summary>
    Gate,

    /// <summary>A person accepts the world as it stands after a failed undo.</summary>
    AcceptAsIs,

    /// <summary>A process goes on with a run that another one left.</summary>
    Continue,

    /// <summary>A person took the environment from a process that lived.</summary>
    TakeOver,

    /// <summary>A person leaves phases out, with a reason: the whole set, from now on.</summary>
    Skip,

    /// <summary>A person lets a parked run go on; where the gate held it, instead of the verdict that did.</summary>
    Go,

    /// <summary>A person has a parked run undone.</summary>
    NoGo,
}
