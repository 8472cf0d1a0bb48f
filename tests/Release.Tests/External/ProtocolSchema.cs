using System.Text.Json.Nodes;
using Release.Drivers.External;

namespace Release.Tests.External;

/// <summary>The schema of the protocol: draft-07, a definition for each request and each answer.</summary>
internal static class ProtocolSchema
{
    private static readonly System.Text.Json.JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Make()
    {
        var definitions = new JsonObject();
        foreach (var call in ExternalProtocol.Calls)
        {
            definitions[$"{Name(call)}-request"] = Request(call);
            definitions[$"{Name(call)}-answer"] = Answer(call);
        }

        return new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["$comment"] = "Generated from the protocol's table: GOLDEN=overwrite dotnet test tests/Release.Tests --filter TheProtocol",
            ["title"] = "What an external driver of Release is asked, and what it may answer",
            ["oneOf"] = new JsonArray([.. ExternalProtocol.Calls.Select(call => (JsonNode)new JsonObject { ["$ref"] = $"#/definitions/{Name(call)}-request" })]),
            ["definitions"] = definitions,
        }.ToJsonString(Indented) + "\n";
    }

    public static string Name(ExternalCall call) => call.Title.Replace(' ', '-');

    private static JsonObject Request(ExternalCall call)
    {
        IReadOnlyList<ExternalMember> members = [.. ExternalProtocol.Common, .. call.Step is null ? [] : ExternalProtocol.OfSteps, .. call.Request];
        var properties = new JsonObject();
        foreach (var member in members.Where(member => member.Name is not "key" and not "before" || Carries(call, member.Name)))
        {
            properties[member.Name] = Described(member, mayRemove: true);
        }

        properties["protocol"] = new JsonObject { ["const"] = ExternalProtocol.Version };
        properties["port"] = new JsonObject { ["const"] = call.Port };
        properties["call"] = new JsonObject { ["const"] = call.Name };
        if (call.Step is not null)
        {
            properties["step"] = new JsonObject { ["const"] = call.Step };
        }

        string[] required = [.. members.Where(member => member.RequiredIn.Count > 0).Select(member => member.Name), .. Carries(call, "key") ? ["key"] : Array.Empty<string>()];
        return Record(call.Meaning, properties, required);
    }

    private static JsonObject Answer(ExternalCall call)
    {
        var properties = new JsonObject
        {
            ["state"] = new JsonObject { ["enum"] = new JsonArray([.. call.States.Append(ExternalCall.Failed).Select(state => (JsonNode)state)]) },
            ["detail"] = new JsonObject { ["description"] = "One sentence for a person.", ["type"] = "string" },
        };
        foreach (var member in call.Answer)
        {
            properties[member.Name] = Described(member, mayRemove: false);
        }

        var record = Record($"The answer to {call.Title}.", properties, "state");
        var needs = call.Answer.Where(member => member.RequiredIn.Count > 0).ToList();
        if (needs.Count > 0)
        {
            record["if"] = new JsonObject { ["properties"] = new JsonObject { ["state"] = new JsonObject { ["enum"] = new JsonArray([.. needs[0].RequiredIn.Select(state => (JsonNode)state)]) } } };
            record["then"] = new JsonObject { ["required"] = new JsonArray([.. needs.Select(member => (JsonNode)member.Name)]) };
        }

        return record;
    }

    private static bool Carries(ExternalCall call, string member) => member switch
    {
        "key" => call.Step is not null && call.Name is not ExternalProtocol.Observe,
        _ => call.Name == ExternalProtocol.Undo && call.Step is not "shift",
    };

    private static JsonObject Record(string meaning, JsonObject properties, params IReadOnlyList<string> required) => new()
    {
        ["description"] = meaning,
        ["type"] = "object",
        ["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]),
        ["properties"] = properties,
        ["additionalProperties"] = false,
    };

    private static JsonObject Described(ExternalMember member, bool mayRemove)
    {
        var type = Type(member, mayRemove);
        var described = new JsonObject { ["description"] = member.Meaning };
        foreach (var (name, value) in member.MayBeNull ? new JsonObject { ["anyOf"] = new JsonArray(type, new JsonObject { ["type"] = "null" }) } : type)
        {
            described[name] = value?.DeepClone();
        }

        return described;
    }

    private static JsonObject Type(ExternalMember member, bool mayRemove) => member.Kind switch
    {
        ExternalKind.Text => new() { ["type"] = "string" },
        ExternalKind.Integer => new() { ["type"] = "integer" },
        ExternalKind.Count => new() { ["type"] = "number", ["minimum"] = 0 },
        ExternalKind.Address => new() { ["type"] = "string", ["pattern"] = "^.+:[0-9]{1,5}$" },
        ExternalKind.Url => new() { ["type"] = "string", ["pattern"] = "^https?://" },
        ExternalKind.Time => new() { ["type"] = "string", ["format"] = "date-time" },
        ExternalKind.Open => new() { ["type"] = "object" },
        ExternalKind.Weights => new()
        {
            ["type"] = "object",
            ["propertyNames"] = new JsonObject { ["pattern"] = "^.+:[0-9]{1,5}$" },
            ["additionalProperties"] = new JsonObject { ["type"] = mayRemove ? new JsonArray("integer", "null") : "integer" },
        },
        ExternalKind.Buckets => new()
        {
            ["type"] = "array",
            ["items"] = new JsonObject { ["type"] = "array", ["items"] = new JsonArray(new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "number" }, new JsonObject { ["const"] = "+Inf" }) }, new JsonObject { ["type"] = "number", ["minimum"] = 0 }), ["minItems"] = 2, ["maxItems"] = 2 },
        },
        ExternalKind.Instances => new()
        {
            ["type"] = "array",
            ["items"] = Record(
                "One that runs.",
                new(new[] { "instance", "version", "digest" }.Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonObject { ["type"] = "string" }))),
                "instance",
                "version",
                "digest"),
        },
        ExternalKind.Service => Record(
            "The service.",
            new(ExternalRequest.ServiceMembers.Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonObject { ["type"] = name == "port" ? "integer" : "string" }))),
            "name"),
        _ => throw new InvalidOperationException($"'{member.Kind}' is not a kind of member."),
    };
}
