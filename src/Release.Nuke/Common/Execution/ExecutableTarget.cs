#nullable disable
using System.Linq.Expressions;
using System.Reflection;

namespace Nuke.Common.Execution;

public class ExecutableTarget
{
    public ExecutableTarget()
    {
    }

    public MemberInfo Member { get; set; }
    public string Name { get; set; }
    public string Description { get; set; }
    public bool Listed { get; set; }
    public Delegate Factory { get; set; }
    public List<(string Text, Func<bool> Delegate)> DynamicConditions { get; } = [];
    public List<(string Text, Func<bool> Delegate)> StaticConditions { get; } = [];
    public DependencyBehavior DependencyBehavior { get; internal set; }
    public bool AssuredAfterFailure { get; internal set; }
    public bool ProceedAfterFailure { get; internal set; }
    public List<LambdaExpression> DelegateRequirements { get; } = [];
    public List<Action> Actions { get; } = [];
    public List<ExecutableTarget> ExecutionDependencies { get; } = [];
    public List<ExecutableTarget> OrderDependencies { get; } = [];
    public List<ExecutableTarget> TriggerDependencies { get; } = [];
    public List<ExecutableTarget> Triggers { get; } = [];

    public IReadOnlyCollection<ExecutableTarget> AllDependencies
        => [.. ExecutionDependencies.Union(OrderDependencies).Union(TriggerDependencies)];

    public List<string> ArtifactProducts { get; } = [];
    public int? PartitionSize { get; set; }
    public TimeSpan Duration { get; internal set; }
    public bool IsDefault { get; set; }
    public ExecutionStatus Status { get; set; }
    public bool Invoked { get; set; }

    /// <summary>What stands after the target's row in the summary, as <c>key: value</c>.</summary>
    public Dictionary<string, string> SummaryInformation { get; } = [];

    /// <summary>Why it is skipped, as <c>via parameter</c> or <c>because of Other</c>.</summary>
    public string Skipped { get; set; }

    /// <summary>The conditions that did not hold, as written.</summary>
    public string OnlyWhen { get; set; }

    internal bool HasRun => Status is ExecutionStatus.Succeeded or ExecutionStatus.Failed or ExecutionStatus.Aborted;

    public override string ToString() => Name;
}

public enum ExecutionStatus
{
    None,
    Scheduled,

    /// <summary>In the plan, never reached.</summary>
    NotRun,
    Skipped,
    Succeeded,
    Failed,
    Running,

    /// <summary>Started and cut short by a signal.</summary>
    Aborted,

    /// <summary>A target without actions: it only gathers others.</summary>
    Collective,
}
