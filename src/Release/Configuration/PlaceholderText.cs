using System.Text.RegularExpressions;

namespace Release.Configuration;

/// <summary>The grammar of <c>${name}</c>, <c>${env:NAME}</c> and <c>${file:path}</c>; <c>$${</c> stands for <c>${</c> itself.</summary>
internal static partial class PlaceholderText
{
    private const string Sources = "${env:NAME} and ${file:path}";

    /// <summary>Replaces each placeholder by what <paramref name="value"/> says about its name.</summary>
    public static string Replace(string text, Func<string, string> value)
        => Placeholder().Replace(text, match => match.ValueSpan[1] == '$' ? "${" : value(match.Groups["name"].Value));

    /// <summary>What is wrong with the placeholders of a text; secrets need not be set yet.</summary>
    public static IEnumerable<string> Problems(string text, bool allowed, IReadOnlyCollection<string> known)
    {
        foreach (var match in Placeholder().Matches(text).Where(match => match.ValueSpan[1] != '$'))
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

    private static string? Problem(string name, bool ended, IReadOnlyCollection<string> known)
    {
        if (!ended)
        {
            return $"the placeholder {JsonText.Quoted("${" + name)} has no end: add \"}}\", or write \"$${{\" for the text itself";
        }

        if (name.StartsWith("env:", StringComparison.Ordinal))
        {
            return VariableName().IsMatch(name[4..]) ? null : $"${{{name}}} names no environment variable: expected ${{env:NAME}}";
        }

        if (name.StartsWith("file:", StringComparison.Ordinal))
        {
            return name.Length > 5 ? null : "${file:} names no file: expected ${file:path}";
        }

        return known.Contains(name)
            ? null
            : $"unknown placeholder ${{{name}}}. {Nearest.Hint(name, known)} There are also {Sources}.";
    }

    [GeneratedRegex(@"\$\$\{|\$\{(?<name>[^}]*)(?<end>\})?")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex VariableName();
}
