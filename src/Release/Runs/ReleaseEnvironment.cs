using Release.Configuration;
using Release.Evidence;
using Release.Gates;
using Release.Journal;
using Release.Output;
using Release.Planning;
using Release.Platforms;
using Release.Probes;

namespace Release.Runs;

/// <summary>What a command was given by a person.</summary>
public sealed record ReleaseInputs
{
    /// <summary>Gets the version to release; null for the next minor one.</summary>
    public string? Version { get; init; }

    /// <summary>Gets the change ticket; may be empty.</summary>
    public string ChangeTicket { get; init; } = "";

    /// <summary>Gets why, in a person's words; may be empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Gets a value indicating whether a rollback goes on although the records of its own run are damaged.</summary>
    public bool AcceptJournal { get; init; }

    /// <summary>Gets a value indicating whether the environment's emergency profile is used.</summary>
    public bool Emergency { get; init; }

    /// <summary>Gets the run that was withdrawn for the one that is to be opened; null for none.</summary>
    public string? Supersedes { get; init; }

    /// <summary>Gets what is restored; null for every other command.</summary>
    public RestoreOrder? Restores { get; init; }

    /// <summary>Gets what is restarted or scaled; null for every other command.</summary>
    public FixOrder? Fixes { get; init; }

    /// <summary>Gets the version that a rollback goes to; null for the one before the last promotion.</summary>
    public string? To { get; init; }

    /// <summary>Gets when somebody asked for the way back; null for every other command.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>Gets why the journal's store is away, where a rollback works from its copy; null where the store answers.</summary>
    public string? StoreAway { get; init; }

    /// <summary>Gets the faults to start the candidate with (the embedded environment only).</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>Gets who runs the command (<c>ana@laptop</c>).</summary>
    public required string Owner { get; init; }

    /// <summary>Gets the digest of the program that runs; what is known of it while <see cref="Digesting"/> is computed.</summary>
    public required string Program { get; init; }

    /// <summary>
    /// Gets the digest that is being computed, or null: only a run that is opened waits for it. Taking back an open one moves
    /// traffic first.
    /// </summary>
    public Task<string>? Digesting { get; init; }

    /// <summary>Gets a value indicating whether this is a CI host, where nobody comes back.</summary>
    public bool IsCiHost { get; init; }
}

/// <summary>The peers of an environment.</summary>
public sealed record EnvironmentPorts
{
    /// <summary>Gets the record of its runs.</summary>
    public required IJournal Journal { get; init; }

    /// <summary>Gets the right to write it.</summary>
    public required ILeases Leases { get; init; }

    /// <summary>Gets who tends the environment.</summary>
    public required ITenders Tenders { get; init; }

    /// <summary>Gets where services run.</summary>
    public required IPlatform Platform { get; init; }

    /// <summary>Gets how traffic reaches them.</summary>
    public required ITrafficRouter Router { get; init; }

    /// <summary>Gets where counters come from.</summary>
    public required IMetricSource Metrics { get; init; }

    /// <summary>Gets the repository.</summary>
    public required ISourceRepository Repository { get; init; }

    /// <summary>Gets what takes backups, beside the rollback tag and the record of what runs.</summary>
    public IReadOnlyList<IBackupMethod> Backups { get; init; } = [];

    /// <summary>Gets who is told of what happens.</summary>
    public IReadOnlyList<Notices.INotifier> Notifiers { get; init; } = [];

    /// <summary>Gets who knows which alerts fire; null where nobody does.</summary>
    public Watching.IAlertSource? Alerts { get; init; }

    /// <summary>Gets what makes text safe to leave this process: filtered, secrets masked, one line.</summary>
    public Func<string, string> Shown { get; init; } = TerminalText.Line;

    /// <summary>Gets what makes traffic.</summary>
    public required ITrafficGenerator Traffic { get; init; }

    /// <summary>Gets where evidence goes.</summary>
    public required IEvidenceStore Evidence { get; init; }

    /// <summary>Gets the maker of probes.</summary>
    public required ProbeMaker Probe { get; init; }

    /// <summary>Gets the clock.</summary>
    public required TimeProvider Clock { get; init; }
}

/// <summary>One environment as a command sees it: configuration, peers, and the person who reads along.</summary>
/// <param name="Options">The configuration.</param>
/// <param name="Configuration">Its text.</param>
/// <param name="Ports">The peers.</param>
/// <param name="Screen">Where progress is shown.</param>
/// <param name="Inputs">What the person asked for.</param>
public sealed record ReleaseEnvironment(
    EnvironmentOptions Options, string Configuration, EnvironmentPorts Ports, IScreen Screen, ReleaseInputs Inputs)
{
    /// <summary>Gets the runbook that it names; null for none, or where it could not be read and a run goes on without it.</summary>
    public Runbooks.Runbook? Runbook { get; init; }

    /// <summary>Gets the environment's name.</summary>
    public string Name => Options.Name;

    /// <summary>Gets the planner of its runs.</summary>
    public Planner Planner => new(Options, Configuration, Ports.Platform, Ports.Router, Ports.Repository, Ports.Backups);

    /// <summary>Gets what an interruption does. On a CI host nobody comes back to resume.</summary>
    public InterruptPolicy OnInterrupt => Options.OnInterrupt ?? (Inputs.IsCiHost ? InterruptPolicy.Rollback : InterruptPolicy.Stop);

    /// <summary>Gets how to call a command on this environment: <c>./build.sh Resume --env prod</c>.</summary>
    public string Command(string target) => CommandIn(Name, target);

    /// <summary>How to call a command on an environment of that name.</summary>
    public static string CommandIn(string environment, string target) =>
        environment == "local" ? $"{OwnProgram.Command} {target}" : $"{OwnProgram.Command} {target} --env {environment}";

    /// <summary>Reads the whole journal and folds it. Throws when the chain does not hold.</summary>
    public async Task<EnvironmentState> ReadState(CancellationToken cancellation)
    {
        var (state, found) = await EnvironmentState.Read(Ports.Journal, cancellation);
        return found is [var damage, ..]
            ? throw new ReleaseException(
                ExitStatus.Open,
                $"The journal of {Name} is damaged at record {damage.Seq} (line {damage.Line}): {damage.What}. What happened in this environment can no longer be trusted, so nothing is changed.",
                $"Look: {Command("Audit")}. A rollback needs only its own run's records: {Command("Rollback")}.")
            : state;
    }

    /// <summary>Looks with every probe at once; those that take long are named.</summary>
    public async Task<IReadOnlyList<ProbeReport>> LookAll(IReadOnlyList<IProbe> probes, CancellationToken cancellation)
    {
        var open = new System.Collections.Concurrent.ConcurrentDictionary<string, TimeSpan>(probes.Select(p => KeyValuePair.Create(p.Id, p.Timeout)).DistinctBy(p => p.Key));
        return await ProbeSet.LookAll(probes, Ports.Clock, found => open.TryRemove(found.Id, out _), cancellation)
            .Told(Screen, Ports.Clock, () => $"waiting for {string.Join(", ", open.Keys.Order(StringComparer.Ordinal))}", probes.Select(p => (TimeSpan?)p.Timeout).Max());
    }

    /// <summary>Whether an instance answers on its health path.</summary>
    public async Task<bool> IsHealthy(ServiceOptions service, InstanceView view, CancellationToken cancellation) =>
        (await Health(service, view, cancellation)).Verdict is ProbeVerdict.Pass;

    /// <summary>What an instance answers on its health path, or why it cannot: it does not live, or is at no address.</summary>
    public async Task<ProbeResult> Health(ServiceOptions service, InstanceView view, CancellationToken cancellation)
    {
        if (view.Liveness is not Liveness.Alive || view.Address is null)
        {
            return new ProbeResult(ProbeVerdict.Fail, view.Detail);
        }

        var health = new HttpProbeOptions
        {
            Id = $"health-{service.Name}",
            Type = "http",
            Path = service.Health,
            Timeout = TimeSpan.FromSeconds(2),
        };
        return await Ports.Probe(health, new Uri($"http://{view.Address}")).Look(cancellation);
    }
}
