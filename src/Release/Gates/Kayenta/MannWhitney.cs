namespace Release.Gates.Kayenta;

/// <summary>The shift between two samples.</summary>
/// <param name="Lower">The lower end of its confidence interval.</param>
/// <param name="Upper">The upper end; for values below the search's tolerance it may lie under the lower one, as Kayenta's does.</param>
/// <param name="Estimate">The estimate.</param>
internal readonly record struct Shift(double Lower, double Upper, double Estimate);

/// <summary>
/// The Mann-Whitney test, inverted: which shifts of the experiment make it look like the control? Normal approximation with
/// corrections for ties and continuity, as Kayenta and R's wilcox.test do it.
/// </summary>
internal static class MannWhitney
{
    private const double Tolerance = 1e-4;

    /// <summary>The shift of the experiment against the control.</summary>
    /// <param name="experiment">At least one value.</param>
    /// <param name="control">At least one value.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <returns>The shift; null when all values are tied, which no rank can tell apart.</returns>
    public static Shift? Of(double[] experiment, double[] control, double confidence)
    {
        var (least, most) = (experiment.Min() - control.Max(), experiment.Max() - control.Min());
        if (!double.IsFinite(Statistic(experiment, control, least)) || !double.IsFinite(Statistic(experiment, control, most)))
        {
            return null;
        }

        var quantile = NormalQuantile((1 - confidence) / 2);
        return new Shift(Root(-quantile), Root(quantile), Root(0));

        double Root(double z) =>
            Statistic(experiment, control, least) - z <= 0 ? least
            : Statistic(experiment, control, most) - z >= 0 ? most
            : RootSearch.Find(shift => Statistic(experiment, control, shift) - z, least, most, Tolerance);
    }

    /// <summary>
    /// The standardised rank sum of the experiment after it was shifted back; falls from positive to negative as the shift
    /// grows. NaN when all values are tied.
    /// </summary>
    public static double Statistic(double[] experiment, double[] control, double shift)
    {
        var (sum, ties) = RankSum(experiment, control, shift);
        double n = experiment.Length, m = control.Length, all = n + m;
        var distance = sum - (n * (n + 1) / 2) - (n * m / 2);
        var variance = n * m / 12 * (all + 1 - (ties / (all * (all - 1))));
        return (distance - (0.5 * Math.Sign(distance))) / Math.Sqrt(variance > 0 ? variance : double.NaN);
    }

    /// <summary>Φ⁻¹(p) for 0 &lt; p &lt; 1, by halving; the series of Φ has only positive terms.</summary>
    public static double NormalQuantile(double p)
    {
        var (low, high) = (-9.0, 9.0);
        for (var i = 0; i < 100; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Normal(middle) < p ? (middle, high) : (low, middle);
        }

        return high;
    }

    private static double Normal(double z)
    {
        var (sum, term) = (0.0, z);
        for (var i = 3; sum + term != sum; i += 2)
        {
            sum += term;
            term *= z * z / i;
        }

        return 0.5 + (sum * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI));
    }

    // Tied values share the mean of their ranks. Ties: the sum of t³ - t over all groups of t equal values.
    private static (double Sum, double Ties) RankSum(double[] experiment, double[] control, double shift)
    {
        var values = new double[experiment.Length + control.Length];
        var isExperiment = new bool[values.Length];
        for (var i = 0; i < experiment.Length; i++)
        {
            values[i] = experiment[i] - shift;
            isExperiment[i] = true;
        }

        control.CopyTo(values, experiment.Length);
        Array.Sort(values, isExperiment);
        var (sum, ties) = (0.0, 0.0);
        for (var start = 0; start < values.Length;)
        {
            var end = start;
            var members = 0;
            for (; end < values.Length && values[end] == values[start]; end++)
            {
                members += isExperiment[end] ? 1 : 0;
            }

            double size = end - start;
            sum += members * (start + 1 + end) / 2.0;
            ties += (size * size * size) - size;
            start = end;
        }

        return (sum, ties);
    }
}
