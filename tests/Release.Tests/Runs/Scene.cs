using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Journal;
using Release.Probes;
using Release.Runs;
using Release.Tests.Journal;

namespace Release.Tests.Runs;

/// <summary>An environment that lives: clock, world and journal, and the commands that people give it, each in a process of its own.</summary>
internal sealed class Scene
{
    private readonly Dictionary<string, HashSet<string>> _keys = [];
    private readonly List<FakeProcess> _processes = [];
    private EnvironmentState? _state;

    public Scene(params string[] services)
    {
        World = new FakeWorld(Time);
        Journal = new InMemoryJournal("fake", Time);
        Options = Configure(services.Length == 0 ? ["ping"] : services);
    }

    public FakeTime Time { get; } = new();

    public FakeWorld World { get; }

    public InMemoryJournal Journal { get; private set; }

    public EnvironmentOptions Options { get; set; }

    public string Configuration { get; set; } = "{ \"name\": \"fake\" }";

    public Release.Runbooks.Runbook? Runbook { get; set; }

    public List<string> Lines { get; } = [];

    /// <summary>Gets or sets what takes backups.</summary>
    public IReadOnlyList<Release.Platforms.IBackupMethod> Backups { get; set; } = [];

    /// <summary>Gets who is told.</summary>
    public List<Notices.FakeChannel> Channels { get; } = [];

    /// <summary>Gets or sets who knows which alerts fire; null where nobody does.</summary>
    public Release.Watching.IAlertSource? Alerts { get; set; }

    /// <summary>Gets or sets how many records still fit on the disk; null for any number.</summary>
    public int? Room { get; set; }

    /// <summary>Gets or sets a value indicating whether leases are too old for an outside call.</summary>
    public bool CannotRenew { get; set; }

    /// <summary>Gets or sets the record at which the chain does not hold.</summary>
    public JournalDamage? Damage { get; set; }

    /// <summary>Gets or sets what is wrong with the configuration of who looks again; null for nothing.</summary>
    public string? Misconfigured { get; set; }

    /// <summary>Gets or sets the process that tends, and since when.</summary>
    public (FakeProcess Process, Tender Tender)? Tender { get; set; }

    /// <summary>Gets or sets a value indicating whether the tender's process is stopped, as by SIGSTOP.</summary>
    public bool TenderIsStopped { get; set; }

    /// <summary>Gets or sets what a reader gets instead of the records, as another version may have written them.</summary>
    public Func<IEnumerable<JournalRecord>, IEnumerable<JournalRecord>> Instead { get; set; } = records => records;

    /// <summary>Gets or sets what is told of every append: before it (no record), and after it.</summary>
    public Action<FakeProcess, JournalRecord?>? AtAppend { get; set; }

    /// <summary>Gets or sets a value indicating whether a holder that is taken over is killed, as the file store does.</summary>
    public bool TakingOverKills { get; set; }

    /// <summary>Gets the fold of what is recorded now.</summary>
    public EnvironmentState State => _state?.LastSeq == Journal.Count ? _state : _state = new(Journal.Records);

    public RunResult Release(string? version = null, string goal = Phases.Handover, params string[] faults) =>
        Command(p => p.Release(goal), new() { Owner = "ana@laptop", Program = "test", Version = version, Faults = faults });

    public RunResult Rollback() => Command(p => p.Rollback());

    public RunResult Resume(bool acceptAsIs = false) => Command(p => p.Resume(acceptAsIs));

    public RunResult Abandon() => Command(p => p.Abandon());

    public RunResult Tend() => Command(p => p.Tend());

    public RunResult Decide(bool go) => Command(p => p.Decide(go));

    public RunResult Down() => Command(p => p.Down());

    /// <summary>The disk with the journal is gone; what it told of still runs.</summary>
    public Scene LoseTheJournal()
    {
        (Journal, _state) = (new InMemoryJournal("fake", Time), null);
        _keys.Clear();
        return this;
    }

    public JsonObject Status() => Time.Run(() => Process().Status());

    public JsonObject Preview() => Time.Run(() => Process().Preview());

    /// <summary>Bootstraps 1.0.0 and promotes 1.1.0 beside it.</summary>
    public Scene Promoted()
    {
        Release().Status.ShouldBe(ExitStatus.Done);
        return this;
    }

    /// <summary>Bootstraps 1.0.0 and nothing else.</summary>
    public Scene Deployed()
    {
        Release("1.0.0").Status.ShouldBe(ExitStatus.Done);
        return this;
    }

    public Scene Downed()
    {
        Down().Status.ShouldBe(ExitStatus.Done);
        return this;
    }

    /// <summary>A version fails one request in five.</summary>
    public Scene Sick(string version)
    {
        World.Traffic.ErrorRates[version] = 0.2;
        return this;
    }

    /// <summary>Whether what is recorded as stable is alive and has all the traffic, unless the environment is down or empty.</summary>
    public bool Serves() => State.Stable is not { } stable || State.IsDown
        ? World.Fields("process/").Count == 0
        : stable.Instances.All(i => World.IsHealthy(i.Id) && World.Serving(i.Artefact.Service) == $"{i.Id} 100");

    public RunResult Command(Func<FakeProcess, Task<RunResult>> command, ReleaseInputs? inputs = null)
    {
        var process = Process(inputs);
        return Time.Run(() => command(process));
    }

    /// <summary>Several commands at once, each begun so long after the start; a null result is a process that was killed or never ended.</summary>
    public IReadOnlyList<RunResult> Together(params (TimeSpan After, Func<FakeProcess, Task<RunResult>> Command)[] commands) => Time.Run(async () =>
        (IReadOnlyList<RunResult>)await Task.WhenAll(commands.Select(async (c, i) =>
        {
            var process = Process(new() { Owner = $"person{i + 1}@host", Program = "test", Reason = "because" });
            await Task.Delay(c.After, Time);
            return await c.Command(process);
        })));

    /// <summary>A signal reaches the process of a command when something becomes true of the world.</summary>
    public RunResult Interrupted(int signal, Func<bool> when, string goal = Phases.Handover, bool isCiHost = false) => Command(
        async p =>
        {
            var run = p.Release(goal);
            while (!run.IsCompleted && !when())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), Time);
            }

            p.Stop.Request(new StopCause.Interrupted(signal));
            return await run;
        },
        new() { Owner = "ana@laptop", Program = "test", IsCiHost = isCiHost });

    /// <summary>Runs a command that may be killed; null when it was.</summary>
    public RunResult? Killable(Func<FakeProcess, Task<RunResult>> command, ReleaseInputs? inputs = null)
    {
        try
        {
            return Command(command, inputs);
        }
        catch (SimulatedCrashException)
        {
            return null;
        }
        finally
        {
            Journal.BeforeAppend = null;
            Journal.AfterAppend = null;
        }
    }

    public FakeProcess Process(ReleaseInputs? inputs = null)
    {
        var process = new FakeProcess(this, inputs ?? new() { Owner = "bob@desk", Program = "test", Reason = "because" });
        _processes.Add(process);
        return process;
    }

    /// <summary>The process that appends the record with this number (from 1, counted from now) is killed there.</summary>
    /// <param name="number">Which.</param>
    /// <param name="written">Whether the record is durable.</param>
    public void Cut(int number, bool written)
    {
        var left = number;
        Journal.BeforeAppend = _ => Kill(!written && --left == 0);
        Journal.AfterAppend = _ => Kill(written && --left == 0);

        void Kill(bool now)
        {
            if (now)
            {
                _processes.ForEach(p => p.Died());
                throw new SimulatedCrashException("The process was killed at an append.");
            }
        }
    }

    public Task<JournalReading> Read(long fromSeq, CancellationToken cancellation)
    {
        var records = Instead(Journal.Records.Where(r => r.Seq >= fromSeq)).ToList();
        return Task.FromResult(Damage is { } damage && damage.Seq >= fromSeq
            ? new JournalReading([.. records.TakeWhile(r => r.Seq < damage.Seq)], damage, TornTail: false)
            : new JournalReading(records, null, TornTail: false));
    }

    public void ThrowIfDamaged(LeaseRequest request)
    {
        if (Damage is not null && !request.AllowDamaged)
        {
            throw new JournalDamagedException("journal", Damage);
        }
    }

    public void ThrowIfFull()
    {
        if (Room is { } room)
        {
            Room = room - 1;
            if (room <= 0)
            {
                throw new JournalFailedException("The disk is full.", null);
            }
        }
    }

    public void TakenOver(long token)
    {
        if (TakingOverKills)
        {
            _processes.FirstOrDefault(p => p.Token == token)?.Die();
        }
    }

    public IReadOnlyCollection<string> KeysOf(string step) => _keys.GetValueOrDefault(step, []);

    public void Saw(string step, Way way, StepKey key)
    {
        if (way is Way.Apply)
        {
            _ = (_keys.TryGetValue(step, out var keys) ? keys : _keys[step] = []).Add(key.Value);
        }
    }

    public void RevokeAll(string step)
    {
        foreach (var key in _keys.GetValueOrDefault(step, []))
        {
            World.Revoke(key);
        }
    }

    private static EnvironmentOptions Configure(IEnumerable<string> services) => new()
    {
        Name = "fake",
        Services = [.. services.Select(s => new ServiceOptions { Name = s, Version = "/version", Metrics = "/metrics" })],
        Platform = new FakePlatformOptions { Type = "fake" },
        Traffic = new FakeTrafficOptions { Type = "fake", Synthetic = new() { Rate = 100, Path = "/" } },
        Checks = [new HttpProbeOptions { Id = "peers", Type = "http", Path = "/" }],
        Smoke = [new HttpProbeOptions { Id = "smoke", Type = "http", Path = "/" }],
        Backup = [new GitBackupOptions { Type = "git" }, new ImagesBackupOptions { Type = "images" }],
        Tag = new() { Enabled = true, Remote = "origin" },
        Gate = new()
        {
            Metrics = new() { Type = "fake" },
            Tick = TimeSpan.FromSeconds(1),
            WarmUp = TimeSpan.Zero,
            StepDuration = new() { Min = TimeSpan.FromSeconds(1), Max = TimeSpan.FromSeconds(20) },
            Objectives =
            [
                new() { Id = "error-rate", Type = ObjectiveType.Errors, Max = "1%" },
                new() { Id = "latency-p95", Type = ObjectiveType.Latency, Quantile = 0.95, Max = "250ms" },
            ],
            // Thousands of simulated releases would see the gate's share of false alarms, which other tests are about.
            Alpha = 1e-6,
            MaxGap = TimeSpan.FromSeconds(3),
            MaxUnavailable = TimeSpan.FromSeconds(10),
        },
    };

    private sealed record FakePlatformOptions : PlatformOptions;

    private sealed record FakeTrafficOptions : TrafficOptions;
}
