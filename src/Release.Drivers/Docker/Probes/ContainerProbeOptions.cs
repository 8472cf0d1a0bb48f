using System.ComponentModel.DataAnnotations;
using Release.Configuration;

namespace Release.Drivers.Docker.Probes;

/// <summary>
/// The containers of a compose stack run, and those with a health check are healthy. Containers that do not run count, too:
/// <c>docker compose ps</c> hides them.
/// </summary>
public sealed record ContainerProbeOptions : EngineProbeOptions
{
    /// <summary>Gets compose's names of the services that must have a container; empty for those that have one. What ended well and is not to be started again is done, unless it is named here.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Expect { get; init; } = [];

    /// <summary>Gets how many containers of the stack must run; null for any number.</summary>
    [Range(1, 10_000)]
    public int? Count { get; init; }

    /// <summary>Gets how often the engine may have started a container again; null for any number.</summary>
    [Range(0, 1_000_000)]
    public int? MaxRestarts { get; init; }

    /// <summary>Gets how long ago the last start must be for its restarts not to count; null to count them whenever they were.</summary>
    public TimeSpan? Since { get; init; }

    /// <summary>Gets a value indicating whether those with a health check must be healthy.</summary>
    public bool Healthy { get; init; } = true;

    /// <summary>Gets a value indicating whether candidates of a release may be there beside the stack.</summary>
    public bool Candidates { get; init; } = true;
}
