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

    /// <summary>Gets how far back stable's past is rehearsed on.</summary>
    [Parameter("Judge: rehearse the gate on what stable counted in this time (7d), and say how often it would have been wrong and how soon right.")]
    string? Since => TryGetValue(() => Since);

    /// <summary>Gets a value indicating whether there is something to judge.</summary>
    /// <exception cref="ReleaseException">There is not; the message is for a person, and nothing was touched.</exception>
    bool CanJudge => ReleaseCommand.Of(this).UnderstandsJudging(Series, Since);

    /// <summary>Gets the target that judges.</summary>
    Target Judge => _ => _
        .Description("Replay the gate over recorded counts (--series FILE) or over stable's past (--since 7d)")
        .Requires(() => CanJudge)
        .Executes(() => Series is { } series ? ReleaseCommand.Of(this).Judge(series) : ReleaseCommand.Of(this).Backtest(Since ?? ""));
}
