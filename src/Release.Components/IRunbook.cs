using System.ComponentModel;
using Nuke.Common;
using Release.Runs;

namespace Release.Components;

/// <summary>Shows the environment's runbook as far as it was carried out.</summary>
[Category(TargetGroups.Looking)]
public interface IRunbook : IReport
{
    /// <summary>Gets a value indicating whether there is such a runbook and such a run.</summary>
    /// <exception cref="ReleaseException">There is not; the message is for a person, and nothing was touched.</exception>
    bool CanShowRunbook => ReleaseCommand.Of(this).UnderstandsRunbook(Run);

    /// <summary>Gets the target.</summary>
    Target Runbook => _ => _
        .Description("Print every line of the runbook with its outcome, time, by whom and evidence, and how many are automatic, signed, open and missing")
        .Requires(() => CanShowRunbook)
        .Executes(() => ReleaseCommand.Of(this).Runbook(Run));
}

/// <summary>Records a named person's word about a line of the runbook.</summary>
[Category(TargetGroups.Supporting)]
public interface ISignOff : IRelease
{
    /// <summary>Gets the line.</summary>
    [Parameter("SignOff: the id of the line in the runbook, as CAN-91.")]
    string? Line => TryGetValue(() => Line);

    /// <summary>Gets the role.</summary>
    [Parameter("SignOff: the role that signs, one of those that the line names.")]
    string? As => TryGetValue(() => As);

    /// <summary>Gets what is said besides.</summary>
    [Parameter("SignOff: what was seen, in your words; recorded with it.")]
    string? Note => TryGetValue(() => Note);

    /// <summary>Gets a value indicating whether it is a no.</summary>
    [Parameter("SignOff: say no: the line fails, and a run that waits for it does not go on. Needs --note.")]
    bool Reject => TryGetValue<bool?>(() => Reject) ?? false;

    /// <summary>Gets a value indicating whether what was said before is withdrawn.</summary>
    [Parameter("SignOff: take back what was signed before.")]
    bool Withdraw => TryGetValue<bool?>(() => Withdraw) ?? false;

    /// <summary>Gets a value indicating whether it can be signed so.</summary>
    /// <exception cref="ReleaseException">It cannot; the message is for a person, and nothing was touched.</exception>
    bool CanSign => ReleaseCommand.Of(this).UnderstandsSignOff(Line, As, Note, Reject, Withdraw);

    /// <summary>Gets the target.</summary>
    Target SignOff => _ => _
        .Description("Sign a line of the runbook by a role: --line and --as, perhaps --note; --reject says no")
        .Requires(() => CanSign)
        .Executes(() => ReleaseCommand.Of(this).SignOff(RunbookCommand.Request(Line, As, Note, Reject, Withdraw)));
}
