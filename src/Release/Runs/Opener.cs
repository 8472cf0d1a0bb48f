using Release.Journal;
using Release.Output;
using Release.Platforms;
using NuGet.Versioning;

namespace Release.Runs;

/// <summary>Takes the lease, refuses what may not begin, and opens a run or picks up a parked one.</summary>
public sealed class Opener(ReleaseEnvironment environment, StopSignal stop)
{
    internal const string FirstVersion = "1.0.0";

    // Longer than an instance may take to finish its requests and to end, in the configurations that are usual.
    private static readonly TimeSpan TenderTakesAtMost = TimeSpan.FromSeconds(60);

    private EnvironmentPorts Ports => environment.Ports;

    /// <summary>
    /// The run that releases a version: the parked one, or a new one. An empty environment is deployed first, a stopped one
    /// is started; each of these is a run of its own. Null when nothing is left to do.
    /// </summary>
    public async Task<RunContext?> Release(string goal)
    {
        await RefuseUnattended();
        var lease = await Take($"release {environment.Inputs.Version ?? "the next version"}");
        try
        {
            await Ports.Leases.ClearStopRequest(stop.Token);
            var state = await environment.ReadState(stop.Token);
            _ = await new OverdueHold(environment, stop).Undo(state, lease);
            if (state.Open is { } open)
            {
                await new Retirement(environment).CarryOutDue(state, lease, stop);
                return await PickUp(open, state, lease, goal);
            }

            var (wasEmpty, version) = (state.Stable is null, await VersionToRelease(state));
            await Serve(state, lease);

            // After what serves is there: what a closed run left may be all that answers until then.
            await new Retirement(environment).CarryOutLeft(state, lease, stop);
            await new Retirement(environment).CarryOutDue(state, lease, stop);
            if (wasEmpty && AskedVersions.Of(version, environment.Options.Services).IsIn(state.Stable!))
            {
                await lease.DisposeAsync();
                return null;
            }

            return await Open(state, lease, RunKind.Release, await Target(state.NextRun, version, state.Stable), state.Stable, goal, null);
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }
    }

    /// <summary>The lease, or a refusal that names who holds it.</summary>
    /// <param name="purpose">For what.</param>
    /// <param name="allowDamaged">True where a person said to go on although the journal is damaged.</param>
    public async Task<ILease> Take(string purpose, bool allowDamaged = false)
    {
        try
        {
            var request = new LeaseRequest(environment.Inputs.Owner, purpose) { AllowDamaged = allowDamaged };
            return await Ports.Leases.TryTake(request, stop.Token) ?? await AfterTender(request) ?? throw Held(await NamedHolder());
        }
        catch (JournalDamagedException damaged)
        {
            throw new ReleaseException(
                ExitStatus.Open, $"{damaged.Message} Nothing was changed.", $"Look: {environment.Command("Audit")}; take the last run back all the same: {environment.Command("Rollback")}.");
        }
    }

    /// <summary>Opens a run: plans it and records what it is, before anything is changed.</summary>
    public async Task<RunContext> Open(
        EnvironmentState state, ILease lease, RunKind kind, DeployedRelease target, DeployedRelease? stable, string goal, string? undoes)
    {
        var inputs = environment.Inputs;
        var id = state.NextRun;
        var program = inputs.Digesting is { } digest ? await digest : inputs.Program;
        var opening = new RunOpening(
            kind, target, stable, goal, "", environment.Configuration, inputs.Owner, program, inputs.ChangeTicket, inputs.Reason, undoes)
        {
            IsEmergency = inputs.Emergency,
            Restores = kind is RunKind.Restore ? inputs.Restores : null,
            Fixes = kind is RunKind.Fix ? inputs.Fixes : null,
            Supersedes = kind is RunKind.Release && stable is not null ? inputs.Supersedes : null,
            Runbook = stable is not null ? environment.Runbook?.Record(kind) : null,
        };
        var plan = environment.Planner.Of(opening);
        opening = opening with { PlanHash = plan.Hash };
        var journal = new RunJournal(Ports.Journal, lease, state, id, Ports.Clock);
        await journal.Append(RecordType.RunOpened, opening.ToJson());
        if (opening.IsEmergency)
        {
            environment.Screen.Warn($"By the emergency profile of {environment.Name}: shares {string.Join(", ", environment.Options.Shares)} %, {environment.Options.Checks.Count} checks.");
        }

        environment.Screen.Line($"Run {id} in {environment.Name}: {Words.Of(kind)} {target.Version}, plan {plan.Hash[..12]}");
        return new RunContext(environment, journal, plan, stop, lease);
    }

    /// <summary>Goes on with an open run, whoever began it. Throws when the plan is not the one it was opened with.</summary>
    public async Task<RunContext> Continue(RunState run, EnvironmentState state, ILease lease, bool forward, string? goal = null)
    {
        var plan = environment.Planner.Of(run.Opening);
        if (forward && plan.Hash != run.Opening.PlanHash)
        {
            throw new ReleaseException(
                ExitStatus.Open,
                $"Run {run.Id} was planned as {run.Opening.PlanHash[..12]}, this program plans it as {plan.Hash[..12]}: going on would do something else than what was started.",
                $"Take it back: {environment.Command("Rollback")}, or go on with the program that began it.");
        }

        var journal = new RunJournal(Ports.Journal, lease, state, run.Id, Ports.Clock);
        var data = new System.Text.Json.Nodes.JsonObject { ["goal"] = goal ?? run.Goal };
        await journal.Decide(Decision.Continue, $"{environment.Inputs.Owner} goes on with it", data);
        return new RunContext(environment, journal, plan, stop, lease);
    }

    /// <summary>
    /// What was asked for, as the instances of one run. A service that is not named, or that serves this version already, stays
    /// as it is.
    /// </summary>
    /// <param name="run">The run's number.</param>
    /// <param name="asked">One version, or one for each service that is named: <see cref="AskedVersions"/>.</param>
    /// <param name="stable">What serves; null for nothing.</param>
    public async Task<DeployedRelease> Target(string run, string asked, DeployedRelease? stable = null)
    {
        var (versions, instances) = (AskedVersions.Of(asked, environment.Options.Services), new List<Instance>());
        foreach (var service in environment.Options.Services)
        {
            var serving = stable?.Of(service.Name);
            var version = versions.Of(service.Name) ?? serving?.Artefact.Version ?? throw new ReleaseException(
                ExitStatus.Usage,
                $"{service.Name} was never released in {environment.Name}, so it cannot stay as it is.",
                $"Name its version, too: {environment.Command($"Promote --version {asked},{service.Name}={FirstVersion}")}.");
            instances.Add(serving?.Artefact.Version == version
                ? serving
                : new Instance($"{service.Name}-{version}-run{run}", await Ports.Platform.Identify(service, version, stop.Token), environment.Inputs.Faults));
        }

        return new DeployedRelease(AskedVersions.NameOf(instances), await Ports.Repository.Head(stop.Token), instances);
    }

    /// <summary>The version that a release without <c>--version</c> gets: the next minor one after all that were promoted.</summary>
    public async Task<string> VersionToRelease(EnvironmentState state)
    {
        var newest = state.Runs
            .Where(r => r.Opening.Kind is RunKind.Release && r.Outcome is RunOutcome.Promoted)
            .SelectMany(r => r.Opening.Target.Instances.Select(i => SemanticVersion.TryParse(i.Artefact.Version, out var parsed) ? parsed : null))
            .Max();
        var next = await FreeAfter(newest ?? SemanticVersion.Parse(FirstVersion));
        var version = environment.Inputs.Version ?? (HasVersionsOfItsOwn(state.Stable) ? throw Unnamed(state.Stable!) : next);
        return state.Stable is { } stable && AskedVersions.Of(version, environment.Options.Services).IsIn(stable)
            ? throw new ReleaseException(
                ExitStatus.Usage,
                $"{version} is what serves in {environment.Name} now, so there is nothing to release.",
                $"Name another one: {environment.Command($"Promote --version {next}")}.")
            : version;
    }

    private static bool HasVersionsOfItsOwn(DeployedRelease? release) => release?.Instances.Select(i => i.Artefact.Version).Distinct().Count() > 1;

    // Which of them is meant by "the next one" nobody can say.
    private ReleaseException Unnamed(DeployedRelease stable) => new(
        ExitStatus.Usage,
        $"The services of {environment.Name} have versions of their own ({stable.Version}), so there is no next one for all of them.",
        $"Name what is released: {environment.Command($"Promote --version {stable.Instances[0].Artefact.Service}=VERSION")}; what is not named stays as it is.");

    // A version is tagged once: one that another clone released (its tag is on another commit) is passed over.
    private async Task<string> FreeAfter(SemanticVersion newest)
    {
        var (head, next) = (await Ports.Repository.Head(stop.Token), newest);
        string? tagged;
        do
        {
            next = new SemanticVersion(next.Major, next.Minor + 1, 0);
            tagged = await Ports.Repository.TaggedCommit(environment.Planner.TagName(next.ToString()), stop.Token);
        }
        while (tagged is not null && tagged != head);
        return next.ToString();
    }

    private async Task<RunContext> PickUp(RunState open, EnvironmentState state, ILease lease, string goal)
    {
        if (!open.IsParked)
        {
            await WithdrawOrphan(open, state, lease);
            throw Interrupted(open);
        }

        if (environment.Inputs.Version is { } version && !AskedVersions.Of(version, environment.Options.Services).IsIn(open.Opening.Target))
        {
            throw new ReleaseException(
                ExitStatus.Open,
                $"Run {open.Id} releases {open.Opening.Target.Version} and is parked, so {version} cannot start.",
                $"Go on with it: {environment.Command("Promote")}; take it back: {environment.Command("Rollback")}.");
        }

        environment.Screen.Line($"Run {open.Id} ({open.Opening.Target.Version}) was parked: going on with it.");
        var run = await Continue(open, state, lease, forward: true, goal);
        await new TurningBack(run).FinishWithdrawal();
        return run;
    }

    /// <summary>The state, for what has a run of its own and so needs that none is open.</summary>
    /// <param name="lease">The lease, just taken.</param>
    /// <exception cref="ReleaseException">A run is open; an orphan's share was taken away first.</exception>
    internal async Task<EnvironmentState> ReadIdle(ILease lease)
    {
        await Ports.Leases.ClearStopRequest(stop.Token);
        var state = await environment.ReadState(stop.Token);
        if (state.Open is { } open)
        {
            await WithdrawOrphan(open, state, lease);
            throw Interrupted(open);
        }

        return state;
    }

    // A candidate with traffic whose process has been gone for long: whoever acts next takes its share away (invariant 15), also
    // when its run is on the way back, or was withdrawn before a call of that process could be waited for.
    internal async Task WithdrawOrphan(RunState open, EnvironmentState state, ILease lease)
    {
        if (open is { CandidateMayHaveTraffic: true, IsParked: false, StuckBecause: null } && Ports.Clock.GetUtcNow() - open.LastAt >= environment.Options.OrphanAfter)
        {
            await using var run = await Continue(open, state, lease, forward: false);
            if (await new TurningBack(run).Withdraw() is { } stuck)
            {
                environment.Screen.Warn($"  {stuck.Message}");
            }
        }
    }

    // Nobody sits through hours of waits: a tender takes over when the process that began goes away (invariant 15).
    internal async Task RefuseUnattended()
    {
        if (!environment.Options.NeedsTender)
        {
            return;
        }

        var tender = await Ports.Tenders.Look(stop.Token);
        if (tender?.IsAlive(Ports.Clock.GetUtcNow()) == true)
        {
            environment.Screen.Line($"{environment.Name} is watched by the tender of {tender}: if this process goes away, it will {WhatItDoes}.");
            return;
        }

        throw new ReleaseException(
            ExitStatus.Usage,
            $"The traffic steps of {environment.Name} wait at least {Show.Duration(environment.Options.DeclaredWaits)}, longer than maxAttended ({Show.Duration(environment.Options.MaxAttended)}): a run that long needs a tender that watches, and {(tender is null ? "there is none" : $"that of {tender} does not answer since {Show.Time(tender.SeenAt)}")}.",
            $"Start one and leave it running: {environment.Command("Tend --watch")}. Or shorten gate.stepDuration.min, or raise maxAttended if somebody stays.");
    }

    private string WhatItDoes => Chore.PolicyOf(environment.Options) switch
    {
        Configuration.OrphanPolicy.Leave => "take the candidate's share away",
        Configuration.OrphanPolicy.Rollback => "undo the run",
        Configuration.OrphanPolicy.Resume => "go on with the run",
        var other => throw new InvalidDataException($"'{other}' is not a policy that this version knows."),
    };

    // A tender holds the lease for moments, and nobody is to be sent away for that.
    private async Task<ILease?> AfterTender(LeaseRequest request)
    {
        var (begin, isSaid) = (Ports.Clock.GetTimestamp(), false);
        while (Ports.Clock.GetElapsedTime(begin) < TenderTakesAtMost
            && await NamedHolder() is var holder && holder?.Purpose.StartsWith(Chore.ShortPurpose, StringComparison.Ordinal) != false)
        {
            if (!isSaid && holder is not null)
            {
                environment.Screen.Passing($"  waiting for the tender, process {holder.ProcessId} ({holder.Purpose}), at most {Show.Duration(TenderTakesAtMost)}");
                isSaid = true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), Ports.Clock, stop.Token);
            if (await Ports.Leases.TryTake(request, stop.Token) is { } lease)
            {
                return lease;
            }
        }

        return null;
    }

    /// <summary>The refusal to begin anything beside an open run.</summary>
    public ReleaseException Interrupted(RunState open) => open.StuckBecause is { } why
        ? new ReleaseException(
            ExitStatus.Stuck,
            $"Run {open.Id} ({Words.Of(open.Opening.Kind)} {open.Opening.Target.Version}) is stuck: {why}.",
            $"Mend the cause and run {environment.Command("Rollback")}, or {environment.Command("Resume --accept-as-is --reason \"…\"")}, or {environment.Command("Abandon --reason \"…\"")}.")
        : open.Waits is { } waits ? new ReleaseException(
            ExitStatus.Open,
            $"Run {open.Id} ({Words.Of(open.Opening.Kind)} {open.Opening.Target.Version}) is parked and waits for {waits.For}: nothing else may start before it is ended.",
            $"Go on: {environment.Command("Decide --go --reason \"…\"")} or {environment.Command("Promote")}; take it back: {environment.Command("Decide --no-go --reason \"…\"")}; close it as it stands: {environment.Command("Abandon --reason \"…\"")}.")
        : new ReleaseException(
            ExitStatus.Open,
            $"Run {open.Id} ({Words.Of(open.Opening.Kind)} {open.Opening.Target.Version}) was interrupted in {(open.Phases.Count > 0 ? open.Phases[^1].Name : "its opening")}: nothing else may start before it is ended.",
            $"Go on: {environment.Command("Resume")}; take it back: {environment.Command("Rollback")}; close it as it stands: {environment.Command("Abandon --reason \"…\"")}.");

    private async Task Serve(EnvironmentState state, ILease lease)
    {
        if (state.Stable is null)
        {
            await RefuseBesideStrangers(state);
            environment.Screen.Line($"{environment.Name} is empty: deploying {FirstVersion} first, so that there is something to release beside.");
            var without = new Opener(environment with { Inputs = environment.Inputs with { Faults = [] } }, stop);
            var first = await without.Target(state.NextRun, FirstVersion);
            await new StraightRun(await Open(state, lease, RunKind.Release, first, null, Phases.Bootstrap, null)).ToEnd();
        }
        else if (state.IsDown || await AnythingIsDead(state) || await RouterIsGone(state.Stable))
        {
            environment.Screen.Line($"{environment.Name} is {(state.IsDown ? "down" : "not running (was this machine restarted?)")}: starting {state.Stable.Version} again.");
            await new StraightRun(await Open(state, lease, RunKind.Up, state.Stable, state.Stable, Phases.Up, null)).ToEnd();
        }
    }

    // A first version would be deployed beside what serves already, and take its traffic.
    private async Task RefuseBesideStrangers(EnvironmentState state)
    {
        foreach (var service in environment.Options.Services)
        {
            var running = await Ports.Platform.Running(service, stop.Token) ?? [];
            if (running.FirstOrDefault(i => state.Left.All(l => l.Instance.Id != i.Id)) is { } stranger)
            {
                throw new ReleaseException(
                    ExitStatus.Usage,
                    $"{service.Name} {stranger.Artefact.Version} runs in {environment.Name} ({stranger.Id}), but no journal says so: a release would not know what to go back to.",
                    $"Record what serves first: {environment.Command("Adopt --reason \"…\"")}.");
            }
        }
    }

    // Known to be gone, as an embedded router is whose process ended; a peer that does not answer is the checks' matter.
    private async Task<bool> RouterIsGone(DeployedRelease stable)
    {
        var deployed = environment.Options.Services.Where(s => stable.Of(s.Name) is not null);
        foreach (var step in deployed.SelectMany(Ports.Router.SetUp).DistinctBy(s => s.Id))
        {
            if ((await step.Observe(stop.Token)).State is StepState.Pending)
            {
                return true;
            }
        }

        return false;
    }

    // Sick is not dead, and its repair must be released; but what something else serves now does not go to what is sick.
    private async Task<bool> AnythingIsDead(EnvironmentState state)
    {
        foreach (var instance in state.Stable!.Instances)
        {
            var view = await Ports.Platform.Look(instance.Id, stop.Token);
            if (view.Liveness is Liveness.Dead || (state.Left.Count > 0 && await IsSick(instance, view)))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> IsSick(Instance instance, InstanceView view) =>
        view.Liveness is Liveness.Alive
        && environment.Options.Services.FirstOrDefault(s => s.Name == instance.Artefact.Service) is { } service
        && !await environment.IsHealthy(service, view, stop.Token);

    // Between taking the lock and recording who took it there are milliseconds, and a refusal that names nobody helps nobody.
    private async Task<LeaseHolder?> NamedHolder()
    {
        var begin = Ports.Clock.GetTimestamp();
        while (true)
        {
            var holder = await Ports.Leases.Look(stop.Token);
            if (holder is not { ProcessId: 0 } || Ports.Clock.GetElapsedTime(begin) > TimeSpan.FromSeconds(1))
            {
                return holder;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), Ports.Clock, stop.Token);
        }
    }

    private ReleaseException Held(LeaseHolder? holder) => new(
        ExitStatus.Held,
        holder is null
            ? $"Another process holds {environment.Name}."
            : $"{environment.Name} is held by {holder.Owner} on {holder.Host} (process {holder.ProcessId}) since {Show.Time(holder.Since)}: {holder.Purpose}.",
        $"Watch it: {environment.Command("Status")}; make it undo: {environment.Command("Rollback")}.");
}
