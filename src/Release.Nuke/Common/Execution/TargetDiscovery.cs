using System.Reflection;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>
/// Finds the targets of a build: the class's own properties of any visibility, the public and protected ones of its base
/// classes, then those of its components that the class does not implement itself. In order of declaration.
/// </summary>
internal static class TargetDiscovery
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <exception cref="UsageFailure">Two components declare a target of the same name.</exception>
    public static List<PropertyInfo> Properties(Type build)
    {
        var found = new Dictionary<string, PropertyInfo>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in build.GetProperties(Instance))
        {
            if (property.PropertyType == typeof(Target))
            {
                _ = found.TryAdd(NameOf(property), property);
            }
        }

        foreach (var component in build.GetInterfaces())
        {
            foreach (var property in component.GetProperties(Instance))
            {
                // A name with a dot is one component's answer to another's target, and read through that one.
                if (property.PropertyType != typeof(Target) || property.Name.Contains('.', StringComparison.Ordinal)
                    || found.TryAdd(property.Name, property))
                {
                    continue;
                }

                var known = found[property.Name];
                if (known.DeclaringType!.IsInterface)
                {
                    throw new UsageFailure($"{known.DeclaringType.Name} and {component.Name} both have a target {property.Name}; "
                        + $"implement it in {build.Name} to say which is meant.");
                }
            }
        }

        return [.. found.Values];
    }

    /// <summary>The last part: an explicit implementation is called <c>Namespace.IComponent.Name</c>.</summary>
    public static string NameOf(MemberInfo property) => property.Name[(property.Name.LastIndexOf('.') + 1)..];

    /// <exception cref="UsageFailure">The definitions contradict each other.</exception>
    public static List<ExecutableTarget> Targets(NukeBuild build, IReadOnlyList<PropertyInfo> properties)
    {
        var definitions = properties.Select(property => Define(build, property)).ToList();
        var targets = new Dictionary<Delegate, ExecutableTarget>();
        foreach (var target in definitions.Select(static definition => definition.Target))
        {
            if (!targets.TryAdd(target.Factory, target))
            {
                throw new UsageFailure($"{target.Name} and {targets[target.Factory].Name} are one definition; "
                    + $"write {target.Name} as _ => _.DependsOn({targets[target.Factory].Name}) instead of an alias.");
            }
        }

        foreach (var definition in definitions)
        {
            Connect(definition, targets);
        }

        return [.. definitions.Select(static definition => definition.Target)];
    }

    private static TargetDefinition Define(NukeBuild build, PropertyInfo property)
    {
        var name = NameOf(property);
        var factory = (Target?)Reading.Value(property, build)
            ?? throw new UsageFailure($"{name} is null; write it as Target {name} => _ => _…");
        var definition = new TargetDefinition(
            build, property, new ExecutableTarget { Member = property, Name = name, Factory = factory, Listed = true });
        _ = factory(definition);
        return definition;
    }

    private static void Connect(TargetDefinition definition, Dictionary<Delegate, ExecutableTarget> targets)
    {
        var target = definition.Target;
        Each(definition.Dependencies, other => target.ExecutionDependencies.Add(other));
        Each(definition.Dependents, other => other.ExecutionDependencies.Add(target));
        Each(definition.Predecessors, other => target.OrderDependencies.Add(other));
        Each(definition.Successors, other => other.OrderDependencies.Add(target));
        Each(definition.Triggered, other => Trigger(target, other));
        Each(definition.Triggering, other => Trigger(other, target));

        void Each(List<Target> others, Action<ExecutableTarget> connect)
        {
            foreach (var other in others)
            {
                connect(targets.GetValueOrDefault(other)
                    ?? throw new UsageFailure($"{target.Name} refers to something that is not a target of this build."));
            }
        }

        static void Trigger(ExecutableTarget cause, ExecutableTarget effect)
        {
            cause.Triggers.Add(effect);
            effect.TriggerDependencies.Add(cause);
        }
    }
}
