#nullable disable // The real assemblies are oblivious: so is every public signature of the subset.
using Nuke.Common.Execution;

namespace Nuke.Common;

public delegate ITargetDefinition Target(ITargetDefinition definition);

public enum DependencyBehavior
{
    Skip,
    Execute,
}

public static class ExecutableTargetExtensions
{
    /// <summary>Matches by delegate equality: each read of a target property makes a new, equal delegate.</summary>
    public static bool Contains(this IEnumerable<ExecutableTarget> targets, Target target)
    {
        foreach (var candidate in targets)
        {
            if (Equals(candidate.Factory, target))
            {
                return true;
            }
        }

        return false;
    }
}
