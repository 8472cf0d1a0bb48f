using Newtonsoft.Json.Linq;
using Release.Configuration;

namespace Release.Tests.Configuration.Reference;

/// <summary>
/// The schema of an environment's file: draft-07, the last that editors support whole (VS Code reads 2019-09 and 2020-12 only
/// in part). A record that <c>type</c> chooses is an <c>if</c> for each type, so that an editor offers the keys of that one.
/// </summary>
internal static class SchemaText
{
    private const string Zero = @"(?!0+(?:\.0+)?[a-z])";
    private const string Duration = @"[0-9]{1,12}(?:\.[0-9]{1,6})?(?:ms|s|m|h|d)";
    private const string Share = @"(?:100(?:\.0{1,6})?|[0-9]{1,2}(?:\.[0-9]{1,6})?)%";
    private const string Number = @"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?(?:[eE][+-]?[0-9]{1,2})?";
    private const string Size = "[0-9]{1,15}(?:\\.[0-9]{1,3})?(?:B|[kMGT]B|[KMGT]iB)";

    public static string Make() => Make(typeof(EnvironmentOptions), "An environment of Release");

    public static string OfRunbooks() => Make(typeof(Release.Runbooks.RunbookOptions), "The runbook of an environment of Release");

    private static string Make(Type type, string title)
    {
        var definitions = new SortedDictionary<string, JObject>(StringComparer.Ordinal);
        var root = Record(type, null, definitions);
        ((JObject)root["properties"]!).AddFirst(new JProperty("$schema", new JObject { ["description"] = "This schema, for editors.", ["type"] = "string" }));
        root.AddFirst(new JProperty("title", title));
        root.AddFirst(new JProperty("$comment", "Generated from the option types: GOLDEN=overwrite dotnet test tests/Release.Tests --filter TheReference"));
        root.AddFirst(new JProperty("$schema", "http://json-schema.org/draft-07/schema#"));
        root["definitions"] = new JObject(definitions.Select(definition => new JProperty(definition.Key, definition.Value)));
        return JsonLayout.Of(root);
    }

    private static JObject Record(Type type, string? name, SortedDictionary<string, JObject> definitions)
    {
        var properties = new JObject();
        var required = new JArray();
        foreach (var member in OptionMember.Of(type))
        {
            var schema = name is not null && member.Name == "type" && member.Type == typeof(string)
                ? new JObject { ["const"] = name }
                : Member(member, definitions);
            var described = new JObject { ["description"] = OptionShape.Docs.Of(member.Property) };
            described.Merge(schema);
            if (OptionShape.Default(member, type) is { } value)
            {
                described["default"] = value;
            }

            properties[member.Name] = described;
            if (member.IsRequired)
            {
                required.Add(member.Name);
            }
        }

        var record = new JObject { ["description"] = OptionShape.Docs.Of(type), ["type"] = "object" };
        if (required.Count > 0)
        {
            record["required"] = required;
        }

        record["properties"] = properties;
        record["additionalProperties"] = false;
        return record;
    }

    private static JObject Member(OptionMember member, SortedDictionary<string, JObject> definitions)
    {
        var type = OptionShape.Bare(member.Type);
        var schema = OptionShape.ElementOf(type) is { } element ? List(element, member, definitions)
            : OptionShape.ValueOf(type) is { } value ? new JObject { ["type"] = "object", ["additionalProperties"] = Value(value, member, definitions) }
            : Value(type, member, definitions);
        return member.IsNullable ? Either(schema, new JObject { ["type"] = "null" }) : schema;
    }

    private static JObject List(Type element, OptionMember member, SortedDictionary<string, JObject> definitions)
    {
        var one = Value(element, member, definitions);
        var list = new JObject { ["type"] = "array", ["items"] = one };
        if (member.FewestElements > 0)
        {
            list["minItems"] = member.FewestElements;
        }

        return member.IsOneOrMany ? Either((JObject)one.DeepClone(), list) : list;
    }

    private static JObject Either(JObject left, JObject right)
        => left["anyOf"] is JArray several ? new() { ["anyOf"] = new JArray(several.Append(right)) } : new() { ["anyOf"] = new JArray(left, right) };

    private static JObject Value(Type type, OptionMember member, SortedDictionary<string, JObject> definitions)
    {
        if (type == typeof(JToken))
        {
            return [];
        }

        return ScalarReader.Reads(type) ? Scalar(type, member) : Reference(type, definitions);
    }

    private static JObject Reference(Type type, SortedDictionary<string, JObject> definitions)
    {
        var name = OptionShape.Name(type);
        if (!definitions.ContainsKey(name))
        {
            definitions[name] = []; // while it is made, for one that holds itself
            definitions[name] = OptionShape.IsChosen(type) ? Chosen(type, name, definitions) : Record(type, null, definitions);
        }

        return new JObject { ["$ref"] = $"#/definitions/{name}" };
    }

    private static JObject Chosen(Type type, string name, SortedDictionary<string, JObject> definitions)
    {
        var known = OptionShape.Types.Of(type);
        var discriminator = OptionMember.Of(type).Single(member => member.Name == "type");
        var chosen = new JObject
        {
            ["description"] = OptionShape.Docs.Of(type),
            ["type"] = "object",
            ["properties"] = new JObject
            {
                ["type"] = known.Count == 0
                    ? new JObject { ["description"] = "There are none yet.", ["not"] = new JObject() }
                    : new JObject { ["description"] = OptionShape.Docs.Of(discriminator.Property), ["enum"] = new JArray(known.Keys) },
            },
        };
        if (discriminator.IsRequired)
        {
            chosen["required"] = new JArray("type");
        }

        var cases = new JArray();
        foreach (var (word, record) in known)
        {
            definitions[$"{name}-{word}"] = Record(record, word, definitions);
            cases.Add(new JObject
            {
                ["if"] = discriminator.IsRequired
                    ? new JObject { ["required"] = new JArray("type"), ["properties"] = new JObject { ["type"] = new JObject { ["const"] = word } } }
                    : new JObject { ["properties"] = new JObject { ["type"] = new JObject { ["const"] = word } } },
                ["then"] = new JObject { ["$ref"] = $"#/definitions/{name}-{word}" },
            });
        }

        if (cases.Count > 0)
        {
            chosen["allOf"] = cases;
        }

        return chosen;
    }

    private static JObject Scalar(Type type, OptionMember member)
    {
        if (type.IsEnum)
        {
            return new JObject { ["enum"] = new JArray(ScalarReader.Words(type).Keys) };
        }

        if (type == typeof(bool))
        {
            return new JObject { ["type"] = "boolean" };
        }

        if (type == typeof(int) || type == typeof(double))
        {
            return Limited(new JObject { ["type"] = type == typeof(int) ? "integer" : "number" }, member);
        }

        var pattern = type == typeof(TimeSpan) ? (member.MayBeZero ? "" : Zero) + Duration
            : type == typeof(Percent) ? Share
            : member.Forms != ValueForms.None ? Forms(member.Forms)
            : member.Pattern?.Pattern.Replace("\\p{C}", "\\u0000-\\u001f\\u007f", StringComparison.Ordinal)
                ?? (member.MayBeEmpty ? null : ".*\\S.*");
        return pattern is null ? new JObject { ["type"] = "string" } : new JObject { ["type"] = "string", ["pattern"] = $"^(?:{pattern})$" };
    }

    private static JObject Limited(JObject schema, OptionMember member)
    {
        if (member.Range is { } range)
        {
            schema["minimum"] = JToken.FromObject(range.Minimum);
            if (range.Maximum is not int.MaxValue)
            {
                schema["maximum"] = JToken.FromObject(range.Maximum);
            }
        }

        return schema;
    }

    private static string Forms(ValueForms forms) => string.Join('|', new[]
    {
        forms.HasFlag(ValueForms.Duration) ? Duration : null,
        forms.HasFlag(ValueForms.Size) ? Size : null,
        forms.HasFlag(ValueForms.Percent) ? Share : null,
        forms.HasFlag(ValueForms.Number) ? Number : null,
    }.OfType<string>());
}
