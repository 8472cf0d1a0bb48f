using Newtonsoft.Json.Linq;
using Release.Configuration;

namespace Release.Gates.Evidence;

/// <summary>Reads single members of a series strictly: what is there must be what is expected, and nothing else may be there.</summary>
internal sealed class SeriesMembers(ConfigurationErrors errors)
{
    private const double MostCounted = 9_007_199_254_740_992;

    /// <summary>The object; null after an error, or where it is null and may be.</summary>
    public JObject? Record(JToken? token, params string[] known)
    {
        if (token is not JObject record)
        {
            _ = token is null ? null : Refuse<object>(token, "an object");
            return null;
        }

        foreach (var property in record.Properties().Where(p => !known.Contains(p.Name)))
        {
            errors.Add(property, $"unknown key. {Nearest.Hint(property.Name, known)}");
        }

        return record;
    }

    /// <summary>The list; none after an error or where it is missing and may be.</summary>
    public IReadOnlyList<JToken> List(JObject record, string name, bool isRequired)
    {
        var token = Member(record, name, isRequired ? "a list" : null);
        return token switch
        {
            null => [],
            JArray list => [.. list],
            _ => Refuse<JToken[]>(token, "a list") ?? [],
        };
    }

    public string? Text(JObject record, string name, string expected) =>
        Member(record, name, expected) is not { } token ? null
        : token.Type == JTokenType.String && (string)token! is { Length: > 0 } text ? text
        : Refuse<string>(token, expected);

    public bool? Flag(JObject record, string name) =>
        Member(record, name, null) is not { } token ? null : token.Type == JTokenType.Boolean ? (bool)token : RefuseValue<bool>(token, "true or false");

    /// <summary>A number within both ends.</summary>
    public double? Number(JObject record, string name, string expected, double least, double most) =>
        Member(record, name, null) is not { } token ? null
        : Numeric(token) is { } number && number >= least && number <= most ? number
        : RefuseValue<double>(token, expected);

    public TimeSpan? Duration(JObject record, string name, bool mayBeZero = false) =>
        Member(record, name, null) is not { } token ? null
        : token.Type == JTokenType.String && ValueText.TryDuration((string)token!, out var duration) && (mayBeZero || duration > TimeSpan.Zero) ? duration
        : RefuseValue<TimeSpan>(token, "a duration such as \"5s\"");

    /// <summary>A count: whole, since rates and their extrapolated increases are fractions and would make every test invalid.</summary>
    public double? Count(JObject record, string name) => Member(record, name, CountExpected) is { } token ? Count(token) : null;

    public double? Count(JToken token) =>
        Numeric(token) is { } number && number >= 0 && number <= MostCounted && Math.Floor(number) == number ? number : RefuseValue<double>(token, CountExpected);

    /// <summary>A share as a fraction or as text with its unit.</summary>
    public double? Share(JObject record, string name) =>
        Member(record, name, null) is not { } token ? null
        : token.Type == JTokenType.String && ValueText.TryPercent((string)token!, out var percent) ? percent.Fraction
        : Numeric(token) is { } number && number is >= 0 and <= 1 ? number
        : RefuseValue<double>(token, "a share from 0 to 1 such as 0.1, or a percentage such as \"10%\"");

    /// <summary>The member; null where it is missing or null, which is an error where something is expected.</summary>
    public JToken? Member(JObject record, string name, string? expected)
    {
        if (record[name] is { Type: not JTokenType.Null } token)
        {
            return token;
        }

        if (expected is not null)
        {
            errors.Add(record, name, record[name] is null ? $"missing: expected {expected}" : $"expected {expected}, found null");
        }

        return null;
    }

    public static double? Numeric(JToken token) =>
        token.Type is JTokenType.Integer or JTokenType.Float && (double)token is var number && double.IsFinite(number)
            ? number
            : null;

    public T? Refuse<T>(JToken token, string expected)
        where T : class
    {
        errors.Add(token, $"expected {expected}, found {JsonText.Found(token)}");
        return null;
    }

    public T? RefuseValue<T>(JToken token, string expected)
        where T : struct
    {
        errors.Add(token, $"expected {expected}, found {JsonText.Found(token)}");
        return null;
    }

    private static string CountExpected => "a count: a whole number of at least 0, the difference of two raw counters";
}
