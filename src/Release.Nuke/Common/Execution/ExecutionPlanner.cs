namespace Nuke.Common.Execution;

/// <summary>
/// Which targets run, in which order: what was asked for, what that depends on, and what those trigger. Where the order is
/// open, targets run in reverse order of declaration, as NUKE has it; so a build leaves nothing open that matters.
/// </summary>
internal static class ExecutionPlanner
{
    /// <param name="targets">All targets, in order of declaration.</param>
    /// <exception cref="UsageFailure">Targets depend on each other in a circle.</exception>
    public static List<ExecutableTarget> Plan(
        IReadOnlyList<ExecutableTarget> targets, IEnumerable<ExecutableTarget> invoked)
    {
        var needed = Needed(invoked);
        var dependencies = targets.ToDictionary(
            static target => target, static target => target.AllDependencies.ToHashSet());
        var left = targets.ToList();
        var last = new List<ExecutableTarget>();
        while (left.Count > 0)
        {
            // Taken from the end: the first declared one that nothing still waiting depends on.
            var next = left.Find(target => !left.Exists(other => dependencies[other].Contains(target)))
                ?? throw new UsageFailure("Targets depend on each other in a circle: " + Circle(left, dependencies) + ".");
            _ = left.Remove(next);
            last.Add(next);
        }

        last.Reverse();
        return last.FindAll(needed.Contains);
    }

    /// <summary>Neighbours in the plan that could change places; empty where the plan has one order only.</summary>
    public static List<(ExecutableTarget First, ExecutableTarget Second)> Interchangeable(IReadOnlyList<ExecutableTarget> plan)
    {
        var pairs = new List<(ExecutableTarget, ExecutableTarget)>();
        for (var i = 1; i < plan.Count; i++)
        {
            if (!DependsOn(plan[i], plan[i - 1], []))
            {
                pairs.Add((plan[i - 1], plan[i]));
            }
        }

        return pairs;
    }

    private static bool DependsOn(ExecutableTarget target, ExecutableTarget other, HashSet<ExecutableTarget> seen)
        => target.AllDependencies.Any(
            dependency => dependency == other || (seen.Add(dependency) && DependsOn(dependency, other, seen)));

    private static HashSet<ExecutableTarget> Needed(IEnumerable<ExecutableTarget> invoked)
    {
        var needed = new HashSet<ExecutableTarget>();
        var waiting = new Queue<ExecutableTarget>(invoked);
        while (waiting.TryDequeue(out var target))
        {
            if (needed.Add(target))
            {
                target.ExecutionDependencies.ForEach(waiting.Enqueue);
                target.Triggers.ForEach(waiting.Enqueue);
            }
        }

        return needed;
    }

    // Everything left has something left that depends on it; walking that way must come round.
    private static string Circle(
        List<ExecutableTarget> left, Dictionary<ExecutableTarget, HashSet<ExecutableTarget>> dependencies)
    {
        var path = new List<ExecutableTarget>();
        var target = left[0];
        while (!path.Contains(target))
        {
            path.Add(target);
            target = left.Find(other => dependencies[other].Contains(target))!;
        }

        path.RemoveRange(0, path.IndexOf(target));
        path.Reverse();
        return string.Join(" -> ", path.Append(path[0]).Select(static member => member.Name));
    }
}
