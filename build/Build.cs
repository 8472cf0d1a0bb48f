using Nuke.Common;
using Release.Components;

/// <summary>
/// The release as one graph. Each phase depends on the one before it, so that a plan has one order only; Rollback depends
/// on nothing. What a phase does is in the library: Build.cs, then ReleaseRun, then a step. The packed program has this
/// graph, too (<c>src/Release.Program</c>); what only this project needs is in Build.Project.cs.
/// </summary>
sealed partial class Build : NukeBuild, IPreChecks, IBackup, ITag, ICanary, IMetricsGate, IPromote, IVerify, IHandover, IRollback, ILook, IReport, IRunbook, ISignOff, IJudge, ISupport, IRestoreBackup, ITend, IWatch, IDecide, IInit, IDoctor, IConformance
{
    public Target PreChecks => _ => _
        .Inherit<IPreChecks>(x => x.PreChecks);

    public Target Backup => _ => _
        .Inherit<IBackup>(x => x.Backup)
        .DependsOn(PreChecks);

    public Target Tag => _ => _
        .Inherit<ITag>(x => x.Tag)
        .DependsOn(Backup);

    public Target Canary => _ => _
        .Inherit<ICanary>(x => x.Canary)
        .DependsOn(Tag);

    public Target MetricsGate => _ => _
        .Inherit<IMetricsGate>(x => x.MetricsGate)
        .DependsOn(Canary);

    public Target Promote => _ => _
        .Inherit<IPromote>(x => x.Promote)
        .DependsOn(MetricsGate)
        .Triggers(Verify, Handover);

    public Target Verify => _ => _
        .Inherit<IVerify>(x => x.Verify)
        .DependsOn(Promote);

    public Target Handover => _ => _
        .Inherit<IHandover>(x => x.Handover)
        .DependsOn(Verify);

    public Target Rollback => _ => _
        .Inherit<IRollback>(x => x.Rollback);
}
