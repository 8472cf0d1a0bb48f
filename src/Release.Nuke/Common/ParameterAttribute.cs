#nullable disable
using System.Reflection;
using Nuke.Common.ValueInjection;

namespace Nuke.Common;

public class ParameterAttribute : ValueInjectionAttributeBase
{
    private readonly string _description;

    public ParameterAttribute(string description = null) => _description = description;

    public virtual string Description => _description;
    public string Name { get; set; }
    public string Separator { get; set; }
    public virtual bool List { get; set; } = true;
    public Type ValueProviderType { get; set; }
    public string ValueProviderMember { get; set; }

    public override object GetValue(MemberInfo member, object instance)
        => (instance as INukeBuild)?.Run?.Parameters.ValueOf(new BuildParameter(member, this));

    /// <summary>The values that are possible, where they are known: an enum's names, or what the value provider lists.</summary>
    public virtual IEnumerable<(string, object)> GetValueSet(MemberInfo member, object instance)
    {
        foreach (var value in new BuildParameter(member, this).PossibleValues(instance))
        {
            yield return (value, value);
        }
    }
}

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public class RequiredAttribute : Attribute
{
}

/// <summary>The value is masked in everything the graph prints.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter)]
public class SecretAttribute : Attribute
{
}

[AttributeUsage(AttributeTargets.Interface, AllowMultiple = false, Inherited = false)]
public class ParameterPrefixAttribute : Attribute
{
    public ParameterPrefixAttribute(string prefix) => Prefix = prefix;

    public string Prefix { get; }
}
