using System.ComponentModel;
using Nuke.Common;
using Release.Runs;

namespace Release.Components;

/// <summary>Asks the gate about counts that were recorded.</summary>
[Category(TargetGroups.Looking)]
public interface IJudge : IRelease
{
    /// <summary>Gets the file of counts.</summary>
    [Parameter("Judge: a JSON file of counts per tick, of this program or exported from elsewhere; docs/gate.md says its form.")]
    string? Series => TryGetValue(() => Series);

    /// <summary>Gets a value indicating whether the counts can be judged.</summary>
    /// <exception cref="ReleaseException">They cannot; the message is for a person, and nothing was touched.</exception>
    bool CanJudge => Series is null || ReleaseCommand.Of(this).UnderstandsSeries(Series);

    /// <summary>Gets the target that judges.</summary>
    Target Judge => _ => _
        .Description("Replay the gate over recorded counts and say what it would have decided, and when: --series FILE")
        .Requires(() => Series)
        .Requires(() => CanJudge)
        .Executes(() => ReleaseCommand.Of(this).Judge(Series ?? ""));
}
