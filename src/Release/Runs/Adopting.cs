using Release.Configuration;
using Release.Platforms;
using Release.Probes;

namespace Release.Runs;

/// <summary>
/// Records what runs and serves now as stable: for services that something else deployed, or whose journal was lost. It is a
/// run without a step, since nothing outside is changed; how these versions came there is not known, so it cannot be undone.
/// </summary>
public sealed class Adopting(ReleaseEnvironment environment, StopSignal stop)
{
    private EnvironmentPorts Ports => environment.Ports;

    /// <summary>Adopts.</summary>
    public async Task<RunResult> Run()
    {
        try
        {
            return await Adopt();
        }
        catch (Exception error) when (Ending.Unrecorded(error, environment) is { } stopped)
        {
            return stopped;
        }
    }

    private async Task<RunResult> Adopt()
    {
        var opener = new Opener(environment, stop);
        var lease = await opener.Take("adopt");
        try
        {
            var state = await opener.ReadIdle(lease);

            var (serving, recorded) = (await Serving(), state.Stable?.Version);
            if (state is { IsDown: false, Stable: { } stable } && stable.Instances.ToHashSet(Same.Instance).SetEquals(serving.Instances))
            {
                return new RunResult(
                    ExitStatus.Done, $"{stable.Version} serves in {environment.Name} and is recorded as stable already: nothing was changed.", $"Release: {environment.Command("Promote")}.");
            }

            await using var run = await opener.Open(state, lease, RunKind.Adopt, serving, state.Stable, Phases.Adopt, null);
            await new StraightRun(run).ToEnd();
            var instead = recorded is null ? "" : $" instead of {recorded}";
            return new RunResult(
                ExitStatus.Done,
                $"{serving.Version} is recorded as what serves in {environment.Name}{instead}: {string.Join(", ", serving.Instances.Select(i => i.Id))}. There is no way back behind it.",
                $"Release the next one: {environment.Command("Promote")}.");
        }
        finally
        {
            await lease.DisposeAsync();
        }
    }

    private async Task<DeployedRelease> Serving()
    {
        var instances = new List<Instance>();
        foreach (var service in environment.Options.Services)
        {
            instances.Add(await ServingOf(service));
        }

        var version = VersionOf(instances);
        return new DeployedRelease(version, await Ports.Repository.TaggedCommit(environment.Planner.TagName(version), stop.Token), instances);
    }

    // One version, all of the traffic, and well: anything else is no state to go back to.
    private async Task<Instance> ServingOf(ServiceOptions service)
    {
        var weights = await Ports.Router.Observe(service, stop.Token)
            ?? throw Refused($"the router does not say who gets the traffic of {service.Name}", "Start it, or mend its address in the configuration.");
        var addresses = weights.Weights.Where(w => w.Value > 0).Select(w => w.Key).Order(StringComparer.Ordinal).ToList();
        if (addresses.Count == 0)
        {
            throw Refused($"{service.Name} gets no traffic", "Let one version have all of it, by whatever deployed it.");
        }

        var running = await Ports.Platform.Running(service, stop.Token) ?? throw Refused(
            $"platform '{environment.Options.Platform.Type}' does not tell what runs",
            environment.Options.Platform.Type == "external"
                ? $"Its driver may: the call \"running\" of docs/external-drivers.md is optional, and only adopting needs it. Add it and try it ({environment.Command("Conformance --driver platform")}); or deploy a version beside what runs: {environment.Command("Promote")}."
                : $"Deploy a version beside what runs: {environment.Command("Promote")}.");
        foreach (var instance in running)
        {
            var view = await Ports.Platform.Look(instance.Id, stop.Token);
            if (addresses.All(view.IsAt) && (addresses.Count >= view.Addresses.Count || addresses.Any(a => !view.Routed.Contains(a))))
            {
                var health = await Health(service, view);
                return health.Verdict is ProbeVerdict.Pass
                    ? instance
                    : throw Refused($"{instance.Id} has the traffic of {service.Name} and is not healthy ({health.Detail})", "Mend it first: what is sick is nothing to go back to.");
            }
        }

        throw addresses is [var address]
            ? Refused($"platform '{environment.Options.Platform.Type}' does not know what answers for {service.Name} at {address}", "Only what it can look at, stop and start again can be adopted.")
            : Refused($"the traffic of {service.Name} is split between {string.Join(" and ", addresses)}", "Let one version have all of it, by whatever deployed it.");
    }

    // An answer that does not come in time may be a busy host's: it is asked for again. One that is no 200 counts.
    private async Task<ProbeResult> Health(ServiceOptions service, InstanceView view)
    {
        var health = await environment.Health(service, view, stop.Token);
        for (var more = 2; more > 0 && health.Verdict is ProbeVerdict.Unavailable; more--)
        {
            health = await environment.Health(service, view, stop.Token);
        }

        return health;
    }

    private string VersionOf(IReadOnlyList<Instance> instances)
    {
        var versions = instances.Select(i => i.Artefact.Version).Distinct(StringComparer.Ordinal).ToList();
        var serving = AskedVersions.NameOf(instances);
        return environment.Inputs.Version is not { } named ? serving
            : AskedVersions.Of(named, environment.Options.Services) is var asked && asked.IsIn(new DeployedRelease(serving, null, instances)) ? serving
            : versions.Count > 1 && !asked.NamesServices ? named
            : throw Refused($"{serving} serves, not {named}", $"Adopt what serves: {environment.Command("Adopt --reason \"…\"")}.");
    }

    private ReleaseException Refused(string why, string next) =>
        new(ExitStatus.Failed, $"Nothing of {environment.Name} was adopted: {why}.", next);

    // Records compare their lists by identity.
    private static class Same
    {
        public static readonly IEqualityComparer<Instance> Instance = EqualityComparer<Instance>.Create((a, b) => a?.Id == b?.Id && a?.Artefact == b?.Artefact, i => i.Id.GetHashCode(StringComparison.Ordinal));
    }
}
