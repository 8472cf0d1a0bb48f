namespace Nuke.Common.Execution;

/// <summary>
/// Which targets may be skipped by name. What another target depends on guards it: a check that is left out quietly is how
/// a broken release gets out. It can be skipped only for a reason that somebody gives.
/// </summary>
internal static class SkipGuard
{
    /// <summary>What speaks against skipping these; empty where nothing does.</summary>
    /// <param name="plan">In order.</param>
    /// <param name="skip">Null: nothing; empty: everything that was not asked for.</param>
    /// <param name="reason">Why; empty where nobody said.</param>
    public static List<string> Problems(
        IReadOnlyList<ExecutableTarget> plan, IReadOnlyCollection<ExecutableTarget>? skip, string reason)
    {
        var problems = new List<string>();
        if (skip is null)
        {
            return problems;
        }

        var skipped = plan.Where(target => skip.Count == 0 ? !target.Invoked : skip.Contains(target)).ToList();
        problems.AddRange(skipped.Where(static target => target.Invoked).Select(static target =>
            $"{target.Name} is both asked for and skipped; leave out one of the two."));
        if (reason.Length > 0)
        {
            return problems;
        }

        var guarding = skipped.Where(target => !target.Invoked)
            .Select(target => (Target: target, Guards: plan.Where(other => !skipped.Contains(other) && Needs(other, target, [])).ToList()))
            .Where(static pair => pair.Guards.Count > 0).ToList();
        problems.AddRange(guarding.Select(static pair => $"{pair.Target.Name} cannot be skipped just so: it guards "
            + string.Join(", ", pair.Guards.Select(static guarded => guarded.Name))
            + $", which {(pair.Guards.Count == 1 ? "depends" : "depend")} on it."));
        if (guarding.Count > 0)
        {
            problems.Add("If it must be, say why, and the reason is recorded: "
                + $"./build.sh {string.Join(' ', plan.Where(static target => target.Invoked).Select(static target => target.Name))} "
                + $"--skip{(skip.Count == 0 ? "" : " " + string.Join('+', skip.Select(static target => target.Name)))} --reason \"…\"");
        }

        return problems;
    }

    private static bool Needs(ExecutableTarget target, ExecutableTarget other, HashSet<ExecutableTarget> seen)
        => target.ExecutionDependencies.Any(
            dependency => dependency == other || (seen.Add(dependency) && Needs(dependency, other, seen)));
}
