using System.ComponentModel;
using Nuke.Common;
using Release.Runs;

namespace Release.Components;

/// <summary>Tries drivers of one's own.</summary>
[Category(TargetGroups.Diagnosis)]
public interface IConformance : IRelease
{
    /// <summary>Gets the port of the driver that is tried.</summary>
    [Parameter("Conformance: which external driver to try: platform, router, metrics, probe or backup. Default is every one that there is.")]
    string? Driver => TryGetValue(() => Driver);

    /// <summary>Gets a value indicating whether there is such a driver.</summary>
    /// <exception cref="ReleaseException">There is none; the message is for a person, and nothing was touched.</exception>
    bool CanTry => ReleaseCommand.Of(this).UnderstandsConformance(Driver);

    /// <summary>Gets the target that tries drivers.</summary>
    Target Conformance => _ => _
        .Description("Try the environment's external drivers with scratch instances, and say which behaviours a release cannot rely on")
        .Requires(() => CanTry)
        .Executes(() => ReleaseCommand.Of(this).Conformance(Driver));
}
