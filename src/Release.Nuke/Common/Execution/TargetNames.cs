using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>From the words of a person to the targets that they name.</summary>
internal static class TargetNames
{
    /// <param name="targets">All of them.</param>
    /// <param name="words">What was written.</param>
    /// <param name="line">Where it was written, for hints; null where it was not the command line.</param>
    /// <param name="problems">Takes a sentence for each word that names none.</param>
    public static List<ExecutableTarget> Find(
        List<ExecutableTarget> targets, IReadOnlyList<string> words, CommandLine? line, List<string> problems)
    {
        var found = new List<ExecutableTarget>();
        foreach (var word in words)
        {
            var target = Names.IsName(word) ? targets.Find(target => Names.Key(target.Name) == Names.Key(word)) : null;
            if (target is not null)
            {
                found.Add(target);
                continue;
            }

            var known = targets.Where(static target => target.Listed).Select(static target => target.Name).ToList();
            var nearest = Names.Nearest(word, known) is { } near ? $" Did you mean {near}?" : "";
            var after = line?.After.GetValueOrDefault(word) is { } flag ? $" ({flag} takes one value; this word stands after it.)" : "";
            problems.Add($"There is no target {Names.Shown(word)}.{after}{nearest} "
                + $"Targets: {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
        }

        return found;
    }
}
