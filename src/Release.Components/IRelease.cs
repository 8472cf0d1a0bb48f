using Nuke.Common;
using Release.Runs;

namespace Release.Components;

/// <summary>
/// What every phase shares: the environment, what is released, and who asks. A build adopts the phases by implementing
/// their interfaces and overriding what it needs.
/// </summary>
public interface IRelease : INukeBuild
{
    /// <summary>Gets the environment.</summary>
    [Parameter("Environment: the name of a file in environments/. Default is 'local'.",
        ValueProviderType = typeof(EnvironmentNames), ValueProviderMember = nameof(EnvironmentNames.All))]
    string Env => TryGetValue(() => Env) ?? "local";

    /// <summary>Gets the version to release.</summary>
    [Parameter("Version to release (SemVer 2.0.0), or one for each service that is named: cart=1.2.0,search=2.0.1. Default is the next minor version.")]
    string? Version => TryGetValue(() => Version);

    /// <summary>Gets the change ticket.</summary>
    [Parameter("Change ticket to record with the run.")]
    string? ChangeTicket => TryGetValue(() => ChangeTicket);

    /// <summary>Gets why.</summary>
    [Parameter("Why, in your words; recorded with the run.")]
    string? Reason => TryGetValue(() => Reason);

    /// <summary>Gets the faults of the candidate.</summary>
    [Parameter("Faults of the candidate, on the embedded environment only: error-rate=20%, latency=+300ms, boot=fail, crash-after=5s.")]
    string[]? Fault => TryGetValue(() => Fault);

    /// <summary>Gets a value indicating whether one JSON document is printed.</summary>
    [Parameter("Print one JSON document on standard output and everything else on standard error.")]
    bool Json => TryGetValue<bool?>(() => Json) ?? false;

    /// <summary>Gets a value indicating whether a page is written.</summary>
    [Parameter("History, or a plan: write it as one HTML file and print its path.")]
    bool Html => TryGetValue<bool?>(() => Html) ?? false;

    /// <summary>Gets a value indicating whether a failed undo is accepted.</summary>
    [Parameter("Resume: accept a failed undo as it stands. Needs --reason.")]
    bool AcceptAsIs => TryGetValue<bool?>(() => AcceptAsIs) ?? false;

    /// <summary>Gets a value indicating whether an open run is withdrawn first.</summary>
    [Parameter("Promote: withdraw the run that is open, whoever holds it, and release this version instead.")]
    bool Supersede => TryGetValue<bool?>(() => Supersede) ?? false;

    /// <summary>Gets a value indicating whether the emergency profile is used.</summary>
    [Parameter("A release by the environment's emergency profile (shorter steps, fewer checks). Needs --reason.")]
    bool Emergency => TryGetValue<bool?>(() => Emergency) ?? false;

    /// <summary>Gets a value indicating whether a damaged journal is accepted.</summary>
    [Parameter("Rollback, Down: go on although the records they need are damaged. Needs --reason.")]
    bool AcceptJournal => TryGetValue<bool?>(() => AcceptJournal) ?? false;

    /// <summary>Gets the version to go back to.</summary>
    [Parameter("Rollback: the version to go back to, one that still runs or that served once; or one for each service that is named. Default is the one before the last promotion.")]
    string? To => TryGetValue(() => To);

    /// <summary>Gets a value indicating whether a rollback works from the journal's copy.</summary>
    [Parameter("Rollback: work from the journal's copy (journal.copy) while its store is away. Needs --reason.")]
    bool BreakGlass => TryGetValue<bool?>(() => BreakGlass) ?? false;

    /// <summary>Gets a value indicating whether a local journal is good enough on a CI host.</summary>
    [Parameter("Allow a journal on this machine's disk on a CI host: say so only where the disk persists between jobs.")]
    bool AllowLocalJournal => TryGetValue<bool?>(() => AllowLocalJournal) ?? false;

    /// <summary>Gets a value indicating whether the command and the configuration are understood well enough to look.</summary>
    /// <exception cref="ReleaseException">They are not; the message is for a person, and nothing was touched.</exception>
    bool CanLook => ReleaseCommand.Of(this).Understands(Purpose.Look);

    /// <summary>Gets a value indicating whether they are understood well enough to change something.</summary>
    /// <exception cref="ReleaseException">They are not; the message is for a person, and nothing was touched.</exception>
    bool CanChange => ReleaseCommand.Of(this).Understands(Purpose.Change);

    /// <summary>Gets a value indicating whether they are understood well enough to take something back.</summary>
    /// <exception cref="ReleaseException">They are not; the message is for a person, and nothing was touched.</exception>
    bool CanRollBack => ReleaseCommand.Of(this).Understands(Purpose.Rollback);
}
