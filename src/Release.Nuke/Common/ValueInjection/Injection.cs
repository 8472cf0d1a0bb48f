using System.Reflection;

namespace Nuke.Common.ValueInjection;

internal static class Injection
{
    private const BindingFlags Hidden
        = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Gives a new build everything: what was given for its parameters, then what other attributes bring.</summary>
    public static void All(NukeBuild build, ParameterTable table, ParameterValues values)
    {
        foreach (var parameter in table.All)
        {
            One(build, table, values, parameter.Key);
        }

        IEnumerable<OtherInjection> others = table.OtherInjections.Count > 1
            ? table.OtherInjections.OrderByDescending(static other => other.Attribute.Priority)
            : table.OtherInjections;
        foreach (var other in others)
        {
            if (other.Attribute.TryGetValue(other.Member, build) is { } value)
            {
                Set(other.Member, build, value);
            }
        }
    }

    /// <summary>Gives one parameter to every member of the class that reads it; a component's is read when it is asked for.</summary>
    public static void One(NukeBuild build, ParameterTable table, ParameterValues values, string key)
    {
        foreach (var parameter in table.Find(key))
        {
            if (!parameter.Member.DeclaringType!.IsInterface && values.ValueOf(parameter) is { } value)
            {
                Set(parameter.Member, build, value);
            }
        }
    }

    /// <summary>Also sets get-only auto-properties, through the field behind them; a computed property is left to compute.</summary>
    /// <exception cref="UsageFailure">The field is static and readonly, which the runtime does not let anyone set.</exception>
    public static void Set(MemberInfo member, object build, object value)
    {
        var field = member as FieldInfo;
        if (member is PropertyInfo property)
        {
            if (property.CanWrite)
            {
                property.SetValue(build, value);
                return;
            }

            field = property.DeclaringType!.GetField($"<{property.Name}>k__BackingField", Hidden);
        }

        if (field is { IsStatic: true, IsInitOnly: true } || (field is { IsStatic: true } && member is PropertyInfo))
        {
            throw new UsageFailure($"{member.DeclaringType!.Name}.{member.Name} is static and read-only and cannot take a value; "
                + "make it an instance property or give it a setter.");
        }

        field?.SetValue(build, value);
    }
}
