using Nuke.Common;
using Release.Runs;

namespace Release.Components;

/// <summary>Words of one command line that cannot be meant together, and those that need a reason.</summary>
internal static class Contradictions
{
    /// <summary>Refuses them.</summary>
    /// <exception cref="ReleaseException">What contradicts what; nothing was touched.</exception>
    public static void Refuse(IRelease build)
    {
        if (string.IsNullOrWhiteSpace(build.Reason))
        {
            RefuseWithoutReason(build.AcceptJournal, "--accept-journal goes on from records that cannot be trusted", $"{(build.ExecutionPlan.Any(t => t.Name == nameof(ReleaseCommand.Down)) ? nameof(ReleaseCommand.Down) : nameof(ReleaseCommand.Rollback))} --accept-journal");
            RefuseWithoutReason(build.BreakGlass, "--break-glass goes on without the journal's store", "Rollback --break-glass");
            RefuseWithoutReason(build.Emergency, "--emergency leaves out what the environment says it may", "Promote --emergency");
            RefuseWithoutReason(build.AcceptAsIs, "--accept-as-is closes the eyes to a failed undo", "Resume --accept-as-is");
        }

        if ((build.Supersede || build.Emergency) && !build.ExecutionPlan.Any(t => Phases.OfARelease.Skip(build.Supersede ? 1 : 0).Contains(t.Name) || (t.Name == nameof(ReleaseCommand.Preview) && !build.Supersede)))
        {
            throw new ReleaseException(ExitStatus.Usage, $"{(build.Supersede ? "--supersede" : "--emergency")} is for a release, and none was asked for.", $"Leave it out, or release: {OwnProgram.Command} Promote.");
        }

        if (build.ExecutionPlan.Any(t => t.Name == nameof(ReleaseCommand.Rollback)) && System.Environment.GetCommandLineArgs().Any(a => a is "--version" || a.StartsWith("--version=", StringComparison.Ordinal)))
        {
            throw new ReleaseException(ExitStatus.Usage, "--version is what is released, and Rollback would not heed it.", "Say where to go back to with --to, or leave it out: then it is the version before the last promotion.");
        }

        if (build is IDoctor { Fix: not null } && build.ExecutionPlan.All(t => t.Name != nameof(ReleaseCommand.Doctor)))
        {
            throw new ReleaseException(ExitStatus.Usage, "--fix is what Doctor is to change, and Doctor was not asked for.", $"Leave it out, or ask for {OwnProgram.Command} Doctor --fix restart-service=NAME.");
        }

        if (build.Html && build.ExecutionPlan.All(t => t.Name != nameof(ReleaseCommand.History)))
        {
            throw new ReleaseException(ExitStatus.Usage, "--html is for History and for --plan: nothing else is written as it.", $"Leave it out, or ask for {OwnProgram.Command} History --html. A run's report is HTML anyway: {OwnProgram.Command} Report.");
        }

        // design.md, section 3: a preview that also changes something is no preview.
        string[] looks = [nameof(ReleaseCommand.Preview), nameof(ReleaseCommand.Status), nameof(ReleaseCommand.History), nameof(ReleaseCommand.Report), nameof(ReleaseCommand.Runbook), nameof(ReleaseCommand.Audit)];
        if (build.ExecutionPlan.Any(t => t.Name == nameof(ReleaseCommand.Preview)) && build.ExecutionPlan.FirstOrDefault(t => !looks.Contains(t.Name)) is { } change)
        {
            throw new ReleaseException(ExitStatus.Usage, $"Preview changes nothing, so it does not go together with {change.Name}.", "Run one, then the other.");
        }
    }

    private static void RefuseWithoutReason(bool isGiven, string what, string command)
    {
        if (isGiven)
        {
            throw new ReleaseException(ExitStatus.Usage, $"{what}, so it needs a reason that is recorded.", $"Say why: {OwnProgram.Command} {command} --reason \"…\".");
        }
    }
}
