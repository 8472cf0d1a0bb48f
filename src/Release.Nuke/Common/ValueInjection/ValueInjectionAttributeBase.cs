#nullable disable
using System.Reflection;

namespace Nuke.Common.ValueInjection;

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public abstract class ValueInjectionAttributeBase : Attribute
{
    protected ValueInjectionAttributeBase()
    {
    }

    public INukeBuild Build { get; private set; }

    /// <summary>Members with a higher priority get their value first.</summary>
    public virtual int Priority => 0;

    public virtual bool SuppressWarnings => false;

    /// <summary>The value, or null with a warning where it cannot be had; a usage failure is passed on.</summary>
    public object TryGetValue(MemberInfo member, object instance)
    {
        Build = instance as INukeBuild;
        try
        {
            return GetValue(member, instance);
        }
#pragma warning disable CA1031 // Attributes of other people: what they meet is theirs, and a missing value is not yet a failure.
        catch (Exception exception) when (exception is not UsageFailure)
#pragma warning restore CA1031
        {
            if (!SuppressWarnings)
            {
                Build?.Run?.Log.Write(
                    Execution.Severity.Warning, $"{member.Name} has no value: {exception.GetBaseException().Message}");
            }

            return null;
        }
    }

    public abstract object GetValue(MemberInfo member, object instance);

    protected T GetMemberValue<T>(string memberName, object instance)
        => GetMemberValueOrNull<T>(memberName, instance)
            ?? throw new BuildFailure($"{instance?.GetType().Name}.{memberName} has no value.");

    protected T GetMemberValueOrNull<T>(string memberName, object instance)
        => Reading.Named(instance?.GetType(), memberName) is { } member && Reading.Value(member, instance) is T value
            ? value
            : default;
}
