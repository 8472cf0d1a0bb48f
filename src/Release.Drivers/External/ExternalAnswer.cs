using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NuGet.Versioning;
using Release.Configuration;

namespace Release.Drivers.External;

/// <summary>What a program answered, checked member by member against its call: nothing in it is believed unread.</summary>
internal sealed partial class ExternalAnswer
{
    private const int LongestText = 10_000;
    private const int MostElements = 1_000;
    private static readonly string[] OfInstances = ["instance", "version", "digest"];
    private readonly JsonObject _json;

    private ExternalAnswer(JsonObject json, string state) => (_json, State) = (json, state);

    /// <summary>Gets the state: one of the call's, or <c>failed</c>.</summary>
    public string State { get; }

    /// <summary>Gets its own words, unfiltered; may be empty.</summary>
    public string Detail => Text("detail") ?? "";

    /// <summary>Reads an answer. What is wrong with it, in one sentence, or the answer.</summary>
    public static (ExternalAnswer? Answer, string Problem) Read(ExternalCall call, string output)
    {
        if (string.IsNullOrWhiteSpace(output))
        {
            return (null, "expected one JSON document on standard output, found nothing");
        }

        JsonNode? parsed;
        try
        {
            parsed = JsonNode.Parse(output, null, new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = !Sha256.HasOpenSsl });
        }
        catch (JsonException wrong)
        {
            var isMore = output.TrimStart().StartsWith('{') && wrong.Message.Contains("after a single JSON value", StringComparison.Ordinal);
            return (null, isMore
                ? $"expected one JSON document on standard output and nothing after it, found more in line {wrong.LineNumber + 1} (what is for people belongs on standard error)"
                : $"expected one JSON document on standard output, found {Found(output)} ({Place(wrong)})");
        }

        if (parsed is not JsonObject json)
        {
            return (null, $"expected a JSON object, found {Found(parsed)}");
        }

        string[] states = [.. call.States, ExternalCall.Failed];
        if (json["state"] is not JsonValue value || value.GetValueKind() is not JsonValueKind.String || !states.Contains(value.GetValue<string>()))
        {
            return (null, $"$.state: expected {string.Join(", ", states[..^1].Select(s => $"\"{s}\""))} or \"{states[^1]}\", found {(json.ContainsKey("state") ? Found(json["state"]) : "nothing")}");
        }

        var state = value.GetValue<string>();
        return Problem(call, state, json) is { } problem ? (null, problem) : (new ExternalAnswer(json, state), "");
    }

    /// <summary>A text; null when it is not there.</summary>
    public string? Text(string name) => _json[name]?.GetValue<string>();

    /// <summary>A number.</summary>
    public double Number(string name) => _json[name]!.GetValue<double>();

    /// <summary>An object; empty when it is not there.</summary>
    public JsonObject Object(string name) => _json[name] as JsonObject ?? [];

    /// <summary>Bounds and cumulative counts; empty when they are not there.</summary>
    public IEnumerable<(double Bound, double Count)> Buckets(string name) => (_json[name] as JsonArray ?? [])
        .Select(pair => (pair![0]!.GetValueKind() is JsonValueKind.String ? double.PositiveInfinity : pair[0]!.GetValue<double>(), pair[1]!.GetValue<double>()));

    /// <summary>What runs: instance, version and digest of each; empty when it is not there.</summary>
    public IEnumerable<(string Instance, string Version, string Digest)> Instances(string name) => (_json[name] as JsonArray ?? [])
        .Select(one => (one!["instance"]!.GetValue<string>(), one["version"]!.GetValue<string>(), one["digest"]!.GetValue<string>()));

    /// <summary>A point in time; null when it is not there.</summary>
    public DateTimeOffset? Time(string name) => Text(name) is { } text ? Moment(text) : null;

    private static string? Problem(ExternalCall call, string state, JsonObject json)
    {
        string[] names = ["state", "detail", .. call.Answer.Select(member => member.Name)];
        if (json.Select(pair => pair.Key).FirstOrDefault(name => !names.Contains(name)) is { } unknown)
        {
            return $"$: unknown member {OptionText.Found(unknown)}. {OptionText.Hint(unknown, names)}";
        }

        if (json["detail"] is { } detail && detail.GetValueKind() is not JsonValueKind.String)
        {
            return $"$.detail: expected text, found {Found(detail)}";
        }

        foreach (var member in call.Answer)
        {
            var isThere = json.TryGetPropertyValue(member.Name, out var value);
            if (!isThere && member.RequiredIn.Contains(state))
            {
                return $"$.{member.Name}: missing: with \"state\":\"{state}\" expected {Expected(member)}";
            }

            if (isThere && !(value is null ? member.MayBeNull : Is(member.Kind, value)))
            {
                return $"$.{member.Name}: expected {Expected(member)}, found {Found(value)}";
            }
        }

        return state == "alive" && json["address"] is null ? "$.address: an instance that is alive has an address: expected host and port such as \"127.0.0.1:4711\", found null" : null;
    }

    private static bool Is(ExternalKind kind, JsonNode value) => kind switch
    {
        ExternalKind.Text => IsText(value, text => text.Length is > 0 and <= LongestText && !text.Any(char.IsControl)),
        ExternalKind.Integer => IsNumber(value, number => number == Math.Truncate(number)),
        ExternalKind.Count => IsNumber(value, number => number >= 0),
        ExternalKind.Address => IsText(value, IsAddress),
        ExternalKind.Url => IsText(value, IsUrl),
        ExternalKind.Time => IsText(value, text => Moment(text) is not null),
        ExternalKind.Open => value is JsonObject,
        ExternalKind.Weights => value is JsonObject { Count: <= MostElements } weights
            && weights.All(pair => IsAddress(pair.Key) && pair.Value is { } weight && IsNumber(weight, number => number is >= 0 and <= 1_000_000 && number == Math.Truncate(number))),
        ExternalKind.Buckets => value is JsonArray { Count: <= MostElements } buckets && buckets.Select((pair, i) => IsBucket(pair, isLast: i == buckets.Count - 1)).All(isOne => isOne),
        ExternalKind.Instances => value is JsonArray { Count: <= MostElements } instances && instances.All(IsInstance),
        ExternalKind.Service => false,
        _ => throw new InvalidOperationException($"'{kind}' is not a kind of member."),
    };

    private static bool IsBucket(JsonNode? pair, bool isLast) => pair is JsonArray { Count: 2 } bucket
        && (isLast ? bucket[0] is { } last && IsText(last, text => text == "+Inf") : bucket[0] is { } bound && IsNumber(bound, _ => true))
        && bucket[1] is { } count && IsNumber(count, number => number >= 0);

    private static bool IsInstance(JsonNode? one) => one is JsonObject { Count: 3 } instance
        && OfInstances.All(name => instance[name] is { } text && Is(ExternalKind.Text, text))
        && SemanticVersion.TryParse(instance["version"]!.GetValue<string>(), out _);

    private static bool IsText(JsonNode value, Func<string, bool> isRight) =>
        value.GetValueKind() is JsonValueKind.String && isRight(value.GetValue<string>());

    private static bool IsNumber(JsonNode value, Func<double, bool> isRight) =>
        value.GetValueKind() is JsonValueKind.Number && value.AsValue().TryGetValue<double>(out var number) && double.IsFinite(number) && isRight(number);

    private static bool IsAddress(string text) =>
        HostAndPort().IsMatch(text) && Uri.TryCreate($"http://{text}", UriKind.Absolute, out var uri) && uri.Port is > 0 and <= 65535;

    private static bool IsUrl(string text) => text.Length <= 2000
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0;

    private static DateTimeOffset? Moment(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    private static string Expected(ExternalMember member) => member.Kind switch
    {
        ExternalKind.Text => "text on one line",
        ExternalKind.Integer => "a whole number",
        ExternalKind.Count => "a number of 0 or more",
        ExternalKind.Address => "host and port such as \"127.0.0.1:4711\"",
        ExternalKind.Url => "an address such as \"http://127.0.0.1:8000\", without a password",
        ExternalKind.Time => "a date and time such as \"2026-01-31T12:00:00Z\"",
        ExternalKind.Open => "an object",
        ExternalKind.Weights => "an object of addresses with whole numbers from 0, such as {\"127.0.0.1:4711\":90}",
        ExternalKind.Buckets => "a list of pairs of bound and count, the last bound \"+Inf\", such as [[0.1,5],[\"+Inf\",9]]",
        ExternalKind.Instances => "a list of what runs, such as [{\"instance\":\"ping-1.2.0-run3\",\"version\":\"1.2.0\",\"digest\":\"sha256:1f…\"}], each version SemVer",
        ExternalKind.Service => "a service",
        _ => throw new InvalidOperationException($"'{member.Kind}' is not a kind of member."),
    }
    + (member.MayBeNull ? " or null" : "");

    private static string Found(JsonNode? value)
    {
        if (value is JsonValue scalar && scalar.TryGetValue<string>(out var text))
        {
            return Found(text);
        }

        var json = value?.ToJsonString() ?? "null";
        return json.Length > 80 ? json[..80] + "…" : json;
    }

    private static string Found(string text) => text.Trim() is var shown && shown.Length <= 80 ? OptionText.Found(shown) : OptionText.Found(shown[..80]) + "…";

    private static string Place(JsonException wrong) => wrong.LineNumber is { } line
        ? $"line {(line + 1).ToString(CultureInfo.InvariantCulture)}, byte {(wrong.BytePositionInLine ?? 0).ToString(CultureInfo.InvariantCulture)}"
        : wrong.Message;

    [GeneratedRegex(@"\A(?:[A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\]):[0-9]{1,5}\z")]
    private static partial Regex HostAndPort();
}
