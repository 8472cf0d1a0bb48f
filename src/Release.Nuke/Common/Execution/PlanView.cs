namespace Nuke.Common.Execution;

/// <summary>One target of a plan: why it is there, and why it will not run, if so.</summary>
/// <param name="Number">From 1, in the order they run.</param>
/// <param name="Target">The target.</param>
/// <param name="Why">As in "asked for" or "needed by Deploy".</param>
/// <param name="Skipped">Why it is skipped; null where it runs.</param>
internal sealed record PlanEntry(int Number, ExecutableTarget Target, string Why, string? Skipped)
{
    /// <summary>Its dependencies, triggers and orderings, as far as they are in the plan.</summary>
    public List<PlanEdge> Edges { get; } = [];
}

internal enum PlanEdgeKind
{
    DependsOn,
    TriggeredBy,
    After,
}

/// <param name="From">The number of what comes before.</param>
internal sealed record PlanEdge(int From, PlanEdgeKind Kind);

/// <summary>What <c>--plan</c> shows, as text here and as a page in <see cref="PlanPage"/>.</summary>
internal static class PlanView
{
    public static List<PlanEntry> Of(IReadOnlyList<ExecutableTarget> plan)
    {
        var entries = plan.Select((target, index) => new PlanEntry(index + 1, target, Why(target, plan), Skipped(target))).ToList();
        foreach (var entry in entries)
        {
            Connect(entry.Target.ExecutionDependencies, PlanEdgeKind.DependsOn);
            Connect(entry.Target.TriggerDependencies, PlanEdgeKind.TriggeredBy);
            Connect(entry.Target.OrderDependencies, PlanEdgeKind.After);

            void Connect(IEnumerable<ExecutableTarget> others, PlanEdgeKind kind) => entry.Edges.AddRange(others.Distinct()
                .Select(other => entries.Find(known => known.Target == other)?.Number ?? 0)
                .Where(number => number > 0 && !entry.Edges.Exists(edge => edge.From == number))
                .Select(number => new PlanEdge(number, kind)));
        }

        return entries;
    }

    public static void Write(RunConsole console, int? width, IReadOnlyList<PlanEntry> entries)
    {
        var columns = new TextColumns(console, width);
        var names = entries.Select(static entry => Name(entry).Length).Append(0).Max();
        foreach (var entry in entries)
        {
            var text = (entry.Target.Description ?? "").TrimEnd('.');
            columns.Row(Name(entry), names, $"{text} ({entry.Why}){(entry.Skipped is { } skipped ? $" SKIPPED {skipped}" : "")}".Trim());
        }
    }

    private static string Name(PlanEntry entry) => $"{entry.Number,2}. {entry.Target.Name}";

    private static string Why(ExecutableTarget target, IReadOnlyList<ExecutableTarget> plan)
    {
        var reasons = new List<string>();
        if (target.Invoked)
        {
            reasons.Add("asked for");
        }

        Add("needed by", plan.Where(other => other.ExecutionDependencies.Contains(target)));
        Add("triggered by", plan.Where(other => other.Triggers.Contains(target)));
        return string.Join(", ", reasons);

        void Add(string verb, IEnumerable<ExecutableTarget> others)
        {
            if (string.Join(" and ", others.Select(static other => other.Name)) is { Length: > 0 } names)
            {
                reasons.Add($"{verb} {names}");
            }
        }
    }

    private static string? Skipped(ExecutableTarget target) => target.Status != ExecutionStatus.Skipped ? null
        : target.OnlyWhen is { } condition ? $"only when {condition}"
        : target.Skipped;
}
