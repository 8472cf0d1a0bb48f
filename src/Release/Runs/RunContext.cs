using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Evidence;
using Release.Journal;
using Release.Output;
using Release.Planning;
using Release.Platforms;
using Release.Probes;
using Release.Views;

namespace Release.Runs;

/// <summary>An open run in this process: what its phases work with.</summary>
public sealed class RunContext : IAsyncDisposable
{
    private readonly Saga _saga;

    internal RunContext(ReleaseEnvironment environment, RunJournal journal, ReleasePlan plan, StopSignal stop, ILease lease)
    {
        (Environment, Journal, Plan, Stop, Lease) = (environment, journal, plan, stop, lease);
        _saga = new Saga(journal, environment.Screen);
        Watch = new GateWatch(this);
        journal.Appended = () => environment.Screen.Show(() => RunPicture.Of(journal.Run, plan, environment));
        journal.Appended();
    }

    /// <summary>Gets the environment.</summary>
    public ReleaseEnvironment Environment { get; }

    /// <summary>Gets the run's pen and fold.</summary>
    public RunJournal Journal { get; }

    /// <summary>Gets what the run changes.</summary>
    public ReleasePlan Plan { get; }

    /// <summary>Gets what may stop it.</summary>
    public StopSignal Stop { get; }

    /// <summary>Gets the lease it is written under; who took it gives it back.</summary>
    public ILease Lease { get; }

    /// <summary>Gets when somebody asked for the way back; null when nobody did: then the decision counts.</summary>
    public DateTimeOffset? AskedAt => Environment.Inputs.AskedAt;

    /// <summary>Gets the gate, which judges from the first shift to the last step of Promote.</summary>
    public GateWatch Watch { get; }

    /// <summary>Gets the configuration.</summary>
    public EnvironmentOptions Options => Environment.Options;

    /// <summary>Gets the peers.</summary>
    public EnvironmentPorts Ports => Environment.Ports;

    /// <summary>Gets where progress is shown.</summary>
    public IScreen Screen => Environment.Screen;

    /// <summary>Gets what the run was opened with.</summary>
    public RunOpening Opening => Journal.Run.Opening;

    /// <summary>Gets the services that the run brings a version of; the others stay as they are, unwatched and unjudged.</summary>
    public IReadOnlyList<ServiceOptions> Released => [.. Options.Services.Where(s => Opening.Brings.Any(i => i.Artefact.Service == s.Name))];

    /// <summary>Takes one step of the plan forward.</summary>
    public async Task Advance(PlannedStep planned)
    {
        if (Opening.TurnsBack && await Ports.Leases.StopRequested(Stop.Token) is { } request)
        {
            Stop.Request(new StopCause.Asked(request));
        }

        await _saga.Advance(planned.Step, planned.Phase, Stop.Token);
    }

    /// <summary>Takes a step forward that no stop may keep from being taken (stable is started again on the way back).</summary>
    public Task AdvanceRegardless(PlannedStep planned) => _saga.Advance(planned.Step, planned.Phase, CancellationToken.None);

    /// <summary>Puts a file into the evidence and records its digest. Throws when it cannot: evidence must succeed (invariant 12).</summary>
    public async Task PutEvidence(string phase, string name, JsonNode content) =>
        await PutEvidence(phase, name, content.ToJsonString(EvidenceJson.Indented));

    /// <summary>Puts a text file into the evidence.</summary>
    public async Task PutEvidence(string phase, string name, string content)
    {
        EvidenceFile file;
        try
        {
            file = await Ports.Evidence.Put($"run-{Journal.RunId}-{Opening.PlanHash[..8]}", name, content, Stop.Token);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StepUnknownException(name, $"the evidence could not be put: {error.Message}");
        }

        await Journal.Append(
            RecordType.Evidence,
            new JsonObject { ["name"] = file.Name, ["sha256"] = file.Sha256, ["size"] = file.Size },
            phase);
    }

    /// <summary>Looks with every probe at once, shows the table, and records each result.</summary>
    public async Task<ProbeSummary> LookAll(string phase, IReadOnlyList<IProbe> probes)
    {
        var reports = await Environment.LookAll(probes, Stop.Token);
        foreach (var line in ProbeTable.Render(reports))
        {
            Screen.Line("  " + line);
        }

        foreach (var look in reports)
        {
            await Journal.Append(RecordType.Probe, EvidenceJson.Of(look), phase);
        }

        return new ProbeSummary(reports);
    }

    /// <summary>The probes of one list, asked of one address.</summary>
    public IReadOnlyList<IProbe> Probes(IEnumerable<ProbeOptions> options, Uri? address) => [.. options.Select(o => Ports.Probe(o, address, Opening.Brings))];

    /// <summary>Where an instance listens. Throws when the platform cannot say.</summary>
    public async Task<Uri> Address(Instance instance) => new($"http://{(await Placed(instance)).Address}");

    /// <summary>An instance that listens somewhere. Throws when the platform cannot say where.</summary>
    public async Task<InstanceView> Placed(Instance instance)
    {
        var view = await Ports.Platform.Look(instance.Id, Stop.Token);
        return view.Addresses.Count > 0 ? view : throw new StepUnknownException(instance.Id, $"it has no address: {view.Detail}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Watch.DisposeAsync();
        Journal.Dispose();
    }
}
