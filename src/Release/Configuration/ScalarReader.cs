using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;

namespace Release.Configuration;

/// <summary>Reads single values: text, numbers, durations, shares, words of an enumeration.</summary>
internal sealed class ScalarReader(OptionTypes types, ConfigurationErrors errors)
{
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
            _ when type == typeof(TimeSpan) => "a duration such as \"30s\"",
            _ when type == typeof(Percent) => "a percentage such as \"1%\"",
            _ => member.Pattern?.ErrorMessage ?? "text",
        };
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
            _ => (object?)Text(token, member),
        };
        if (value is null && !errors.Has(token))
        {
            errors.Add(token, $"expected {Expected(type, member)}, found {JsonText.Found(token)}");
        }

        return value;
    }

    private static SortedDictionary<string, object> Words(Type type)
    {
        var words = new SortedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var value in Enum.GetValues(type))
        {
            words[JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()!)] = value;
        }

        return words;
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

    private static int? Whole(JToken token, OptionMember member)
        => token is JValue { Type: JTokenType.Integer, Value: long number } && number is >= int.MinValue and <= int.MaxValue
            && (member.Range is null || member.Range.IsValid((int)number))
            ? (int)number
            : null;

    private static double? Number(JToken token, OptionMember member)
        => token.Type is JTokenType.Integer or JTokenType.Float && (double)token is var number && double.IsFinite(number)
            && (member.Range is null || member.Range.IsValid(number))
            ? number
            : null;

    private TimeSpan? Duration(JToken token, OptionMember member)
    {
        if (token.Type != JTokenType.String || !ValueText.TryDuration((string)token!, out var duration))
        {
            return null;
        }

        if (duration == TimeSpan.Zero && !member.MayBeZero)
        {
            errors.Add(token, $"expected a duration above zero such as \"30s\", found {JsonText.Found(token)}");
            return null;
        }

        return duration;
    }

    private string? Text(JToken token, OptionMember member)
    {
        if (token.Type != JTokenType.String)
        {
            return null;
        }

        var text = (string)token!;
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            errors.Add(token, "a NUL character, where the text would be cut off");
            return null;
        }

        foreach (var problem in PlaceholderText.Problems(text, member.MayHoldPlaceholders, types.PlaceholderNames))
        {
            errors.Add(token, problem);
        }

        return member.Pattern is null || Regex.IsMatch(text, $@"\A(?:{member.Pattern.Pattern})\z") ? text : null;
    }
}
