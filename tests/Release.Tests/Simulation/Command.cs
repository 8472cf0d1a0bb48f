using Release.Runs;
using Release.Tests.Runs;

namespace Release.Tests.Simulation;

/// <summary>What a person may type.</summary>
internal enum Verb
{
    Promote,
    Phase,
    Rollback,
    Resume,
    Accept,
    Abandon,
    Down,
}

/// <summary>A command that a person gives, and how it ended.</summary>
/// <param name="Verb">Which.</param>
/// <param name="Goal">The phase that is asked for, of the first two.</param>
/// <param name="Version">The version that is asked for; null for the next.</param>
/// <param name="IsCiHost">Whether nobody sits there.</param>
/// <param name="After">How long after the others it is given.</param>
internal sealed record Command(Verb Verb, string Goal, string? Version, bool IsCiHost, TimeSpan After)
{
    private static readonly Verb[] Usual =
    [
        Verb.Promote, Verb.Promote, Verb.Promote, Verb.Promote, Verb.Promote, Verb.Promote, Verb.Promote, Verb.Promote, Verb.Promote, Verb.Promote,
        Verb.Phase, Verb.Phase, Verb.Rollback, Verb.Rollback, Verb.Rollback, Verb.Resume, Verb.Down,
    ];

    private static readonly Verb[] WithOpenRun =
    [
        Verb.Promote, Verb.Promote, Verb.Phase, Verb.Rollback, Verb.Rollback, Verb.Rollback, Verb.Resume, Verb.Resume, Verb.Resume, Verb.Accept, Verb.Abandon, Verb.Down,
    ];

    /// <summary>Gets how it ended; null when its process was killed.</summary>
    public RunResult? Result { get; set; }

    /// <summary>Gets or sets a value indicating whether its process was stopped for a while.</summary>
    public bool WasFrozen { get; set; }

    /// <summary>Gets or sets a value indicating whether a signal reached it.</summary>
    public bool WasInterrupted { get; set; }

    /// <summary>Gets or sets a value indicating whether it has come to an end, whatever that was.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Gets a value indicating whether its process was killed.</summary>
    public bool WasKilled => Result is null;

    public static Command Any(Dice dice, bool isRunOpen, Func<string> newVersion, TimeSpan after)
    {
        var verb = dice.Of(isRunOpen ? WithOpenRun : Usual);
        var goal = verb is Verb.Phase ? dice.Of(Phases.OfARelease) : Phases.Handover;
        return new(verb, goal, dice.Is(0.7) ? null : newVersion(), dice.Is(0.3), after);
    }

    /// <summary>Does it.</summary>
    public Task<RunResult> Do(FakeProcess process) => Verb switch
    {
        Verb.Promote or Verb.Phase => process.Release(Goal),
        Verb.Rollback => process.Rollback(),
        Verb.Resume => process.Resume(),
        Verb.Accept => process.Resume(acceptAsIs: true),
        Verb.Abandon => process.Abandon(),
        Verb.Down => process.Down(),
        _ => throw new InvalidOperationException($"{Verb} is not something that people type."),
    };

    public override string ToString() => $"{(Verb is Verb.Phase ? Goal : Verb)}{(Version is null ? "" : $" --version {Version}")}{(IsCiHost ? " (CI)" : "")}";
}
