using System.Reflection;

namespace Nuke.Common.ValueInjection;

internal static class Injection
{
    private const BindingFlags Hidden
        = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

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
