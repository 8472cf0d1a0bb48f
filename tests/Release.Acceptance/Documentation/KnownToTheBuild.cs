using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Release.Acceptance.Processes;

namespace Release.Acceptance.Documentation;

/// <summary>What the compiled program says of itself: its targets and parameters, from <c>--help</c> and from the schema that it writes.</summary>
/// <param name="Targets">Each target and what it is for.</param>
/// <param name="Parameters">Each parameter.</param>
internal sealed partial record KnownToTheBuild(IReadOnlyDictionary<string, string> Targets, IReadOnlyDictionary<string, KnownParameter> Parameters)
{
    public static async Task<KnownToTheBuild> Ask(CompiledClone clone)
    {
        using var command = Command.Start(clone.Folder, clone.Environment(), clone.Program, "--help");
        var help = await command.End();
        help.ExitCode.ShouldBe(0, help.ToString());
        var rows = Row().Matches(help.Output).ToDictionary(m => m.Groups[1].Value, m => Blanks().Replace(m.Groups[2].Value, " ").Trim());

        var schema = await Schema(clone);
        var fromOutside = schema.Select(property => Flag(property.Key)).ToHashSet();
        var targets = schema["Target"]!["items"]!["enum"]!.AsArray().Select(name => name!.GetValue<string>());
        return new(
            targets.ToDictionary(name => name, name => rows.GetValueOrDefault(name, "")),
            rows.Keys.Where(name => name.StartsWith("--", StringComparison.Ordinal)).Union(fromOutside).ToDictionary(
                flag => flag,
                flag => Parameter(flag, rows.GetValueOrDefault(flag, ""), fromOutside.Contains(flag), help.Output)));
    }

    // Written at the end of any target. The packed program, which has fewer, may write its own there at any time.
    private static async Task<JsonObject> Schema(CompiledClone clone)
    {
        for (var tries = 1; ; tries++)
        {
            using var command = Command.Start(clone.Folder, clone.Environment(), clone.Program, "History", "--verbosity", "quiet");
            _ = await command.End();
            var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(clone.Folder, ".nuke", "build.schema.json")))!["definitions"]!["build"]!["properties"]!.AsObject();
            if (tries == 5 || schema["Target"]!["items"]!["enum"]!.AsArray().Any(name => name!.GetValue<string>() == "Pack"))
            {
                return schema;
            }
        }
    }

    private static KnownParameter Parameter(string flag, string text, bool fromOutside, string help)
    {
        var variable = "RELEASE_" + flag.TrimStart('-').Replace('-', '_').ToUpperInvariant();
        var isVariable = fromOutside || Regex.IsMatch(help, $@"\b{variable}\b");
        return new(text, Default().Match(text) is { Success: true } found ? found.Groups[1].Value.Trim() : null, isVariable ? variable : null);
    }

    // NoLogo is --no-logo, and so in the program.
    private static string Flag(string name) => "--" + Hump().Replace(name, "-").ToLowerInvariant();

    [GeneratedRegex(@"^ {2}(--[a-z][a-z-]*|[A-Z][A-Za-z]+) {2,}(.*(?:\n {6,}\S.*)*)", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"[Dd]efault (?:is )?'?([^'\].;]+)")]
    private static partial Regex Default();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex Hump();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}

/// <summary>A parameter as the program describes it.</summary>
/// <param name="Text">What it is for.</param>
/// <param name="Default">Its default, if the text says one.</param>
/// <param name="Variable">The environment variable that sets it; null when only the command line does.</param>
internal sealed record KnownParameter(string Text, string? Default, string? Variable);
