using System.Reflection;

namespace Nuke.Common.ValueInjection;

/// <summary>All parameters of a build class: its own first, then its base classes', then its components'.</summary>
internal sealed class ParameterTable
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public
        | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly Dictionary<string, List<BuildParameter>> _byKey = [];

    private ParameterTable()
    {
    }

    public List<BuildParameter> All { get; } = [];

    /// <summary>Members whose values come from elsewhere (a git repository, an attribute of the build's own).</summary>
    public List<OtherInjection> OtherInjections { get; } = [];

    /// <summary>Members with <see cref="RequiredAttribute"/> whose value is injected otherwise.</summary>
    public List<MemberInfo> OtherRequired { get; } = [];

    public static ParameterTable Of(Type build)
    {
        var table = new ParameterTable();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var type = build; type is not null && type != typeof(NukeBuild); type = type.BaseType)
        {
            foreach (var member in type.GetMembers(Declared))
            {
                if (member is PropertyInfo or FieldInfo && member.IsDefined(typeof(ValueInjectionAttributeBase))
                    && names.Add(member.Name))
                {
                    table.Add(member, ofClass: true);
                }
            }
        }

        foreach (var component in build.GetInterfaces())
        {
            foreach (var property in component == typeof(INukeBuild) ? [] : component.GetProperties())
            {
                if (property.IsDefined(typeof(ValueInjectionAttributeBase)) && !names.Contains(property.Name))
                {
                    table.Add(property, ofClass: false);
                }
            }
        }

        return table;
    }

    /// <summary>More than one where components declare the same parameter: each reads it in its own type.</summary>
    public IReadOnlyList<BuildParameter> Find(string key) => _byKey.GetValueOrDefault(key) ?? [];

    private void Add(MemberInfo member, bool ofClass)
    {
        var attribute = member.GetCustomAttribute<ValueInjectionAttributeBase>()!;
        if (attribute is not ParameterAttribute parameterAttribute)
        {
            if (ofClass)
            {
                OtherInjections.Add(new OtherInjection(member, attribute));
            }

            if (member.IsDefined(typeof(RequiredAttribute)))
            {
                OtherRequired.Add(member);
            }

            return;
        }

        var parameter = new BuildParameter(member, parameterAttribute);
        if (!_byKey.TryGetValue(parameter.Key, out var same))
        {
            _byKey[parameter.Key] = same = [];
            All.Add(parameter);
        }

        same.Add(parameter);
    }
}

internal sealed record OtherInjection(MemberInfo Member, ValueInjectionAttributeBase Attribute);
