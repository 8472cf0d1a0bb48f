using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates;
using Release.Journal;
using Release.Planning;
using Release.Platforms;
using Release.Runs;

namespace Release.Conformance;

/// <summary>A backup as a trial needs it.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Discarding">The method, whose undo discards.</param>
/// <param name="Restoring">The same, whose undo restores.</param>
public sealed record TriedBackup(string Name, IBackupMethod Discarding, IBackupMethod Restoring);

/// <summary>What is tried, and with what limits.</summary>
public sealed record TriedDrivers
{
    /// <summary>Gets the ports: platform, router, metrics, probe, backup.</summary>
    public required IReadOnlyList<string> Ports { get; init; }

    /// <summary>Gets how long a look may take, by port.</summary>
    public required IReadOnlyDictionary<string, TimeSpan> Timeouts { get; init; }

    /// <summary>Gets the checks.</summary>
    public IReadOnlyList<ProbeOptions> Checks { get; init; } = [];

    /// <summary>Gets the smoke tests.</summary>
    public IReadOnlyList<ProbeOptions> Smoke { get; init; } = [];

    /// <summary>Gets the backups.</summary>
    public IReadOnlyList<TriedBackup> Backups { get; init; } = [];
}

/// <summary>
/// Tries an environment's drivers with scratch instances and backups, under the lease, and takes them away again. It is no
/// run: what it does is noted in the journal and nobody resumes it; the next trial clears away what a killed one left.
/// </summary>
public sealed class ConformanceRun(ReleaseEnvironment environment, StopSignal stop, TriedDrivers tried)
{
    /// <summary>The version that scratch instances run, where no other is named.</summary>
    public const string ScratchVersion = "0.0.0-conformance";

    private readonly string _scratch = Path.Combine(Path.GetTempPath(), $"release-conformance-{Environment.ProcessId}");
    private readonly JsonArray _ports = [];
    private int _subjects;
    private int _failed;
    private int _count;

    private EnvironmentPorts Ports => environment.Ports;

    private ServiceOptions Service => environment.Options.Services[0];

    private string Version => environment.Inputs.Version ?? ScratchVersion;

    /// <summary>Gets what was found, for machines.</summary>
    public JsonObject Document => new()
    {
        ["env"] = environment.Name,
        ["passed"] = _failed == 0 && _count > 0,
        ["ports"] = _ports.DeepClone(),
    };

    /// <summary>Tries all of it.</summary>
    /// <exception cref="ReleaseException">A run is open, somebody holds the environment, or it serves and nobody says why it may be disturbed.</exception>
    public async Task<RunResult> Run()
    {
        var opener = new Opener(environment, stop);
        await using var lease = await opener.Take($"conformance of {string.Join(", ", tried.Ports)}");
        var state = await environment.ReadState(stop.Token);
        if (state.Open is { } open)
        {
            throw opener.Interrupted(open);
        }

        RefuseWhatServes(state);
        var why = environment.Inputs.Reason.Length > 0 ? $": {environment.Inputs.Reason}" : "";
        await Note($"trying {string.Join(", ", tried.Ports)} with {Id('a')} and its like, by {environment.Inputs.Owner}{why}", lease);
        environment.Screen.Line($"This starts, shifts and stops things on the driver's side: scratch instances of {Service.Name} {Version}, taken away at the end.");
        _ = Directory.CreateDirectory(_scratch);
        try
        {
            foreach (var port in tried.Ports)
            {
                await Try(port, state);
            }
        }
        catch (OperationCanceledException) when (stop.Cause is StopCause.Interrupted signal)
        {
            await Note("the trial was interrupted; what it had made was taken away as far as it could be", lease);
            return new RunResult(
                (ExitStatus)(128 + signal.Signal), "Interrupted. What the trial had made was taken away as far as the driver let it.", $"Try again, which also clears away: {environment.Command("Conformance")}.");
        }
        finally
        {
            Directory.Delete(_scratch, recursive: true);
        }

        await Note($"{_count - _failed} of {_count} behaviours are as expected", lease);
        return _failed == 0
            ? new RunResult(ExitStatus.Done, $"All {_count} behaviours of {environment.Name} ({string.Join(", ", tried.Ports)}) are what a release relies on.", $"Release: {environment.Command("Promote")}.")
            : new RunResult(ExitStatus.Failed, $"{_failed} of {_count} behaviours of {environment.Name} ({string.Join(", ", tried.Ports)}) are not what a release relies on.", "Mend the driver by the lines above (docs/external-drivers.md says what is asked) and run the command again.");
    }

    private void RefuseWhatServes(EnvironmentState state)
    {
        if (state.Stable is { } stable && !state.IsDown && environment.Inputs.Reason.Length == 0)
        {
            throw new ReleaseException(
                ExitStatus.Usage,
                $"{stable.Version} serves in {environment.Name}, and a trial of its drivers starts and stops instances beside it and moves its traffic: it belongs on a stack that is not production. Nothing was touched.",
                $"Where that may be, say why: {environment.Command("Conformance --reason \"…\"")}.");
        }
    }

    private Task Try(string port, EnvironmentState state) => port switch
    {
        "platform" => TryPlatform(),
        "router" => TryRouter(state),
        "metrics" => TryMetrics(),
        "probe" => TryProbes(),
        "backup" => TryBackups(),
        _ => throw new InvalidOperationException($"'{port}' is not a port of a driver."),
    };

    private async Task TryPlatform()
    {
        var behaviours = Platform('a', tried.Timeouts["platform"]);
        await All("platform", [Cleared(behaviours.Clean), .. behaviours.All], behaviours.Clean);
    }

    // Where something serves it is the one that gives a share away; where nothing does a scratch instance stands in.
    private async Task TryRouter(EnvironmentState state)
    {
        var serving = state.IsDown ? null : state.Stable?.Of(Service.Name)?.Id;
        var instances = "abc".Where(letter => letter != 'a' || serving is null).Select(letter => Platform(letter, TimeSpan.FromSeconds(10))).ToList();
        var behaviours = new RouterBehaviours(
            Ports.Router, Service, new(serving ?? Id('a'), Id('b'), Id('c')), Ports.Platform.Look, tried.Timeouts["router"], NewSubject());
        await All("router", [.. instances.Select(Started), .. behaviours.All], async cancellation =>
        {
            await behaviours.Clean(cancellation);
            await CleanAll(instances, cancellation);
        });
    }

    private async Task TryMetrics()
    {
        var platform = Platform('a', TimeSpan.FromSeconds(10));
        MeteredInstance? instance = null;
        IReadOnlyList<Behaviour> behaviours =
        [
            new("there is an instance to read", "the platform starts a scratch instance", async cancellation =>
            {
                var view = await platform.Running(cancellation);
                instance = new(view.Instance, Variant.Candidate, Service.Name, "0.0.0", new Uri(new Uri($"http://{view.Address}"), Service.Metrics ?? "/metrics"));
            }),
        ];
        await All("metrics", behaviours.Concat(Later(() => Metrics(instance).All, Metrics(null).All.Count)), platform.Clean);
    }

    private async Task TryProbes()
    {
        var platform = Platform('a', TimeSpan.FromSeconds(10));
        Uri? address = null;
        var needsInstance = tried.Smoke.Count > 0;
        var nowhere = new Uri("http://127.0.0.1:1");
        Behaviour[] first = needsInstance
            ? [new("there is an instance to ask", "the platform starts a scratch instance", async cancellation => address = new Uri($"http://{(await platform.Running(cancellation)).Address}"))]
            : [];
        var checks = tried.Checks.SelectMany(options => new ProbeBehaviours(Ports.Probe(options, null), null, Ports.Clock).All);
        var smoke = tried.Smoke.SelectMany(options => Later(
            () => new ProbeBehaviours(Ports.Probe(options, address), Ports.Probe(options, nowhere), Ports.Clock).All,
            new ProbeBehaviours(Ports.Probe(options, nowhere), null, Ports.Clock).All.Count));
        await All("probe", checks.Concat(first).Concat(smoke), cancellation => needsInstance ? platform.Clean(cancellation) : Task.CompletedTask);
    }

    private async Task TryBackups()
    {
        var all = tried.Backups.Select(b => new BackupBehaviours(b.Name, b.Discarding, b.Restoring, "conformance", NewSubject())).ToList();
        async Task Clean(CancellationToken cancellation)
        {
            foreach (var backup in all)
            {
                await backup.Clean(cancellation);
            }
        }

        await All("backup", [Cleared(Clean), .. all.SelectMany(b => b.All)], Clean);
    }

    private async Task All(string port, IEnumerable<Behaviour> behaviours, Func<CancellationToken, Task> clean)
    {
        environment.Screen.Line($"{port} of {environment.Name}");
        IReadOnlyList<BehaviourReport> reports = [];
        try
        {
            reports = await Trial.Of(behaviours, Ports.Clock, Tell, stop.Token);
        }
        finally
        {
            // Whatever stopped the trial, what it made is not left behind.
            var last = await Trial.Of([new("leaves nothing behind", "what the trial made can be taken away", clean)], Ports.Clock, Tell, CancellationToken.None);
            reports = [.. reports, .. last];
        }

        (_failed, _count) = (_failed + reports.Count(r => r.Found is not null), _count + reports.Count);
        _ports.Add(new JsonObject
        {
            ["port"] = port,
            ["behaviours"] = new JsonArray([.. reports.Select(r => (JsonNode)new JsonObject
            {
                ["name"] = r.Name,
                ["passed"] = r.Found is null,
                ["expected"] = r.Expected,
                ["found"] = r.Found,
                ["seconds"] = Math.Round(r.Took.TotalSeconds, 3),
            })]),
        });
    }

    private void Tell(BehaviourReport report)
    {
        foreach (var line in Trial.Lines(report))
        {
            (report.Found is null ? (Action<string>)environment.Screen.Line : environment.Screen.Warn)($"  {line}");
        }
    }

    // Behaviours that need what an earlier one found: they are made when their turn comes.
    private static IEnumerable<Behaviour> Later(Func<IReadOnlyList<Behaviour>> make, int count)
    {
        for (var i = 0; i < count; i++)
        {
            yield return make()[i];
        }
    }

    private MetricsBehaviours Metrics(MeteredInstance? instance) => new(
        Ports.Metrics,
        instance ?? new(Id('a'), Variant.Candidate, Service.Name, "0.0.0", new Uri("http://127.0.0.1:1/metrics")),
        environment.Options.Traffic.Synthetic is { } synthetic && instance is not null ? cancellation => Send(synthetic, instance.Metrics, cancellation) : null,
        tried.Timeouts["metrics"],
        NewSubject());

    private async Task Send(SyntheticTrafficOptions synthetic, Uri metrics, CancellationToken cancellation)
    {
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(1), Ports.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, end.Token);
        await Ports.Traffic.Generate(new Uri(metrics.GetLeftPart(UriPartial.Authority)), synthetic, either.Token);
    }

    private static Behaviour Cleared(Func<CancellationToken, Task> clean) =>
        new("begins with nothing left", "what an earlier trial left can be taken away", clean);

    private static Behaviour Started(PlatformBehaviours platform) =>
        new("there is an instance to route to", "the platform starts a scratch instance", platform.Running);

    private static async Task CleanAll(IReadOnlyList<PlatformBehaviours> instances, CancellationToken cancellation)
    {
        foreach (var instance in instances)
        {
            await instance.Clean(cancellation);
        }
    }

    private PlatformBehaviours Platform(char letter, TimeSpan timeout) =>
        new(Ports.Platform, Service, Version, Id(letter), timeout, NewSubject());

    private string Id(char letter) => $"{Service.Name}-{Version}-trial-{letter}";

    private Subject NewSubject() => new(
        Ports.Clock, Identity.Of(environment.Name, (++_subjects).ToString(System.Globalization.CultureInfo.InvariantCulture), Ports.Clock.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture)), _scratch);

    private async Task Note(string text, ILease lease) =>
        _ = await Ports.Journal.Append(new JournalEntry(RecordType.Note, Data: new() { ["detail"] = $"conformance: {text}" }), lease, CancellationToken.None);
}
