namespace Release.Gates.Kayenta;

/// <summary>What one metric says.</summary>
public enum KayentaLabel
{
    /// <summary>No significant change in the direction that is bad.</summary>
    Pass,

    /// <summary>Significantly more than the control.</summary>
    High,

    /// <summary>Significantly less than the control.</summary>
    Low,

    /// <summary>No values.</summary>
    Nodata,

    /// <summary>No values, and there must be some.</summary>
    NodataFail,

    /// <summary>The test could not be computed.</summary>
    Error,
}

/// <summary>How a metric was classified.</summary>
/// <param name="Label">What it says.</param>
/// <param name="Reason">A sentence; empty for a plain pass.</param>
/// <param name="EffectSize">How large the change is; 1 for none, NaN when a mean is 0.</param>
/// <param name="IsCritical">Whether it makes the whole score 0.</param>
public sealed record KayentaClassification(KayentaLabel Label, string Reason, double EffectSize, bool IsCritical);

/// <summary>Classifies one metric as Kayenta's judge does.</summary>
public static class KayentaClassifier
{
    private const double Noise = 1e-5;

    /// <summary>Classifies.</summary>
    /// <param name="metric">How.</param>
    /// <param name="control">Stable's values, one a minute; NaN where there is none.</param>
    /// <param name="experiment">The candidate's.</param>
    public static KayentaClassification Classify(
        KayentaMetric metric, IReadOnlyList<double> control, IReadOnlyList<double> experiment)
    {
        var (before, after) = (Prepare(metric, control), Prepare(metric, experiment));
        if (before.Length == 0 || after.Length == 0)
        {
            return Missing(metric);
        }

        return before.Order().SequenceEqual(after.Order())
            ? new KayentaClassification(KayentaLabel.Pass, "control and experiment are identical", 1, false)
            : metric.Test is KayentaTest.MeanInequality
            ? CompareMeans(before, after)
            : Compare(metric, before, after);
    }

    private static double[] Prepare(KayentaMetric metric, IReadOnlyList<double> values)
    {
        double[] known = metric.NanStrategy is KayentaNanStrategy.Remove
            ? [.. values.Where(v => !double.IsNaN(v))]
            : [.. values.Select(v => double.IsNaN(v) ? 0 : v)];
        return metric.OutlierFactor is { } factor ? Outliers.Without(known, factor) : known;
    }

    private static KayentaClassification Missing(KayentaMetric metric) =>
        metric.NanStrategy is KayentaNanStrategy.Replace
            ? new KayentaClassification(KayentaLabel.Pass, "", 1, false)
            : new KayentaClassification(
                metric is { MustHaveData: true, IsCritical: false } ? KayentaLabel.NodataFail : KayentaLabel.Nodata,
                $"{metric.Name} has no values",
                1,
                metric.IsCritical);

    private static KayentaClassification CompareMeans(double[] control, double[] experiment)
    {
        var label = experiment.Average().CompareTo(control.Average()) switch
        {
            > 0 => KayentaLabel.High,
            < 0 => KayentaLabel.Low,
            _ => KayentaLabel.Pass,
        };
        return new KayentaClassification(label, "", MeanRatio(control, experiment), false);
    }

    private static KayentaClassification Compare(KayentaMetric metric, double[] control, double[] experiment)
    {
        var areConstant = control.Distinct().Count() == 1 && experiment.Distinct().Count() == 1;
        if (areConstant && control[0] == experiment[0])
        {
            return new KayentaClassification(KayentaLabel.Pass, "", 1, false);
        }

        var shift = areConstant
            ? MannWhitney.Of(Spread(experiment), Spread(control), metric.Confidence)
            : MannWhitney.Of(experiment, control, metric.Confidence);
        if (shift is not { } known)
        {
            return new KayentaClassification(KayentaLabel.Error, $"{metric.Name} cannot be ranked", double.NaN, metric.IsCritical);
        }

        var effect = metric.EffectSize is KayentaEffectSize.MeanRatio
            ? MeanRatio(control, experiment)
            : CommonLanguage(control, experiment);
        if (metric.IsCritical && Label(metric, known, effect, metric.Critical) is not KayentaLabel.Pass and var critical)
        {
            return new KayentaClassification(critical, $"{metric.Name} is critically {Word(critical)}", effect, true);
        }

        var label = Label(metric, known, effect, metric.Allowed);
        return new KayentaClassification(label, label is KayentaLabel.Pass ? "" : $"{metric.Name} is {Word(label)}", effect, false);
    }

    private static KayentaLabel Label(KayentaMetric metric, Shift shift, double effect, EffectLimits limits)
    {
        // A ratio with a mean of 0 is no number, and then the test alone decides.
        var clear = metric.Tolerance * Math.Abs(shift.Estimate);
        var isHigh = metric.Direction is not KayentaDirection.Decrease && shift.Lower > clear && !(effect < limits.Increase);
        var isLow = metric.Direction is not KayentaDirection.Increase && shift.Upper < -clear && !(effect > limits.Decrease);
        return isHigh ? KayentaLabel.High : isLow ? KayentaLabel.Low : KayentaLabel.Pass;
    }

    private static double MeanRatio(double[] control, double[] experiment)
    {
        var (before, after) = (control.Average(), experiment.Average());
        return before == 0 || after == 0 ? double.NaN : after / before;
    }

    private static double CommonLanguage(double[] control, double[] experiment) =>
        experiment.Sum(after => control.Sum(before => after > before ? 1 : after == before ? 0.5 : 0))
        / ((double)experiment.Length * control.Length);

    // Kayenta draws normal noise, so that ranks are not all tied. Normal scores are as good and say the same every time.
    private static double[] Spread(double[] values) =>
        [.. values.Select((v, i) => v + (Noise * Math.Abs(v) * MannWhitney.NormalQuantile((i + 0.5) / values.Length)))];

    private static string Word(KayentaLabel label) =>
        label is KayentaLabel.High ? "significantly higher than the control" : "significantly lower than the control";
}
