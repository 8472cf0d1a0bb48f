using Nuke.Common.IO;

namespace Nuke.Common.ValueInjection;

/// <summary>
/// Gathers the values of all parameters in the order of their rank: command line, environment (only <c>NUKE_…</c> and
/// <c>RELEASE_…</c>: a bare VERSION on a CI host must not change a release), profiles, parameters.json. Every problem is
/// collected, so that a person mends all of them at once.
/// </summary>
internal sealed class ParameterSources(ParameterTable table, List<string> problems)
{
    private static readonly string[] Prefixes = ["RELEASE_", "NUKE_"];

    public ParameterValues Values { get; } = new();

    public Arity? ArityOf(string key)
        => table.Find(key) is [var parameter, ..]
            ? parameter.IsSwitch ? Arity.Switch : parameter.IsList ? Arity.List : Arity.Single
            : OptionOf(key)?.Arity;

    public void AddCommandLine(CommandLine line)
    {
        foreach (var (key, words) in line.Given)
        {
            Values.Add(key, words, "command line");
        }

        foreach (var flag in line.Unknown)
        {
            problems.Add($"{flag}: {Suggestion(flag)}");
        }
    }

    public void AddEnvironment(IReadOnlyDictionary<string, string> variables)
    {
        var found = new Dictionary<string, List<string>>();
        foreach (var (name, value) in variables)
        {
            // Workflow files turn an input that was not filled in into an empty variable: it is as if not set.
            var prefix = value.Length == 0 ? null
                : Array.Find(Prefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
            var key = prefix is null ? "" : Names.Key(name[prefix.Length..]);
            if (key.Length > 0 && MayComeFromOutside(key))
            {
                found[key] = found.GetValueOrDefault(key) ?? [];
                found[key].Add(name);
            }
        }

        foreach (var key in found.Keys.Order(StringComparer.Ordinal))
        {
            var candidates = found[key];
            if (candidates.Count > 1 && !Values.Has(key))
            {
                var names = string.Join(" and ", candidates.Order(StringComparer.Ordinal));
                problems.Add($"{names} are both set, and both name {FlagOf(key)}; unset all but one.");
            }

            Values.Add(key, [variables[candidates[0]]], $"environment variable {candidates[0]}");
        }
    }

    public void AddFiles(AbsolutePath root, IReadOnlyList<string> profiles)
    {
        foreach (var profile in profiles.Reverse())
        {
            var path = root / ".nuke" / $"parameters.{profile}.json";
            if (!AddFile(path))
            {
                problems.Add($"--profile {profile}: there is no {path}.");
            }
        }

        _ = AddFile(root / ".nuke" / "parameters.json");
    }

    /// <summary>After all sources: every value that was given must fit every member that reads it.</summary>
    public void CheckTypes()
    {
        foreach (var problem in table.All.SelectMany(parameter => table.Find(parameter.Key)).Select(Values.ProblemOf))
        {
            if (problem is not null && !problems.Contains(problem))
            {
                problems.Add(problem);
            }
        }
    }

    private static GraphOption? OptionOf(string key) => Array.Find(GraphOptions.All, option => option.Key == key);

    private bool AddFile(string path)
    {
        if (ParameterFile.Read(path, problems) is not { } parameters)
        {
            return false;
        }

        foreach (var (name, words) in parameters)
        {
            if (MayComeFromOutside(Names.Key(name)))
            {
                Values.Add(Names.Key(name), words, path);
            }
            else
            {
                problems.Add($"{path}: {name}: {Suggestion(name)}");
            }
        }

        return true;
    }

    private bool MayComeFromOutside(string key) => table.Find(key).Count > 0 || OptionOf(key) is { FromOutside: true };

    private string FlagOf(string key) => table.Find(key) is [var parameter, ..] ? parameter.Flag : Names.Flag(OptionOf(key)!.Name);

    private string Suggestion(string name)
    {
        var isFlag = name.StartsWith('-');
        var known = table.All.Select(static parameter => parameter.Name)
            .Concat(GraphOptions.All.Where(static option => !option.Hidden).Select(static option => option.Name));
        return Names.Nearest(name, known) is { } nearest
            ? $"did you mean {(isFlag ? Names.Flag(nearest) : nearest)}?"
            : "no such parameter; see --help.";
    }
}
