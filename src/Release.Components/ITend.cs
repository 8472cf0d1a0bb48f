using System.ComponentModel;
using Nuke.Common;
using Release.Runs;

namespace Release.Components;

/// <summary>Carries out what is due although nobody is there.</summary>
[Category(TargetGroups.Supporting)]
public interface ITend : IRelease
{
    /// <summary>Gets a value indicating whether it goes on until a signal ends it.</summary>
    [Parameter("Tend: go on until Ctrl-C or SIGTERM, as a service does.")]
    bool Watch => TryGetValue<bool?>(() => Watch) ?? false;

    /// <summary>Gets how often a watching tender looks.</summary>
    [Parameter("Tend --watch: the time between two looks, 1s to 1h. Default is 30s.")]
    string? Every => TryGetValue(() => Every);

    /// <summary>Gets a value indicating whether the environment can be tended so.</summary>
    /// <exception cref="ReleaseException">It cannot; the message is for a person, and nothing was touched.</exception>
    bool CanTend => TendCommand.Understands(Watch, Every) && CanChange;

    /// <summary>Gets the target.</summary>
    Target Tend => _ => _
        .Description("Carry out what is due, withdraw orphans, finish what a dead process left; --watch does so until a signal")
        .Requires(() => CanTend)
        .Executes(() => ReleaseCommand.Of(this).Tend(TendCommand.Interval(Watch, Every)));
}

/// <summary>Answers a run that waits for a person.</summary>
[Category(TargetGroups.Supporting)]
public interface IDecide : IRelease
{
    /// <summary>Gets a value indicating whether the run goes on.</summary>
    [Parameter("Decide: the parked run goes on, whatever the gate said at the share that held it. Needs --reason.")]
    bool Go => TryGetValue<bool?>(() => Go) ?? false;

    /// <summary>Gets a value indicating whether the run is undone.</summary>
    [Parameter("Decide: the parked run is undone. Needs --reason.")]
    bool NoGo => TryGetValue<bool?>(() => NoGo) ?? false;

    /// <summary>Gets a value indicating whether a decision was given.</summary>
    /// <exception cref="ReleaseException">None was, or both; the message is for a person, and nothing was touched.</exception>
    bool CanDecide => ReleaseCommand.Of(this).UnderstandsDecision(Go, NoGo) && CanChange;

    /// <summary>Gets the target.</summary>
    Target Decide => _ => _
        .Description("Answer a run that waits for a person: --go or --no-go, with --reason")
        .Requires(() => CanDecide)
        .Requires(() => Reason)
        .Executes(() => ReleaseCommand.Of(this).Decide(Go));
}
