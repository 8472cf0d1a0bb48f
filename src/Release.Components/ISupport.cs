using System.ComponentModel;
using Nuke.Common;

namespace Release.Components;

/// <summary>The targets that look: they take no lease and change nothing.</summary>
[Category(TargetGroups.Looking)]
public interface ILook : IRelease
{
    /// <summary>Gets the file that the gate's limits are written to.</summary>
    [Parameter("Preview: also write the gate's limits and plain rules into this file, as rules of Prometheus.")]
    string? Rules => TryGetValue(() => Rules);

    /// <summary>Gets a value indicating whether the preview is understood.</summary>
    /// <exception cref="Runs.ReleaseException">It is not; the message is for a person, and nothing was touched.</exception>
    bool CanPreview => CanLook && ReleaseCommand.Of(this).UnderstandsRules(Rules);

    /// <summary>Gets the target that shows the plan.</summary>
    Target Preview => _ => _
        .Description("Print every step of the next release with what is observed and what it would be; nothing is changed")
        .Requires(() => CanPreview)
        .Executes(() => ReleaseCommand.Of(this).Preview(Rules));

    /// <summary>Gets the target that shows the state.</summary>
    Target Status => _ => _
        .Description("Show what serves, what is released, and what to do next")
        .Requires(() => CanLook)
        .Executes(() => ReleaseCommand.Of(this).Status());

    /// <summary>Gets the target that lists the runs.</summary>
    Target History => _ => _
        .Description("List the runs, newest first")
        .Requires(() => CanLook)
        .Executes(() => ReleaseCommand.Of(this).History());

    /// <summary>Gets a hash of the chain that somebody noted elsewhere.</summary>
    [Parameter("Audit: a hash from the journal that was noted elsewhere (a report, a ticket): the chain must have it.")]
    string? Anchor => TryGetValue(() => Anchor);

    /// <summary>Gets a value indicating whether the audit is understood.</summary>
    /// <exception cref="Runs.ReleaseException">It is not; the message is for a person, and nothing was touched.</exception>
    bool CanAudit => ReleaseCommand.Of(this).UnderstandsAnchor(Anchor);

    /// <summary>Gets the target that verifies the journal.</summary>
    Target Audit => _ => _
        .Description("Verify the journal's chain and what it refers to, and list who did what and when")
        .Requires(() => CanAudit)
        .Executes(() => ReleaseCommand.Of(this).Audit(Anchor));
}

/// <summary>The targets that end what is open, and stop what runs.</summary>
[Category(TargetGroups.Supporting)]
public interface ISupport : IRelease
{
    /// <summary>Gets a value indicating whether a living process is taken over.</summary>
    [Parameter("TakeOver: also from a process that lives, which is killed in the middle of what it does. Needs --reason.")]
    bool Force => TryGetValue<bool?>(() => Force) ?? false;

    /// <summary>Gets the target that goes on with an interrupted run.</summary>
    Target Resume => _ => _
        .Description("Go on with an interrupted run, in the direction that it had")
        .Requires(() => CanChange)
        .Executes(() => ReleaseCommand.Of(this).Resume());

    /// <summary>Gets the target that closes an open run.</summary>
    Target Abandon => _ => _
        .Description("Close the open run as it stands and state the split that remains")
        .Requires(() => Reason)
        .Requires(() => CanChange)
        .Executes(() => ReleaseCommand.Of(this).Abandon());

    /// <summary>Gets the target that takes the environment from a process that does not answer.</summary>
    Target TakeOver => _ => _
        .Description("Take the environment from a process that holds it and does not answer; its run stays open")
        .Requires(() => Reason)
        .Requires(() => CanChange)
        .Executes(() => ReleaseCommand.Of(this).TakeOver(Force));

    /// <summary>Gets the target that records what serves.</summary>
    Target Adopt => _ => _
        .Description("Record what runs and serves now as stable: something else deployed it, or its journal was lost")
        .Requires(() => Reason)
        .Requires(() => CanChange)
        .Executes(() => ReleaseCommand.Of(this).Adopt());

    /// <summary>Gets the target that stops the environment.</summary>
    Target Down => _ => _
        .Description("Stop the environment; Promote starts the recorded stable again")
        .Requires(() => CanChange)
        .Executes(() => ReleaseCommand.Of(this).Down());
}
