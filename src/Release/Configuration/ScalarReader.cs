using System.Globalization;
using System.Text.Json;
using Newtonsoft.Json.Linq;

namespace Release.Configuration;

/// <summary>Reads single values: text, numbers, durations, shares, words of an enumeration.</summary>
internal sealed class ScalarReader(OptionTypes types, ConfigurationErrors errors, bool isRecorded)
{
    private readonly ConfiguredText _texts = new(types, errors, isRecorded);

    /// <summary>Gets the references to secrets that were read.</summary>
    public IReadOnlyList<SecretReference> Secrets => _texts.Secrets;

    /// <summary>Whether it is a single value at all.</summary>
    public static bool Reads(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum || type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(double)
            || type == typeof(TimeSpan) || type == typeof(Percent);
    }

    /// <summary>What is expected, in the words of an error.</summary>
    public static string Expected(Type type, OptionMember member)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
        {
            return string.Join(" or ", Words(type).Keys.Select(JsonText.Quoted));
        }

        return type switch
        {
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(int) => "a whole number" + Limits(member),
            _ when type == typeof(double) => "a number" + Limits(member),
            _ when type == typeof(TimeSpan) => ValueText.Expected(ValueForms.Duration),
            _ when type == typeof(Percent) => ValueText.Expected(ValueForms.Percent),
            _ when member.Forms != ValueForms.None => ValueText.Expected(member.Forms),
            _ => member.Pattern?.ErrorMessage ?? "text",
        };
    }

    /// <summary>The words of an enumeration, as a configuration writes them.</summary>
    public static SortedDictionary<string, object> Words(Type type)
    {
        var words = new SortedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var value in Enum.GetValues(type))
        {
            words[JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()!)] = value;
        }

        return words;
    }

    /// <summary>The value, or null after an error.</summary>
    public object? Read(Type type, JToken token, OptionMember member)
    {
        var value = type switch
        {
            _ when type.IsEnum => Word(type, token),
            _ when type == typeof(bool) => token.Type == JTokenType.Boolean ? (bool)token : null,
            _ when type == typeof(int) => Whole(token, member),
            _ when type == typeof(double) => Number(token, member),
            _ when type == typeof(TimeSpan) => Duration(token, member),
            _ when type == typeof(Percent) => token.Type == JTokenType.String && ValueText.TryPercent((string)token!, out var percent) ? percent : null,
            _ => (object?)_texts.Read(token, member),
        };
        if (value is null && !errors.Has(token))
        {
            var found = _texts.NameOf(token, member) is { } name && SecretWords.Name(name) ? $"something else: {SecretWords.Reference}" : JsonText.Found(token);
            errors.Add(token, $"expected {Expected(type, member)}, found {found}{Hint(type, token, member)}");
        }

        return value;
    }

    /// <summary>What was meant, where that can be told: <c>5</c> for <c>"5s"</c>, <c>"500"</c> for <c>500</c>.</summary>
    private static string Hint(Type type, JToken token, OptionMember member)
    {
        var forms = type == typeof(TimeSpan) ? ValueForms.Duration : type == typeof(Percent) ? ValueForms.Percent : member.Forms;
        if (token.Type is JTokenType.Integer or JTokenType.Float or JTokenType.String && forms != ValueForms.None
            && ValueText.Meant(token.ToString(Newtonsoft.Json.Formatting.None).Trim('"'), forms) is { } value)
        {
            return $". Did you mean \"{value}\"?";
        }

        if (token.Type == JTokenType.String && (forms is ValueForms.Duration or ValueForms.Size))
        {
            return forms == ValueForms.Duration
                ? ". Its units are ms, s, m, h and d, and it is at most 49d"
                : ". Its units are B, kB, MB, GB, TB, KiB, MiB, GiB and TiB";
        }

        if (token.Type == JTokenType.String && ConfiguredText.Meant((string)token!, member) is { } text)
        {
            return $". Did you mean \"{text}\"?";
        }

        var isQuoted = token.Type == JTokenType.String
            && ((type == typeof(bool) && (string)token! is "true" or "false")
                || (type == typeof(int) && int.TryParse((string)token!, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                || (type == typeof(double) && double.TryParse((string)token!, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)));
        return isQuoted ? ". Remove the quotes." : "";
    }

    private static string Limits(OptionMember member)
        => member.Range is not { } range ? ""
            : range.Maximum is int.MaxValue ? $" of at least {range.Minimum}"
            : string.Create(CultureInfo.InvariantCulture, $" from {range.Minimum} to {range.Maximum}");

    private object? Word(Type type, JToken token)
    {
        if (token.Type != JTokenType.String)
        {
            return null;
        }

        var words = Words(type);
        if (words.TryGetValue((string)token!, out var value))
        {
            return value;
        }

        if (Nearest.To((string)token!, words.Keys) is { } near)
        {
            errors.Add(token, $"expected {string.Join(" or ", words.Keys.Select(JsonText.Quoted))}, found {JsonText.Found(token)}. Did you mean \"{near}\"?");
        }

        return null;
    }

    private int? Whole(JToken token, OptionMember member)
        => token is JValue { Type: JTokenType.Integer, Value: long number } && number is >= int.MinValue and <= int.MaxValue
            && (isRecorded || member.Range is null || member.Range.IsValid((int)number))
            ? (int)number
            : null;

    private double? Number(JToken token, OptionMember member)
        => token.Type is JTokenType.Integer or JTokenType.Float && (double)token is var number && double.IsFinite(number)
            && (isRecorded || member.Range is null || member.Range.IsValid(number))
            ? number
            : null;

    private TimeSpan? Duration(JToken token, OptionMember member)
    {
        if (token.Type != JTokenType.String || !ValueText.TryDuration((string)token!, out var duration))
        {
            return null;
        }

        if (duration == TimeSpan.Zero && !member.MayBeZero && !isRecorded)
        {
            errors.Add(token, $"expected a duration above zero such as \"30s\", found {JsonText.Found(token)}");
            return null;
        }

        return duration;
    }
}
