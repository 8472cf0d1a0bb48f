using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Release.Configuration;

/// <summary>One member of an options record, as the configuration sees it.</summary>
internal sealed class OptionMember
{
    private readonly PropertyInfo _property;

    private OptionMember(PropertyInfo property)
    {
        _property = property;
        Name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        Range = property.GetCustomAttribute<RangeAttribute>();
        Pattern = property.GetCustomAttribute<RegularExpressionAttribute>();
        MayBeZero = property.IsDefined(typeof(MayBeZeroAttribute));
        MayBeEmpty = property.IsDefined(typeof(MayBeEmptyAttribute));
        Forms = property.GetCustomAttribute<ValueFormAttribute>()?.Forms ?? ValueForms.None;
        IsInRepository = property.IsDefined(typeof(InRepositoryAttribute));
        MayHoldPlaceholders = property.IsDefined(typeof(MayHoldPlaceholdersAttribute));
        IsOneOrMany = property.IsDefined(typeof(OneOrManyAttribute));
        IsRequired = property.IsDefined(typeof(RequiredMemberAttribute));
        FewestElements = property.GetCustomAttribute<MinLengthAttribute>()?.Length ?? 0;
        IsNullable = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
    }

    public string Name { get; }

    public Type Type => _property.PropertyType;

    public PropertyInfo Property => _property;

    public RangeAttribute? Range { get; }

    public RegularExpressionAttribute? Pattern { get; }

    public bool MayBeZero { get; }

    public bool MayBeEmpty { get; }

    public ValueForms Forms { get; }

    public bool IsInRepository { get; }

    public bool MayHoldPlaceholders { get; }

    public bool IsOneOrMany { get; }

    public bool IsRequired { get; }

    public bool IsNullable { get; }

    public int FewestElements { get; }

    /// <summary>The members that a configuration may set; a base record's come first.</summary>
    public static IReadOnlyList<OptionMember> Of(Type type)
        => [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0)
            .Select(property => new OptionMember(property))];

    public object? Get(object record) => _property.GetValue(record);

    public void Set(object record, object? value) => _property.SetValue(record, value);
}
