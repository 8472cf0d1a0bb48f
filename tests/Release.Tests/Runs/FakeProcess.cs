using System.Text.Json.Nodes;
using Release.Evidence;
using Release.Journal;
using Release.Output;
using Release.Runs;
using Release.Tests.Journal;
using Release.Views;

namespace Release.Tests.Runs;

/// <summary>One command in a process of its own: new objects over the same journal and world. It can be killed.</summary>
internal sealed class FakeProcess
{
    private readonly Scene _scene;
    private readonly ProcessLife _life;
    private ILease? _lease;

    public FakeProcess(Scene scene, ReleaseInputs inputs)
    {
        (_scene, _life) = (scene, new ProcessLife(scene.Time));
        var world = scene.World;
        Environment = new ReleaseEnvironment(
            scene.Options,
            scene.Configuration,
            new EnvironmentPorts
            {
                Journal = new ProcessJournal(this),
                Leases = new ProcessLeases(this),
                Tenders = new FakeTenders(scene, this),
                Platform = new FakePlatform(world, this),
                Router = new FakeRouter(world, this),
                Metrics = new FakeMetrics(world),
                Repository = new FakeRepository(world, this),
                Traffic = new FakeGenerator(world),
                Evidence = new FakeEvidence(world),
                Notifiers = [.. scene.Channels.Select(c => c.For(this))],
                Alerts = scene.Alerts,
                Probe = (options, address, brought) => new FakeProbe(world, this, options, address, brought),
                Clock = _life,
                Backups = scene.Backups,
            },
            new FakeScreen(scene.Lines),
            inputs)
        {
            Runbook = scene.Runbook,
        };
    }

    public FakeWorld World => _scene.World;

    public StopSignal Stop { get; } = new();

    public bool IsDead { get; private set; }

    /// <summary>Gets the token of its lease, if it ever had one.</summary>
    public long? Token => _lease?.Token;

    public ReleaseEnvironment Environment { get; }

    /// <summary>Gets or sets what wraps each step that its peers give (mutants, spies).</summary>
    public Func<IStep, IStep> Wrap { get; set; } = step => step;

    /// <summary>The process is killed now: it changes and records nothing more, and its lease is free.</summary>
    public void Die()
    {
        if (!IsDead)
        {
            IsDead = true;
            _life.End();
            if (_lease is not null && _scene.Journal.Look(default) is { IsCompletedSuccessfully: true, Result: { } holder } && holder.Token == _lease.Token)
            {
                _scene.Journal.Crash();
            }
        }
    }

    /// <summary>It is stopped as by SIGSTOP: nothing of it runs until <see cref="Thaw"/>; what it sent is on its way all the same.</summary>
    public void Freeze() => _life.Freeze();

    public void Thaw() => _life.Thaw();

    /// <summary>A command in a process that can be killed or stopped at any moment, and then does nothing more; null when it was killed.</summary>
    public async Task<RunResult?> Live(Func<FakeProcess, Task<RunResult>> command)
    {
        try
        {
            return await _life.Live(() => command(this));
        }
        catch (SimulatedCrashException)
        {
            return null;
        }
    }

    /// <summary>It died at a hook of the journal, which has freed the lease.</summary>
    public void Died() => IsDead = true;

    public void ThrowIfDead()
    {
        if (IsDead)
        {
            throw new SimulatedCrashException("The process was killed.");
        }
    }

    public void Saw(IStep step, Way way, StepKey key) => _scene.Saw(step.Id, way, key);

    public void RevokeAll(string step) => _scene.RevokeAll(step);

    /// <summary>The targets of a release up to one: <c>./build.sh Promote</c> ends with Handover.</summary>
    public Task<RunResult> Release(string goal = Phases.Handover, params (string Phase, string Reason)[] skips) => Release(Environment, goal, skips);

    private Task<RunResult> Release(ReleaseEnvironment environment, string goal, (string Phase, string Reason)[] skips) => Guarded(async () =>
    {
        await using var run = new ReleaseRun(environment, Stop, goal);
        foreach (var (phase, reason) in skips)
        {
            run.Skip(phase, reason);
        }

        foreach (var phase in Phases.OfARelease.TakeWhile(p => p != goal).Append(goal).Where(p => !skips.Any(s => s.Phase == p)))
        {
            await run.Take(phase);
        }

        return run.Result.ShouldNotBeNull();
    });

    public Task<RunResult> Rollback() => Guarded(() => new Rollback(Environment, Stop).Run());

    public Task<RunResult> Resume(bool acceptAsIs = false) => Guarded(() => new Resuming(Environment, Stop).Run(acceptAsIs));

    /// <summary><c>Promote --supersede</c>.</summary>
    public Task<RunResult> Supersede() => Guarded(async () =>
    {
        var (superseded, stopped) = await new Superseding(Environment, Stop).Withdraw();
        return stopped ?? await Release(Environment with { Inputs = Environment.Inputs with { Supersedes = superseded } }, Phases.Handover, []);
    });

    public Task<RunResult> TakeOver(bool force) => Guarded(() => new TakingOver(Environment, Stop).Run(force));

    public Task<RunResult> Adopt() => Guarded(() => new Adopting(Environment, Stop).Run());

    public Task<RunResult> Restore(string backup, string? confirmed, bool withoutSafety = false) => Guarded(() => new Restoring(Environment, Stop).Run(backup, confirmed, withoutSafety));

    public Task<RunResult> Fix(string order) => Guarded(() => new Fixing(Environment, Stop).Run(order));

    public Task<RunResult> Abandon() => Guarded(() => new Resuming(Environment, Stop).Abandon());

    public Task<RunResult> Tend(bool atTerminal = false) => Guarded(() => new Tending(Environment, Stop) { TriesAtOnce = atTerminal }.Run());

    /// <summary>Tends until its process is told to stop; each look sees the scene's options of that time.</summary>
    public Task<RunResult> Watch(TimeSpan every) => Guarded(() => new TendingWatch(
        () => Task.FromResult(_scene.Misconfigured is { } wrong ? throw new InvalidDataException(wrong) : Environment with { Options = _scene.Options }), Stop, every).Run());

    /// <summary><c>Watch --for</c>.</summary>
    public Task<RunResult> WatchFor(TimeSpan? time) => Guarded(() => new Release.Watching.BeginningAWatch(Environment, Stop).Run(time));

    public Task<RunResult> Decide(bool go) => Guarded(() => new Deciding(Environment, Stop).Run(go));

    public Task<RunResult> Sign(Release.Runbooks.SignOffRequest request) => Guarded(() => new Release.Runbooks.SigningOff(Environment, Stop).Run(request));

    public Task<RunResult> Down() => Guarded(() => new Downing(Environment, Stop).Run());

    public Task<JsonObject> Status() => new StatusView(Environment).Read(default);

    public Task<JsonObject> Preview() => new PreviewView(Environment).Read(default);

    // As the graph's command does it.
    private async Task<RunResult> Guarded(Func<Task<RunResult>> command)
    {
        try
        {
            var result = await command();
            await new Release.Notices.Outbox(Environment).Tell(default);
            return result;
        }
        catch (ReleaseException refusal) when (!IsDead)
        {
            await new Release.Notices.Outbox(Environment).Tell(default);
            return RunResult.Of(refusal);
        }
        catch (OperationCanceledException) when (!IsDead && Stop.Cause is StopCause.Interrupted signal)
        {
            return new RunResult((ExitStatus)(128 + signal.Signal), "Interrupted before anything was changed.");
        }
        catch (Exception) when (IsDead)
        {
            throw new SimulatedCrashException("The process was killed.");
        }
    }

    private sealed class ProcessJournal(FakeProcess process) : IJournal
    {
        public Task<JournalReading> Read(long fromSeq, CancellationToken cancellation)
        {
            process.ThrowIfDead();
            return process._scene.Read(fromSeq, cancellation);
        }

        public async Task<JournalRecord> Append(JournalEntry entry, ILease lease, CancellationToken cancellation)
        {
            process.ThrowIfDead();
            process._scene.ThrowIfFull();
            process._scene.AtAppend?.Invoke(process, null);
            process.ThrowIfDead();
            var record = await process._scene.Journal.Append(entry, ((ProcessLease)lease).Inner, cancellation);
            process._scene.AtAppend?.Invoke(process, record);
            process.ThrowIfDead();
            return record;
        }
    }

    private sealed class ProcessLeases(FakeProcess process) : ILeases
    {
        private InMemoryJournal Inner => process._scene.Journal;

        public async Task<ILease?> TryTake(LeaseRequest request, CancellationToken cancellation)
        {
            process.ThrowIfDead();
            cancellation.ThrowIfCancellationRequested();
            process._scene.ThrowIfDamaged(request);
            return Held(await Inner.TryTake(request, cancellation));
        }

        public async Task<ILease?> TakeOver(LeaseHolder holder, LeaseRequest request, CancellationToken cancellation)
        {
            process.ThrowIfDead();
            var taken = Held(await Inner.TakeOver(holder, request, cancellation));
            if (taken is not null)
            {
                process._scene.TakenOver(holder.Token);
            }

            return taken;
        }

        private ProcessLease? Held(ILease? lease)
        {
            process._lease = lease;
            return lease is null ? null : new ProcessLease(process._scene, lease);
        }

        public Task<LeaseHolder?> Look(CancellationToken cancellation) => Inner.Look(cancellation);

        public Task AskToStop(StopRequest request, CancellationToken cancellation) => Inner.AskToStop(request, cancellation);

        public Task<StopRequest?> StopRequested(CancellationToken cancellation) => Inner.StopRequested(cancellation);

        public Task ClearStopRequest(CancellationToken cancellation) => Inner.ClearStopRequest(cancellation);
    }

    private sealed class ProcessLease(Scene scene, ILease inner) : ILease
    {
        public ILease Inner => inner;

        public long Token => inner.Token;

        public Task EnsureHeld(CancellationToken cancellation) => scene.CannotRenew
            ? throw new LeaseLostException("The lease could not be renewed for 40 s.")
            : inner.EnsureHeld(cancellation);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class FakeScreen(List<string> lines) : IScreen
    {
        public void Line(string text) => lines.Add(text);

        public void Warn(string text) => lines.Add("! " + text);
    }

    private sealed class FakeEvidence(FakeWorld world) : IEvidenceStore
    {
        public Task<EvidenceFile> Put(string run, string name, string content, CancellationToken cancellation)
        {
            var (path, digest) = ($"{run}/{name}", Digest(content));
            Write(path, content, mayChange: false);
            return Task.FromResult(new EvidenceFile(path, digest, content.Length));
        }

        public Task Point(string name, string content, CancellationToken cancellation)
        {
            Write(name, content, mayChange: true);
            return Task.CompletedTask;
        }

        public Task Report(string name, string title, string lines, CancellationToken cancellation)
        {
            Write(name, world.Evidence.GetValueOrDefault(name, title + "\n") is var old && old.Contains(lines, StringComparison.Ordinal) ? old : old + lines, mayChange: true);
            return Task.CompletedTask;
        }

        public Task<EvidenceCondition> Look(EvidenceFile file, CancellationToken cancellation) => Task.FromResult(
            !world.Evidence.TryGetValue(file.Name, out var content) ? EvidenceCondition.Missing
            : Digest(content) == file.Sha256 ? EvidenceCondition.Intact
            : EvidenceCondition.Changed);

        public Task<string?> ReadPointer(string name, CancellationToken cancellation) => Task.FromResult(world.Evidence.GetValueOrDefault(name));

        private static string Digest(string content) => Sha256.HexOf(System.Text.Encoding.UTF8.GetBytes(content));

        private void Write(string path, string content, bool mayChange)
        {
            if (world.EvidenceIsLost)
            {
                throw new IOException("The evidence store is gone.");
            }

            if (!mayChange && world.Evidence.GetValueOrDefault(path, content) != content)
            {
                throw new IOException($"{path} was put with other content before.");
            }

            world.Evidence[path] = content;
        }
    }
}
