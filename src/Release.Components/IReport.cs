using System.ComponentModel;
using Nuke.Common;
using Release.Runs;

namespace Release.Components;

/// <summary>Writes what was recorded, for people and auditors.</summary>
[Category(TargetGroups.Looking)]
public interface IReport : IRelease
{
    /// <summary>Gets the number of the run that is reported.</summary>
    [Parameter("Report, Runbook: the number of the run. Default is the last release or rollback.")]
    int? Run => TryGetValue<int?>(() => Run);

    /// <summary>Gets a value indicating whether there is such a run.</summary>
    /// <exception cref="ReleaseException">There is none; the message is for a person, and nothing was written.</exception>
    bool CanReport => ReleaseCommand.Of(this).UnderstandsReport(Run);

    /// <summary>Gets the target that writes a report.</summary>
    Target Report => _ => _
        .Description("Write a run's report as HTML and Markdown: verdict, timeline, charts, checks, steps, evidence, chain")
        .Requires(() => CanReport)
        .Executes(() => ReleaseCommand.Of(this).Report(Run));
}
