using System.Globalization;

namespace Release;

/// <summary>A share in percent, 0 to 100. As text <c>"1%"</c>.</summary>
/// <param name="Value">0 to 100.</param>
public readonly record struct Percent(decimal Value) : IComparable<Percent>
{
    /// <summary>Nothing.</summary>
    public static readonly Percent Zero = new(0);

    /// <summary>All.</summary>
    public static readonly Percent Full = new(100);

    /// <summary>Gets the share as a fraction, 0 to 1.</summary>
    public double Fraction => (double)(Value / 100);

    /// <summary>Gets what is left to 100.</summary>
    public Percent Rest => new(100 - Value);

    /// <summary>Compares the shares.</summary>
    public static bool operator <(Percent left, Percent right) => left.Value < right.Value;

    /// <summary>Compares the shares.</summary>
    public static bool operator >(Percent left, Percent right) => left.Value > right.Value;

    /// <summary>Compares the shares.</summary>
    public static bool operator <=(Percent left, Percent right) => left.Value <= right.Value;

    /// <summary>Compares the shares.</summary>
    public static bool operator >=(Percent left, Percent right) => left.Value >= right.Value;

    /// <summary>Rounds a fraction to a hundredth of a percent.</summary>
    public static Percent Of(double fraction) => new(Math.Round((decimal)fraction * 100, 2));

    /// <inheritdoc/>
    public int CompareTo(Percent other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
