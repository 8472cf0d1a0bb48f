using System.Globalization;
using System.Text;
using Nuke.Common.IO;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>
/// Keeps <c>.nuke/build.schema.json</c>, from which editors complete parameter files: JSON schema draft-04, as NUKE writes
/// it. It is written by hand, after the targets, and only once for a compiled build, so that no start pays for it.
/// </summary>
internal static class SchemaFile
{
    public static void Refresh(NukeBuild build, ParameterTable table, IReadOnlyList<ExecutableTarget> targets)
    {
        var folder = NukeBuild.RootDirectory / ".nuke";
        if (!folder.DirectoryExists())
        {
            return;
        }

        var file = folder / "build.schema.json";
        var stamp = NukeBuild.TemporaryDirectory / "build.schema.stamp";
        try
        {
            var module = build.GetType().Module.ModuleVersionId;
            if (stamp.FileExists() && stamp.ReadAllText() == Stamped(file, module))
            {
                return;
            }

            var schema = Text(build, table, targets);
            if (!file.FileExists() || file.ReadAllText() != schema)
            {
                _ = file.WriteAllText(schema);
            }

            _ = stamp.WriteAllText(Stamped(file, module));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A read-only checkout: the schema helps an editor and must not fail a release.
        }
    }

    public static string Text(NukeBuild build, ParameterTable table, IReadOnlyList<ExecutableTarget> targets)
    {
        var names = targets.Where(static target => target.Listed).Select(static target => target.Name)
            .Order(StringComparer.Ordinal).ToList();
        var properties = new SortedDictionary<string, string>(StringComparer.Ordinal);

        // A default is what the build says where nobody gave anything: another instance, and no values.
        using var nothingGiven = BuildRun.Current!.NothingGiven();
        var pristine = (NukeBuild)Activator.CreateInstance(build.GetType())!;
        foreach (var parameter in table.All)
        {
            properties[parameter.Name] = Property(parameter, pristine);
        }

        foreach (var option in GraphOptions.All)
        {
            if (option.From != From.CommandLine && !properties.ContainsKey(option.Name))
            {
                properties[option.Name] = Property(option, names);
            }
        }

        var text = new StringBuilder();
        _ = text.Append("{\n  \"$schema\": \"http://json-schema.org/draft-04/schema#\",\n")
            .Append("  \"$ref\": \"#/definitions/build\",\n  \"title\": \"Build Schema\",\n  \"definitions\": {\n")
            .Append("    \"build\": {\n      \"type\": \"object\",\n      \"properties\": {\n")
            .AppendJoin(",\n", properties.Select(static pair => $"        {Quoted(pair.Key)}: {pair.Value}"))
            .Append("\n      }\n    }\n  }\n}\n");
        return text.ToString();
    }

    private static string Stamped(AbsolutePath file, Guid module)
        => file.FileExists() ? $"{module:N} {new FileInfo(file).Length} {File.GetLastWriteTimeUtc(file).Ticks}" : "";

    private static string Property(BuildParameter parameter, NukeBuild pristine)
    {
        var element = ValueConversion.ElementOf(parameter.Type);
        var type = element == typeof(bool) ? "boolean"
            : element == typeof(int) || element == typeof(long) ? "integer"
            : element == typeof(double) || element == typeof(decimal) ? "number"
            : "string";

        // What a provider lists (the environments, say) is others tomorrow: it would make the file stale.
        return Property(type, parameter.Description, [.. parameter.FixedValues()], parameter.IsList, Default(parameter, pristine));
    }

    private static string Property(GraphOption option, List<string> targets) => Property(
        option.Arity == Arity.Switch ? "boolean" : "string",
        option.Description,
        option.Name == "Target" ? targets : [.. option.Values],
        option.Arity is Arity.List or Arity.Optional,
        option.Default is null ? null : Quoted(option.Default));

    // As JSON; null where the build says nothing without being asked.
    private static string? Default(BuildParameter parameter, NukeBuild pristine)
    {
        try
        {
            return parameter.IsSecret ? null : Reading.Value(parameter.Member, pristine) switch
            {
                null or false or "" => null,
                true => "true",
                (int or long or double or decimal) and var number => Convert.ToString(number, CultureInfo.InvariantCulture),
                (string or Enum or Tooling.Enumeration) and var text => Quoted($"{text}"),
                _ => null,
            };
        }
#pragma warning disable CA1031 // A getter of the build's that fails here says no default, and must not fail a release.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private static string Property(string type, string? description, List<string> values, bool isList, string? value)
    {
        var one = $"\"type\": \"{type}\""
            + (values.Count == 0 ? "" : $", \"enum\": [{string.Join(", ", values.Select(Quoted))}]");
        var lead = description is { Length: > 0 } ? $"\"description\": {Quoted(description)}, " : "";
        var end = value is null ? "" : $", \"default\": {value}";
        return isList ? $"{{ {lead}\"type\": \"array\", \"items\": {{ {one} }}{end} }}" : $"{{ {lead}{one}{end} }}";
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                < ' ' => quoted.Append($"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
