using System.ComponentModel;
using Nuke.Common;
using Release.Runs;

namespace Release.Components;

/// <summary>Makes the file of a new environment.</summary>
[Category(TargetGroups.Supporting)]
public interface IInit : IRelease
{
    /// <summary>Gets what it is made from.</summary>
    [Parameter("Init: what to make it from: the name of an environment, or 'compose' and a compose file.")]
    string[]? From => TryGetValue(() => From);

    /// <summary>Gets a value indicating whether the environment can be made.</summary>
    /// <exception cref="ReleaseException">It cannot; the message is for a person, and nothing was written.</exception>
    bool CanInit => From is null || ReleaseCommand.Of(this).UnderstandsInit(From);

    /// <summary>Gets the target.</summary>
    Target Init => _ => _
        .Description("Make environments/<env>.json from another environment, or from a compose file: --env NAME --from local")
        .Requires(() => From)
        .Requires(() => CanInit)
        .Executes(() => ReleaseCommand.Of(this).Init(From ?? []));
}
