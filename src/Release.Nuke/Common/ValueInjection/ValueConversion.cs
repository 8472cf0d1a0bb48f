using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Nuke.Common.IO;
using Nuke.Common.Tooling;

namespace Nuke.Common.ValueInjection;

/// <summary>From the words of a command line to a member's type, always in the invariant culture.</summary>
internal static class ValueConversion
{
    /// <summary>The type of one value: without array and nullable.</summary>
    public static Type ElementOf(Type type)
    {
        var element = type.IsArray ? type.GetElementType()! : type;
        return Nullable.GetUnderlyingType(element) ?? element;
    }

    /// <param name="expected">What would be valid, as in "a whole number".</param>
    public static bool TryConvert(
        IReadOnlyList<string> words, Type type, out object? value, [NotNullWhen(false)] out string? expected)
    {
        expected = null;
        var element = ElementOf(type);
        if (!type.IsArray)
        {
            value = words.Count == 1 ? One(words[0], element, out expected) : null;
            expected ??= value is null ? "one value" : null;
            return expected is null;
        }

        var values = Array.CreateInstance(type.GetElementType()!, words.Count);
        value = values;
        for (var i = 0; i < words.Count; i++)
        {
            if (One(words[i], element, out expected) is not { } converted)
            {
                expected ??= "a value";
                return false;
            }

            values.SetValue(converted, i);
        }

        return true;
    }

    private static object? One(string word, Type type, out string? expected)
    {
        expected = null;
        if (type == typeof(string))
        {
            return word;
        }

        if (type == typeof(bool))
        {
            expected = "true or false";
            return Kept(bool.TryParse(word, out var yes), yes, ref expected);
        }

        if (type.IsEnum)
        {
            return EnumValue(word, type, out expected);
        }

        if (type == typeof(AbsolutePath))
        {
            return AbsolutePath.Create(Path.GetFullPath(word, EnvironmentInfo.WorkingDirectory));
        }

        return Number(word, type, out expected) ?? (expected is null ? ByConverter(word, type, out expected) : null);
    }

    private static object? Number(string word, Type type, out string? expected)
    {
        var invariant = CultureInfo.InvariantCulture;
        expected = type == typeof(int) || type == typeof(long) ? $"a whole number from {Least(type)} to {Most(type)}"
            : type == typeof(double) || type == typeof(decimal) ? "a number, as 0.5"
            : null;
        return expected is null ? null
            : type == typeof(int) ? Kept(int.TryParse(word, NumberStyles.AllowLeadingSign, invariant, out var i), i, ref expected)
            : type == typeof(long) ? Kept(long.TryParse(word, NumberStyles.AllowLeadingSign, invariant, out var l), l, ref expected)
            : type == typeof(double)
                ? Kept(double.TryParse(word, NumberStyles.Float, invariant, out var d) && double.IsFinite(d), d, ref expected)
            : Kept(decimal.TryParse(word, NumberStyles.Float, invariant, out var m), m, ref expected);
    }

    private static object? Kept<T>(bool valid, T value, ref string? expected)
    {
        expected = valid ? null : expected;
        return valid ? value : null;
    }

    private static string Least(Type type) => type == typeof(int) ? $"{int.MinValue}" : $"{long.MinValue}";

    private static string Most(Type type) => type == typeof(int) ? $"{int.MaxValue}" : $"{long.MaxValue}";

    // By name alone: Enum.Parse would also take a number that no name stands for.
    private static object? EnumValue(string word, Type type, out string? expected)
    {
        var names = Enum.GetNames(type);
        var name = names.FirstOrDefault(name => Names.Key(name) == Names.Key(word));
        expected = name is null ? "one of " + string.Join(", ", names) : null;
        return name is null ? null : Enum.Parse(type, name);
    }

    private static object? ByConverter(string word, Type type, out string? expected)
    {
        expected = null;
        var converter = TypeDescriptor.GetConverter(type);
        try
        {
            if (converter.CanConvertFrom(typeof(string)) && converter.ConvertFromInvariantString(word) is { } value)
            {
                return value;
            }
        }
#pragma warning disable CA1031 // A converter says "not valid" with whatever exception its author chose.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Reported below.
        }

        expected = type.IsSubclassOf(typeof(Enumeration))
            ? "one of " + string.Join(", ", Enumeration.NamesOf(type))
            : $"text that {type.Name} can be read from";
        return null;
    }
}
