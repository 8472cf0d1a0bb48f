using System.Text.RegularExpressions;

namespace Release.Configuration;

/// <summary>The grammar of <c>${name}</c>, <c>${env:NAME}</c> and <c>${file:path}</c>; <c>$${</c> stands for <c>${</c> itself.</summary>
internal static partial class PlaceholderText
{
    private const string Environment = "env:";
    private const string File = "file:";
    private const string Sources = "${env:NAME} and ${file:path}";
    private static readonly string[] Kinds = ["env", "file"];

    /// <summary>Replaces each placeholder by what <paramref name="value"/> says about its name.</summary>
    public static string Replace(string text, Func<string, string> value)
        => Placeholder().Replace(text, match => match.ValueSpan[1] == '$' ? "${" : value(match.Groups["name"].Value));

    /// <summary>The references to secrets in a text.</summary>
    public static IEnumerable<string> Secrets(string text)
        => Placeholders(text).Where(match => IsSecret(match.Groups["name"].Value)).Select(match => match.Value);

    /// <summary>What is wrong with the placeholders of a text; secrets need not be set yet.</summary>
    public static IEnumerable<string> Problems(string text, bool allowed, IReadOnlyCollection<string> known)
    {
        foreach (var match in Placeholders(text))
        {
            if (!allowed)
            {
                yield return $"{match.Value} is not resolved here: write the value itself";
            }
            else if (Problem(match.Groups["name"].Value, match.Groups["end"].Success, known) is { } problem)
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<Match> Placeholders(string text) => Placeholder().Matches(text).Where(match => match.ValueSpan[1] != '$');

    private static bool IsSecret(string name)
        => name.StartsWith(Environment, StringComparison.Ordinal) || name.StartsWith(File, StringComparison.Ordinal);

    private static string? Problem(string name, bool ended, IReadOnlyCollection<string> known)
    {
        if (!ended)
        {
            return $"the placeholder {JsonText.Quoted("${" + name)} has no end: add \"}}\", or write \"$${{\" for the text itself";
        }

        if (name.StartsWith(Environment, StringComparison.Ordinal))
        {
            return VariableName().IsMatch(name[Environment.Length..])
                ? null
                : $"${{{name}}} names no environment variable: expected ${{env:NAME}}, of letters, digits and underscores";
        }

        if (name.StartsWith(File, StringComparison.Ordinal))
        {
            return name[File.Length..].Trim().Length > 0 ? null : $"${{{name}}} names no file: expected ${{file:path}}, relative to the repository";
        }

        return name.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && !known.Contains(name)
            ? UnknownKind(name[..colon], name[(colon + 1)..])
            : known.Contains(name) ? null : $"unknown placeholder ${{{name}}}. {Nearest.Hint(name, known)} There are also {Sources}.";
    }

    private static string UnknownKind(string kind, string rest)
        => $"unknown kind of reference {JsonText.Quoted(kind)}. "
            + (Nearest.To(kind, Kinds) is { } near ? $"Did you mean ${{{near}:{rest}}}?" : $"There are {Sources}: write one of them.");

    [GeneratedRegex(@"\$\$\{|\$\{(?<name>[^}]*)(?<end>\})?")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex VariableName();
}
