using Release.Configuration;
using Release.Platforms;
using Release.Runs;

namespace Release.Runbooks;

/// <summary>
/// The ids of the steps that runs of an environment have, from plans for versions that nobody released: planning asks no
/// peer.
/// </summary>
public static class StepNames
{
    /// <summary>Them, each once.</summary>
    public static IReadOnlyCollection<string> Of(ReleaseEnvironment environment)
    {
        var (options, planner) = (environment.Options, environment.Planner);
        var (before, after) = (Version(options, "1.0.0", "1"), Version(options, "1.1.0", "2"));
        var plans = new[]
        {
            planner.Of(Opening(RunKind.Release, after, before)),
            planner.Of(Opening(RunKind.Release, before, null)),
            planner.Of(Opening(RunKind.Rollback, before, after, "2")),
            planner.Of(Opening(RunKind.Rollback, before, after)),
        };
        return [.. plans.SelectMany(p => p.Steps)
            .Concat(before.Instances.SelectMany(i => planner.Settle(i).Append(planner.Retire(i))))
            .Select(p => p.Step.Id)
            .Concat(before.Instances.Select(i => $"revive-stable-{i.Artefact.Service}"))
            .Distinct()];
    }

    private static DeployedRelease Version(EnvironmentOptions options, string version, string run) => new(
        version,
        new string('0', 40),
        [.. options.Services.Select(s => new Instance($"{s.Name}-{version}-run{run}", new Artefact(s.Name, version, "sha256:" + new string('0', 64)), []))]);

    private static RunOpening Opening(RunKind kind, DeployedRelease target, DeployedRelease? stable, string? undoes = null) =>
        new(kind, target, stable, Phases.Handover, "", "", "", "", "", "", undoes);
}
