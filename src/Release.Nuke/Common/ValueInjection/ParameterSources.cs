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
            Values.Add(key, words, "command line", OriginKind.CommandLine);
        }

        foreach (var flag in line.Unknown)
        {
            problems.Add($"{Names.Shown(flag)}: {Suggestion(flag)}");
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
            if (key.Length > 0 && MayComeFrom(OriginKind.Environment, key))
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

            foreach (var name in candidates)
            {
                Values.Add(key, [variables[name]], $"environment variable {name}", OriginKind.Environment);
            }
        }
    }

    public void AddFiles(AbsolutePath root, IReadOnlyList<string> profiles)
    {
        foreach (var profile in profiles.Reverse())
        {
            // A name, not a path: it must not reach a file anywhere else.
            if (!Profiles.IsName(profile) || !AddFile(root, Profiles.FileOf(profile)))
            {
                problems.Add($"--profile {Names.Shown(profile)} ({Values.Origin("profile")}): there is no such profile. {Profiles.Known(root, profile)}");
            }
        }

        _ = AddFile(root, "parameters.json");
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

    private bool AddFile(AbsolutePath root, string name)
    {
        if (ParameterFile.Read(root / ".nuke" / name, $".nuke/{name}", problems) is not { } parameters)
        {
            return false;
        }

        foreach (var (parameter, words, place) in parameters)
        {
            if (Names.IsName(parameter) && MayComeFrom(OriginKind.File, Names.Key(parameter)))
            {
                Values.Add(Names.Key(parameter), words, place, OriginKind.File);
            }
            else
            {
                problems.Add($"{place}: {Names.Shown(parameter)}: " + (OptionOf(Names.Key(parameter)) is { Hidden: false } option
                    ? $"belongs on the command line{(option.From == From.Outside ? $" or in {Names.Variable(option.Name)}" : "")}, not into a file."
                    : Suggestion(parameter)));
            }
        }

        return true;
    }

    private bool MayComeFrom(OriginKind kind, string key) => table.Find(key).Count > 0 || OptionOf(key)?.From switch
    {
        From.Anywhere => true,
        From.Outside => kind != OriginKind.File,
        From.CommandLine or null => false,
        _ => false,
    };

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
