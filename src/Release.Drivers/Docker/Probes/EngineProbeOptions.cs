using System.ComponentModel.DataAnnotations;
using Release.Configuration;

namespace Release.Drivers.Docker.Probes;

/// <summary>A look at a Docker Engine. Engine and stack are those of the platform <c>compose</c>, unless they are named here.</summary>
public abstract record EngineProbeOptions : ProbeOptions, ICheckedOptions
{
    /// <summary>Gets where the engine is: <c>unix:///path</c>, <c>tcp://host:port</c> or <c>ssh://user@host</c>; null for the platform's, or this machine's.</summary>
    [MayHoldPlaceholders]
    public string? Engine { get; init; }

    /// <summary>Gets the folder with <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c> for an <see cref="Engine"/> over TLS; null for none.</summary>
    public string? Certificates { get; init; }

    /// <summary>Gets compose's name of the stack; null for the platform's.</summary>
    [RegularExpression("[a-z0-9][a-z0-9_-]{0,62}", ErrorMessage = "compose's name of the stack: lower-case letters, digits, dashes and underscores")]
    public string? Project { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Engine is not null && !Engine.Contains("${", StringComparison.Ordinal) && !DockerHost.TryParse(Engine, null, out _, out var problem))
        {
            yield return new("engine", $"{problem}, found {OptionText.Found(Engine)}");
        }

        foreach (var own in OwnProblems())
        {
            yield return own;
        }
    }

    /// <summary>What else is wrong with one type of them.</summary>
    protected virtual IEnumerable<OptionProblem> OwnProblems() => [];
}
