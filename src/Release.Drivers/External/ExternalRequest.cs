using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Release.Drivers.External;

/// <summary>
/// One request: a JSON object, and the same as variables for programs that read no JSON. A value, made in pure code and
/// compared in tests.
/// </summary>
/// <param name="Call">What is asked.</param>
/// <param name="Json">The whole request.</param>
internal sealed partial record ExternalRequest(ExternalCall Call, JsonObject Json)
{
    /// <summary>What the names of all variables begin with. Not RELEASE_: those are parameters of this program itself.</summary>
    public const string Prefix = "DRIVER_";

    private const int LongestValue = 4096;
    private const int MostBefore = 100;

    public static readonly string[] ServiceMembers = ["name", "health", "version", "metrics", "image", "port"];

    // Every call gets every name, so that no value of a surrounding process or call is taken for its own.
    private static readonly IReadOnlyList<string> Names =
    [
        .. ExternalProtocol.Common.Concat(ExternalProtocol.OfSteps).Concat(ExternalProtocol.Calls.SelectMany(call => call.Request))
            .Where(member => member.Kind is not ExternalKind.Service and not ExternalKind.Open)
            .Select(member => Name(member.Name)).Distinct(),
        .. ServiceMembers.Select(member => Name("service", member)),
    ];


    /// <summary>A request.</summary>
    /// <param name="call">What is asked.</param>
    /// <param name="environment">The environment's name.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="members">The rest; absent members are left out.</param>
    public static ExternalRequest Of(ExternalCall call, string environment, TimeSpan timeout, JsonObject members)
    {
        var json = new JsonObject
        {
            ["protocol"] = ExternalProtocol.Version,
            ["port"] = call.Port,
            ["call"] = call.Name,
            ["env"] = environment,
            ["timeout"] = Math.Max(1, (int)timeout.TotalSeconds),
        };
        if (call.Step is not null)
        {
            json["step"] = call.Step;
        }

        foreach (var (name, value) in members.Where(member => member.Value is not null))
        {
            json[name] = value!.DeepClone();
        }

        return new(call, json);
    }

    /// <summary>The variables: a member's path in capitals, with an underscore between. Those that the call has not are empty.</summary>
    public IReadOnlyDictionary<string, string?> Variables()
    {
        var variables = Names.ToDictionary(name => name, _ => (string?)"");
        foreach (var (name, value) in Json)
        {
            switch (value)
            {
                case JsonObject weights when name == "weights":
                    variables[Name(name)] = string.Join(' ', weights.Select(pair => $"{pair.Key}={pair.Value?.ToJsonString() ?? "-"}"));
                    break;
                case JsonObject inner:
                    var scalars = inner.Where(pair => MemberName().IsMatch(pair.Key)).Take(MostBefore);
                    foreach (var (member, text) in scalars.Select(pair => (pair.Key, Text(pair.Value))).Where(pair => pair.Item2 is not null))
                    {
                        variables[Name(name, member)] = text;
                    }

                    break;
                default:
                    variables[Name(name)] = Text(value) ?? "";
                    break;
            }
        }

        return variables;
    }

    // A text that a variable cannot hold stands in the JSON only.
    private static string? Text(JsonNode? value) => value is not JsonValue scalar ? null
        : scalar.GetValueKind() is not JsonValueKind.String ? scalar.ToJsonString()
        : scalar.GetValue<string>() is { Length: <= LongestValue } text && !text.Contains('\0', StringComparison.Ordinal) ? text
        : null;

    private static string Name(params IReadOnlyList<string> path) =>
        Prefix + string.Join('_', path.Select(part => Boundary().Replace(part, "$1_$2").ToUpper(CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"\A[a-z][A-Za-z0-9]{0,40}\z")]
    private static partial Regex MemberName();

    [GeneratedRegex("([a-z0-9])([A-Z])")]
    private static partial Regex Boundary();
}
