using System.Collections;
using System.Reflection;
using Nuke.Common.Tooling;

namespace Nuke.Common.ValueInjection;

/// <summary>A member with a <see cref="ParameterAttribute"/>: how it is named, and what it takes.</summary>
internal sealed class BuildParameter(MemberInfo member, ParameterAttribute attribute)
{
    public MemberInfo Member => member;

    /// <summary>As <c>CanaryPercent</c>, with the component's prefix.</summary>
    public string Name { get; } =
        member.DeclaringType?.GetCustomAttribute<ParameterPrefixAttribute>()?.Prefix + (attribute.Name ?? member.Name);

    public string Key => field ??= Names.Key(Name);
    public string Flag => Names.Flag(Name);
    public string? Description => attribute.Description;
    public bool IsSecret { get; } = member.IsDefined(typeof(SecretAttribute));
    public bool IsRequired { get; } = member.IsDefined(typeof(RequiredAttribute));
    public Type Type { get; } = member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;
    public bool IsSwitch => Type == typeof(bool) || Type == typeof(bool?);
    public bool IsList => Type.IsArray;

    public string[] Separated(string word)
        => IsList && attribute.Separator is { Length: > 0 } separator
            ? word.Split(separator, StringSplitOptions.RemoveEmptyEntries)
            : [word];

    /// <summary>Whether the build's code lists the values, which may be others tomorrow.</summary>
    public bool HasProvider => attribute.ValueProviderMember is not null;

    /// <summary>The values that the type itself names; empty where it names none.</summary>
    public IEnumerable<string> FixedValues()
    {
        var element = ValueConversion.ElementOf(Type);
        return element.IsEnum ? Enum.GetNames(element)
            : element.IsSubclassOf(typeof(Enumeration)) ? Enumeration.NamesOf(element)
            : [];
    }

    public IEnumerable<string> PossibleValues(object? instance)
    {
        var named = FixedValues().ToList();
        if (named.Count > 0)
        {
            return named;
        }

        if (attribute.ValueProviderMember is not { } provider
            || Reading.Named(attribute.ValueProviderType ?? instance?.GetType(), provider) is not { } list)
        {
            return [];
        }

        return Reading.Value(list, instance) is IEnumerable values
            ? values.Cast<object?>().Select(static value => value?.ToString() ?? "")
            : [];
    }
}
