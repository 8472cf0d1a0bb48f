using System.Linq.Expressions;
using System.Reflection;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>Takes down what one target property says. Other targets are kept as delegates until all are known.</summary>
internal sealed class TargetDefinition(NukeBuild build, PropertyInfo property, ExecutableTarget target) : ITargetDefinition
{
    private Type? _level = property.DeclaringType;

    public ExecutableTarget Target => target;
    public List<Target> Dependencies { get; } = [];
    public List<Target> Dependents { get; } = [];
    public List<Target> Predecessors { get; } = [];
    public List<Target> Successors { get; } = [];
    public List<Target> Triggered { get; } = [];
    public List<Target> Triggering { get; } = [];

    public ITargetDefinition Description(string description)
    {
        target.Description = description;
        return this;
    }

    public ITargetDefinition Executes(params Action[] actions)
    {
        target.Actions.AddRange(actions);
        return this;
    }

    public ITargetDefinition Executes<T>(Func<T> action)
        => Executes(() => action() as Task ?? Task.CompletedTask);

    public ITargetDefinition Executes(Func<Task> action)
    {
        target.Actions.Add(new AwaitedAction(action).Run);
        return this;
    }

    public ITargetDefinition DependsOn(params Target[] targets) => AddTo(Dependencies, targets);

    public ITargetDefinition DependsOn<T>(params Func<T, Target>[] targets) => AddTo(Dependencies, Of(targets));

    public ITargetDefinition TryDependsOn<T>(params Func<T, Target>[] targets) => build is T ? DependsOn(targets) : this;

    public ITargetDefinition DependentFor(params Target[] targets) => AddTo(Dependents, targets);

    public ITargetDefinition DependentFor<T>(params Func<T, Target>[] targets) => AddTo(Dependents, Of(targets));

    public ITargetDefinition TryDependentFor<T>(params Func<T, Target>[] targets)
        => build is T ? DependentFor(targets) : this;

    public ITargetDefinition Before(params Target[] targets) => AddTo(Successors, targets);

    public ITargetDefinition Before<T>(params Func<T, Target>[] targets) => AddTo(Successors, Of(targets));

    public ITargetDefinition TryBefore<T>(params Func<T, Target>[] targets) => build is T ? Before(targets) : this;

    public ITargetDefinition After(params Target[] targets) => AddTo(Predecessors, targets);

    public ITargetDefinition After<T>(params Func<T, Target>[] targets) => AddTo(Predecessors, Of(targets));

    public ITargetDefinition TryAfter<T>(params Func<T, Target>[] targets) => build is T ? After(targets) : this;

    public ITargetDefinition Triggers(params Target[] targets) => AddTo(Triggered, targets);

    public ITargetDefinition Triggers<T>(params Func<T, Target>[] targets) => AddTo(Triggered, Of(targets));

    public ITargetDefinition TryTriggers<T>(params Func<T, Target>[] targets) => build is T ? Triggers(targets) : this;

    public ITargetDefinition TriggeredBy(params Target[] targets) => AddTo(Triggering, targets);

    public ITargetDefinition TriggeredBy<T>(params Func<T, Target>[] targets) => AddTo(Triggering, Of(targets));

    public ITargetDefinition TryTriggeredBy<T>(params Func<T, Target>[] targets)
        => build is T ? TriggeredBy(targets) : this;

    public ITargetDefinition OnlyWhenDynamic(Func<bool> condition, string? conditionExpression = null)
    {
        target.DynamicConditions.Add((Written(conditionExpression), condition));
        return this;
    }

    public ITargetDefinition OnlyWhenStatic(Func<bool> condition, string? conditionExpression = null)
    {
        target.StaticConditions.Add((Written(conditionExpression), condition));
        return this;
    }

    public ITargetDefinition Requires<T>(
        Expression<Func<T>> parameterRequirement, params Expression<Func<T>>[] parameterRequirements)
        where T : class
        => Require([parameterRequirement, .. parameterRequirements]);

    public ITargetDefinition Requires<T>(
        Expression<Func<T?>> parameterRequirement, params Expression<Func<T?>>[] parameterRequirements)
        where T : struct
        => Require([parameterRequirement, .. parameterRequirements]);

    public ITargetDefinition Requires(
        Expression<Func<bool>> requirement, params Expression<Func<bool>>[] requirements)
        => Require([requirement, .. requirements]);

    public ITargetDefinition WhenSkipped(DependencyBehavior dependencyBehavior)
    {
        target.DependencyBehavior = dependencyBehavior;
        return this;
    }

    public ITargetDefinition AssuredAfterFailure()
    {
        target.AssuredAfterFailure = true;
        return this;
    }

    public ITargetDefinition ProceedAfterFailure()
    {
        target.ProceedAfterFailure = true;
        return this;
    }

    public ITargetDefinition Unlisted()
    {
        target.Listed = false;
        return this;
    }

    public ITargetDefinition Base()
    {
        for (_level = _level?.BaseType; _level is not null; _level = _level.BaseType)
        {
            var inherited = _level.GetProperty(
                target.Name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly, null, typeof(Target), [], null);
            if (inherited is not null)
            {
                return Inherit(Reading.NonVirtual<Target>(inherited, build));
            }
        }

        throw new UsageFailure($"{target.Name} calls Base(), but no base class has a public virtual target of that name; "
            + "for a component's default use Inherit<T>(x => x." + target.Name + ").");
    }

    public ITargetDefinition Inherit(params Target[] targets)
    {
        foreach (var inherited in targets)
        {
            _ = inherited(this);
        }

        return this;
    }

    public ITargetDefinition Inherit<T>(params Expression<Func<T, Target>>[] targets)
    {
        var properties = targets.Length > 0
            ? targets.Select(static expression => (PropertyInfo)Reading.MemberOf(expression))
            : [Only<T>()];
        foreach (var inherited in properties)
        {
            if (inherited.GetMethod!.IsAbstract)
            {
                throw new UsageFailure($"{target.Name} inherits {inherited.DeclaringType!.Name}.{inherited.Name}, which has no body.");
            }

            _ = Inherit(Reading.NonVirtual<Target>(inherited, build));
        }

        return this;
    }

    public ITargetDefinition Produces(params string[] artifacts)
    {
        target.ArtifactProducts.AddRange(artifacts);
        return this;
    }

    // What a target consumes only matters to generated pipelines, which hand artefacts from job to job. The names are
    // still resolved, so that a wrong one is found.
    public ITargetDefinition Consumes(params Target[] targets) => this;

    public ITargetDefinition Consumes<T>(params Func<T, Target>[] targets) => Consumes(Of(targets));

    public ITargetDefinition Consumes(Target target, params string[] artifacts) => this;

    public ITargetDefinition Consumes<T>(Func<T, Target> target, params string[] artifacts) => Consumes(Of(target));

    public ITargetDefinition Consumes<T>(params string[] artifacts) => Consumes(Of<T>());

    public ITargetDefinition Partition(int size)
    {
        target.PartitionSize = size;
        return this;
    }

    private static string Written(string? expression)
    {
        var text = expression ?? "";
        var arrow = text.IndexOf("=>", StringComparison.Ordinal);
        return arrow < 0 ? text.Trim() : text[(arrow + 2)..].Trim();
    }

    private TargetDefinition Require(IEnumerable<LambdaExpression> requirements)
    {
        target.DelegateRequirements.AddRange(requirements);
        return this;
    }

    private TargetDefinition AddTo(List<Target> list, Target[] targets)
    {
        list.AddRange(targets);
        return this;
    }

    private Target[] Of<T>(params Func<T, Target>[] targets)
    {
        if (build is not T component)
        {
            throw new UsageFailure($"{target.Name} refers to {typeof(T).Name}, which {build.GetType().Name} does not implement; "
                + "implement it, or use the Try form.");
        }

        return targets.Length > 0
            ? [.. targets.Select(select => select(component))]
            : [(Target)Reading.Value(Only<T>(), build)!];
    }

    private PropertyInfo Only<T>()
    {
        var candidates = typeof(T).GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(static property => property.PropertyType == typeof(Target)).ToArray();
        return candidates is [var only]
            ? only
            : throw new UsageFailure($"{target.Name} refers to {typeof(T).Name} without saying which target; it has "
                + (candidates.Length == 0 ? "none." : string.Join(", ", candidates.Select(static property => property.Name)) + "."));
    }
}

/// <summary>Lets an async body stand in a list of <see cref="Action"/>: the executor awaits it, anyone else may just call it.</summary>
internal sealed class AwaitedAction(Func<Task> body)
{
    public Task Start() => body();

#pragma warning disable VSTHRD002 // Only for callers outside the executor, which have nothing but an Action.
    public void Run() => body().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
}
