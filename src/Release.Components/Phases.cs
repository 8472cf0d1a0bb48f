using System.ComponentModel;
using Nuke.Common;

namespace Release.Components;

#pragma warning disable SA1649, CA1716 // the phases stand side by side in one file, as in the runbook

/// <summary>Probes everything that a release needs.</summary>
[Category(TargetGroups.Phases)]
public interface IPreChecks : IRelease
{
    /// <summary>Gets the phase.</summary>
    Target PreChecks => _ => _
        .Description("Probe everything that the release needs; nothing is changed")
        .Requires(() => CanChange)
        .Executes(() => ReleaseCommand.Of(this).Take(nameof(PreChecks)));
}

/// <summary>Records and tags what runs now.</summary>
[Category(TargetGroups.Phases)]
public interface IBackup : IRelease
{
    /// <summary>Gets the phase.</summary>
    Target Backup => _ => _
        .Description("Record what runs now and tag its commit, so that there is a way back")
        .TryDependsOn<IPreChecks>(x => x.PreChecks)
        .Requires(() => CanChange)
        .Executes(() => ReleaseCommand.Of(this).Take(nameof(Backup)));
}

/// <summary>Tags the release.</summary>
[Category(TargetGroups.Phases)]
public interface ITag : IRelease
{
    /// <summary>Gets the phase.</summary>
    Target Tag => _ => _
        .Description("Tag the release; the tag is pushed only when it is promoted")
        .TryDependsOn<IBackup>(x => x.Backup)
        .Requires(() => CanChange)
        .Executes(() => ReleaseCommand.Of(this).Take(nameof(Tag)));
}

/// <summary>Starts the candidate and gives it its first share.</summary>
[Category(TargetGroups.Phases)]
public interface ICanary : IRelease
{
    /// <summary>Gets the phase.</summary>
    Target Canary => _ => _
        .Description("Start the candidate beside stable, smoke it, and give it the first share of the traffic")
        .TryDependsOn<ITag>(x => x.Tag)
        .Requires(() => CanChange)
        .Executes(() => ReleaseCommand.Of(this).Take(nameof(Canary)));
}

/// <summary>Judges the first share.</summary>
[Category(TargetGroups.Phases)]
public interface IMetricsGate : IRelease
{
    /// <summary>Gets the phase.</summary>
    Target MetricsGate => _ => _
        .Description("Judge the candidate by its error rate and latency at the first share")
        .TryDependsOn<ICanary>(x => x.Canary)
        .Requires(() => CanChange)
        .Executes(() => ReleaseCommand.Of(this).Take(nameof(MetricsGate)));
}

/// <summary>Takes the remaining shares.</summary>
[Category(TargetGroups.Phases)]
public interface IPromote : IRelease
{
    /// <summary>Gets the phase.</summary>
    Target Promote => _ => _
        .Description("Give the candidate the remaining shares, each judged, until it serves everything")
        .TryDependsOn<IMetricsGate>(x => x.MetricsGate)
        .TryTriggers<IVerify>(x => x.Verify)
        .TryTriggers<IHandover>(x => x.Handover)
        .Requires(() => CanChange)
        .Executes(() => ReleaseCommand.Of(this).Take(nameof(Promote)));
}

/// <summary>Verifies what serves.</summary>
[Category(TargetGroups.Phases)]
public interface IVerify : IRelease
{
    /// <summary>Gets the phase.</summary>
    Target Verify => _ => _
        .Description("Verify that what serves everything is what was released")
        .TryDependsOn<IPromote>(x => x.Promote)
        .Requires(() => CanChange)
        .Executes(() => ReleaseCommand.Of(this).Take(nameof(Verify)));
}

/// <summary>Hands the result over.</summary>
[Category(TargetGroups.Phases)]
public interface IHandover : IRelease
{
    /// <summary>Gets the phase.</summary>
    Target Handover => _ => _
        .Description("Write evidence, latest-success.json and the deployments report, and close the run")
        .TryDependsOn<IVerify>(x => x.Verify)
        .Requires(() => CanChange)
        .Executes(() => ReleaseCommand.Of(this).Take(nameof(Handover)));
}

/// <summary>Takes a release back.</summary>
[Category(TargetGroups.TakingBack)]
public interface IRollback : IRelease
{
    /// <summary>Gets the phase. It depends on nothing: it must work when everything else is broken.</summary>
    Target Rollback => _ => _
        .Description("Undo the open run, or else the last promoted one")
        .Requires(() => CanRollBack)
        .Executes(() => ReleaseCommand.Of(this).Rollback());
}
