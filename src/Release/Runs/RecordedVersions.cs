using System.Text.Json.Nodes;
using Release.Platforms;

namespace Release.Runs;

/// <summary>The versions that a rollback can go to: what serves, what still runs beside it, and what served once.</summary>
internal sealed class RecordedVersions(ReleaseEnvironment environment, EnvironmentState state)
{
    /// <summary>
    /// The version as it was recorded: one that still runs before one that would have to be started, the newest first. Throws
    /// <see cref="ReleaseException"/> when there is none, or when what it consisted of can no longer be had.
    /// </summary>
    public async Task<DeployedRelease> Find(string version, CancellationToken cancellation)
    {
        if (state.Stable is { } serving && serving.Version == version)
        {
            return serving;
        }

        var recorded = Recorded().Where(r => r.Version == version).ToList();
        foreach (var release in recorded)
        {
            if (await IsRunning(release, cancellation))
            {
                return release;
            }
        }

        if (AskedVersions.Of(version, environment.Options.Services, "--to") is { NamesServices: true } asked && recorded.Count == 0)
        {
            return await FindEach(version, asked, cancellation);
        }

        // What never served and does not run any more is nothing to go back to.
        var served = recorded.FirstOrDefault(r => !IsLeft(r)) ?? throw Unknown(version);
        foreach (var instance in served.Instances)
        {
            await RefuseUnlessToBeHad(instance.Artefact, served.Commit, cancellation);
        }

        return served;
    }

    // Each service that is named goes to its own version; the others stay as they are.
    private async Task<DeployedRelease> FindEach(string version, AskedVersions asked, CancellationToken cancellation)
    {
        var (stable, instances) = (state.Stable ?? throw Unknown(version), new List<Instance>());
        if (asked.IsIn(stable))
        {
            return stable;
        }

        foreach (var service in environment.Options.Services)
        {
            var serving = stable.Of(service.Name);
            if (asked.Of(service.Name) is not { } wanted || serving?.Artefact.Version == wanted)
            {
                instances.AddRange(serving is null ? [] : [serving]);
                continue;
            }

            var found = Recorded().Where(r => !IsLeft(r) && r.Of(service.Name)?.Artefact.Version == wanted).ToList();
            instances.Add(await NewestToBeHad(service.Name, found, cancellation) ?? throw UnknownOf(service.Name, wanted));
        }

        return new DeployedRelease(AskedVersions.NameOf(instances), stable.Commit, instances);
    }

    private async Task<Instance?> NewestToBeHad(string service, List<DeployedRelease> found, CancellationToken cancellation)
    {
        foreach (var instance in found.Select(r => r.Of(service)!))
        {
            if ((await environment.Ports.Platform.Look(instance.Id, cancellation)).Liveness is Liveness.Alive)
            {
                return instance;
            }
        }

        if (found is not [var newest, ..])
        {
            return null;
        }

        await RefuseUnlessToBeHad(newest.Of(service)!.Artefact, newest.Commit, cancellation);
        return newest.Of(service);
    }

    private ReleaseException UnknownOf(string service, string version)
    {
        var all = Recorded().Where(r => !IsLeft(r)).Select(r => r.Of(service)?.Artefact.Version).Where(v => v is not null && v != state.Stable?.Of(service)?.Artefact.Version).Distinct().ToList();
        return new ReleaseException(
            ExitStatus.Usage,
            $"{service} {version} never served in {environment.Name}, so there is nothing to go back to. {(all.Count == 0 ? "No other version of it ever served there." : $"There is: {string.Join(", ", all)}.")} Nothing was changed.",
            $"Release it: {environment.Command($"Promote --version {service}={version}")}.");
    }

    private IEnumerable<DeployedRelease> Recorded() => new[] { state.Previous }.OfType<DeployedRelease>()
        .Concat(state.Runs.Reverse().Where(Served).Select(r => r.Opening.Target))
        .Concat(state.Runs.Reverse().Where(r => state.Left.Any(l => l.Run == r.Id)).Select(r => r.Opening.Target));

    private bool IsLeft(DeployedRelease release) => !state.Runs.Any(r => Served(r) && r.Opening.Target == release) && release != state.Previous;

    private static bool Served(RunState run) =>
        (run.Opening.Kind is RunKind.Release && run.Outcome is RunOutcome.Promoted)
        || (run.Opening.Kind is RunKind.Rollback or RunKind.Up && run.Outcome is RunOutcome.Done);

    private async Task<bool> IsRunning(DeployedRelease release, CancellationToken cancellation)
    {
        foreach (var instance in release.Instances)
        {
            if ((await environment.Ports.Platform.Look(instance.Id, cancellation)).Liveness is not Liveness.Alive)
            {
                return false;
            }
        }

        return true;
    }

    // A version names one artefact for ever: under its name nothing else is started, and the refusal says what was found.
    private async Task RefuseUnlessToBeHad(Artefact artefact, string? commit, CancellationToken cancellation)
    {
        var there = await environment.Ports.Platform.Prepare($"look-for-{artefact.Service}", artefact).Observe(cancellation);
        var problem = there.State switch
        {
            StepState.Applied => null,
            StepState.Pending when there.Seen[Artefact.ToBeHad] is JsonValue value && value.TryGetValue(out bool isToBeHad) && isToBeHad => null,
            StepState.Pending => await WhyItCannotBeMade(artefact, cancellation),
            StepState.Torn or StepState.Foreign => $"what is there under its name is another one: {there.Detail}",
            StepState.Unknown => $"whether it is still there cannot be seen: {there.Detail}",
            _ => throw new InvalidDataException($"'{there.State}' is not a state that this version knows."),
        };
        if (problem is not null)
        {
            throw new ReleaseException(
                ExitStatus.Usage,
                $"{artefact.Service} {artefact.Version} served as {artefact.Digest}, and that artefact cannot be had again: {problem.TrimEnd('.')}. Nothing was changed.",
                commit is null ? $"See {environment.Command("History")} for other versions." : $"It was made from commit {commit}: check that out and run the command again, or go to another version ({environment.Command("History")}).");
        }
    }

    private async Task<string?> WhyItCannotBeMade(Artefact artefact, CancellationToken cancellation)
    {
        try
        {
            var service = environment.Options.Services.First(s => s.Name == artefact.Service);
            var made = await environment.Ports.Platform.Identify(service, artefact.Version, cancellation);
            return made.Digest == artefact.Digest ? null : $"it is not there any more, and what would be made here is {made.Digest}";
        }
#pragma warning disable CA1031 // whatever keeps the platform from saying what it would make, this version is not to be had
        catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return $"it is not there any more, and cannot be made here: {error.Message}";
        }
    }

    private ReleaseException Unknown(string version)
    {
        var all = Recorded().Where(r => !IsLeft(r)).Select(r => r.Version).Where(v => v != state.Stable?.Version).Distinct().ToList();
        var never = state.Runs.LastOrDefault(r => r.Opening.Kind is RunKind.Release && r.Opening.Target.Version == version);
        return new ReleaseException(
            ExitStatus.Usage,
            (never is null ? $"{version} was never released in {environment.Name}" : $"{version} never served everything in {environment.Name} (run {never.Id})")
                + $", so there is nothing to go back to. {(all.Count == 0 ? "No other version ever served there." : $"There is: {string.Join(", ", all)}.")} Nothing was changed.",
            all.Count == 0 ? $"Release it: {environment.Command($"Promote --version {version}")}." : $"Choose one: {environment.Command($"Rollback --to {all[0]}")}; or release it: {environment.Command($"Promote --version {version}")}.");
    }
}
