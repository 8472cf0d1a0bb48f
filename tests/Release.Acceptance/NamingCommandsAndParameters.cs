using System.Text.RegularExpressions;
using Release.Acceptance.Documentation;
using Release.Acceptance.Processes;

namespace Release.Acceptance;

/// <summary>
/// <c>docs/commands.md</c> has a row for every target and parameter that there is, and for no other. A message is the row
/// that is missing.
/// </summary>
[Collection(TheClone.Releases)]
public sealed partial class NamingCommandsAndParameters(TheClone clone)
{
    private static readonly MarkdownPage Commands = MarkdownPage.All.Single(page => page.Name == "docs/commands.md");

    [ReleaseFact]
    public async Task Every_target_has_its_row()
    {
        var known = await KnownToTheBuild.Ask(clone.It);
        var rows = Commands.Rows("[A-Z][A-Za-z]+").Select(row => row[0]).ToList();
        known.Targets.Keys.Except(rows).Select(name => $"docs/commands.md misses the row: | `{name}` | {known.Targets[name]} |")
            .Concat(rows.Except(known.Targets.Keys).Select(name => $"docs/commands.md has a row for `{name}`, which is no target"))
            .ShouldBeEmpty();
    }

    [ReleaseFact]
    public async Task Every_parameter_has_its_row_with_default_and_variable()
    {
        var known = (await KnownToTheBuild.Ask(clone.It)).Parameters;
        var rows = Commands.Rows("--[a-z-]+").ToDictionary(row => row[0]);
        var missing = known.Keys.Except(rows.Keys).Select(flag => $"docs/commands.md misses the row: {Row(flag, known[flag])}");
        var unknown = rows.Keys.Except(known.Keys).Select(flag => $"docs/commands.md has a row for `{flag}`, which is no parameter");
        var wrong =
            from flag in rows.Keys.Intersect(known.Keys)
            let row = rows[flag]
            let problem = row.Length != 4 ? "has not the four columns parameter, meaning, default, variable"
                : row[3] != (known[flag].Variable ?? "none") ? $"says the variable is '{row[3]}'"
                : known[flag].Default is { } value && !row[2].Contains(value, StringComparison.Ordinal) ? $"says the default is '{row[2]}'"
                : null
            where problem is not null
            select $"docs/commands.md: the row of `{flag}` {problem}; expected: {Row(flag, known[flag])}";
        missing.Concat(unknown).Concat(wrong).ShouldBeEmpty();
    }

    [ReleaseFact]
    public async Task No_page_names_a_parameter_that_there_is_not()
    {
        var known = (await KnownToTheBuild.Ask(clone.It)).Parameters;
        var problems =
            from page in MarkdownPage.All
            from span in page.Spans
            where span.StartsWith("--", StringComparison.Ordinal) && !span.EndsWith('=') // that is how another program's option begins
            from Match flag in Parameter().Matches(span)
            where !known.ContainsKey(flag.Value)
            select $"{page}: `{span}`: {flag.Value} is no parameter";
        problems.ShouldBeEmpty();
    }

    private static string Row(string flag, KnownParameter parameter) =>
        $"| `{flag}` | {parameter.Text} | {parameter.Default ?? "…"} | {(parameter.Variable is { } variable ? $"`{variable}`" : "none")} |";

    [GeneratedRegex(@"(?<!\S)--[a-z][a-z-]*")]
    private static partial Regex Parameter();
}
