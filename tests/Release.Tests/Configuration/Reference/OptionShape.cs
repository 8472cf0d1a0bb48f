using System.Globalization;
using Newtonsoft.Json.Linq;
using Release.Configuration;
using Release.Drivers;

namespace Release.Tests.Configuration.Reference;

/// <summary>The records of a configuration, and what their members are: what schema and reference are both made of.</summary>
internal static class OptionShape
{
    public static OptionTypes Types { get; } = DriverTypes.All;

    public static OptionDocs Docs { get; } = new(typeof(EnvironmentOptions).Assembly, typeof(DriverTypes).Assembly);

    public static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    public static Type? ElementOf(Type type)
        => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    public static Type? ValueOf(Type type)
        => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? type.GetGenericArguments()[1] : null;

    /// <summary>Whether a record is chosen by its <c>type</c>.</summary>
    public static bool IsChosen(Type type) => !ScalarReader.Reads(type) && (Types.Of(type).Count > 0 || type == typeof(NotifierOptions));

    public static bool IsRecord(Type type) => !ScalarReader.Reads(type) && type != typeof(JToken);

    /// <summary>The member's default as a configuration writes it; null when it has none or is nothing.</summary>
    public static JToken? Default(OptionMember member, Type record)
    {
        if (member.IsRequired || record.IsAbstract)
        {
            return null;
        }

        return Written(member.Get(Activator.CreateInstance(record)!));
    }

    private static JToken? Written(object? value) => value switch
    {
        null => null,
        TimeSpan duration => ValueText.Of(duration),
        Enum word => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString()),
        string or bool or int or double => JToken.FromObject(value),
        IReadOnlyList<int> numbers => new JArray(numbers),
        System.Collections.IDictionary { Count: 0 } => new JObject(),
        System.Collections.ICollection { Count: 0 } => new JArray(),
        _ => null,
    };

    /// <summary>The name of a record in the schema and in the reference: <c>probe-http</c>, <c>gate</c>.</summary>
    public static string Name(Type type) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(type.Name.Replace("Options", "", StringComparison.Ordinal));

    public static string Number(object number) => Convert.ToString(number, CultureInfo.InvariantCulture)!;
}
