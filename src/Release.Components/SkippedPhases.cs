using Nuke.Common.Execution;
using Release.Runs;

namespace Release.Components;

/// <summary>The phases of this command's plan that the graph leaves out: the run records which and why.</summary>
internal static class SkippedPhases
{
    /// <summary>Tells a run. Throws where a phase cannot be skipped, or nobody says why; nothing was touched then.</summary>
    public static void Tell(ReleaseRun run, IRelease build)
    {
        foreach (var target in Of(build))
        {
            run.Skip(target.Name, Why(target, build));
        }
    }

    /// <summary>Throws where a phase cannot be skipped, or nobody says why.</summary>
    public static void Check(ReleaseEnvironment environment, IRelease build)
    {
        foreach (var target in Of(build))
        {
            ReleaseRun.CheckSkip(target.Name, Why(target, build), environment);
        }
    }

    private static IEnumerable<ExecutableTarget> Of(IRelease build) =>
        build.ExecutionPlan.Where(t => t.Status is ExecutionStatus.Skipped && Phases.OfARelease.Contains(t.Name));

    // A condition is the build's own word and says what it is; what is skipped by name is a person's, who says why.
    private static string Why(ExecutableTarget target, IRelease build) => target.OnlyWhen is { Length: > 0 } condition
        ? $"only when {condition}"
        : Output.TerminalText.Line(build.Reason ?? "");
}
