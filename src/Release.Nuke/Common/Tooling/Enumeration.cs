#nullable disable
using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace Nuke.Common.Tooling;

public delegate T Configure<T>(T options);

/// <summary>A closed set of texts: public static fields of the derived class, found by their names.</summary>
public abstract class Enumeration
{
    protected Enumeration()
    {
    }

    protected string Value { get; set; }

    public static implicit operator string(Enumeration value) => value?.Value;

    public static bool operator ==(Enumeration a, Enumeration b) => Equals(a, b);

    public static bool operator !=(Enumeration a, Enumeration b) => !Equals(a, b);

    public override bool Equals(object obj)
        => obj is Enumeration other && other.GetType() == GetType() && other.Value == Value;

    public override int GetHashCode() => Value?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public override string ToString() => Value;

    internal static IEnumerable<string> NamesOf(Type type)
        => type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == type).Select(field => field.Name);

    public class TypeConverter<T> : TypeConverter
    {
        public override bool CanConvertFrom(ITypeDescriptorContext context, Type sourceType)
            => sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

        public override object ConvertFrom(ITypeDescriptorContext context, CultureInfo culture, object value)
        {
            if (value is not string name)
            {
                return base.ConvertFrom(context, culture, value);
            }

            var field = typeof(T).GetField(name, BindingFlags.Public | BindingFlags.Static | BindingFlags.IgnoreCase);
            return field?.GetValue(null)
                ?? throw new FormatException($"'{name}' is not one of {string.Join(", ", NamesOf(typeof(T)))}.");
        }
    }
}
