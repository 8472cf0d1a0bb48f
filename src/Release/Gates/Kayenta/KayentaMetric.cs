using System.Collections.Immutable;

namespace Release.Gates.Kayenta;

/// <summary>Which change of a metric is bad.</summary>
public enum KayentaDirection
{
    /// <summary>Any.</summary>
    Either,

    /// <summary>More than the control.</summary>
    Increase,

    /// <summary>Less than the control.</summary>
    Decrease,
}

/// <summary>What becomes of minutes without a value.</summary>
public enum KayentaNanStrategy
{
    /// <summary>They are left out.</summary>
    Remove,

    /// <summary>They count as 0, as for a counter of errors.</summary>
    Replace,
}

/// <summary>How large a change is.</summary>
public enum KayentaEffectSize
{
    /// <summary>The experiment's mean divided by the control's.</summary>
    MeanRatio,

    /// <summary>The chance that a value of the experiment is above one of the control.</summary>
    CommonLanguage,
}

/// <summary>By what a metric is classified.</summary>
public enum KayentaTest
{
    /// <summary>The Mann-Whitney test.</summary>
    MannWhitney,

    /// <summary>The means, whatever the noise.</summary>
    MeanInequality,
}

/// <summary>Two limits for the size of a change.</summary>
/// <param name="Decrease">At or below it a decrease counts.</param>
/// <param name="Increase">At or above it an increase counts.</param>
public readonly record struct EffectLimits(double Decrease, double Increase)
{
    /// <summary>Every change counts.</summary>
    public static readonly EffectLimits Any = new(1, 1);
}

/// <summary>One metric of a Kayenta configuration. The defaults are its judge's.</summary>
public sealed record KayentaMetric
{
    /// <summary>Gets its name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the groups that it counts for.</summary>
    public ImmutableArray<string> Groups { get; init; } = ["all"];

    /// <summary>Gets by what it is classified.</summary>
    public KayentaTest Test { get; init; } = KayentaTest.MannWhitney;

    /// <summary>Gets which change is bad.</summary>
    public KayentaDirection Direction { get; init; } = KayentaDirection.Either;

    /// <summary>Gets what becomes of minutes without a value.</summary>
    public KayentaNanStrategy NanStrategy { get; init; } = KayentaNanStrategy.Remove;

    /// <summary>Gets a value indicating whether the whole score is 0 when it does not pass.</summary>
    public bool IsCritical { get; init; }

    /// <summary>Gets a value indicating whether it fails, not critically, when there are no values.</summary>
    public bool MustHaveData { get; init; }

    /// <summary>Gets the part of the estimated shift that the interval must clear.</summary>
    public double Tolerance { get; init; } = 0.25;

    /// <summary>Gets the confidence of the interval, between 0 and 1.</summary>
    public double Confidence { get; init; } = 0.98;

    /// <summary>Gets how the size of a change is measured.</summary>
    public KayentaEffectSize EffectSize { get; init; } = KayentaEffectSize.MeanRatio;

    /// <summary>Gets from which size on a change counts.</summary>
    public EffectLimits Allowed { get; init; } = EffectLimits.Any;

    /// <summary>Gets from which size on a change of a critical metric is critical.</summary>
    public EffectLimits Critical { get; init; } = EffectLimits.Any;

    /// <summary>Gets how many interquartile ranges outside the quartiles a value is thrown away; null keeps all.</summary>
    public double? OutlierFactor { get; init; }
}
