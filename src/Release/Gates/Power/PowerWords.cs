using System.Globalization;

namespace Release.Gates.Power;

/// <summary>How forecasts read: two digits are enough for what is an estimate.</summary>
internal static class PowerWords
{
    private const double FewEvents = 4;

    public static string Of(DetectionPower power)
    {
        var question = power.Question;
        var (window, share) = (Time(power.Plan.Window.TotalSeconds), Share(question.Baseline));
        var seen = question.IsLimit
            ? $"{question.Id}: {Count(power.Plan.CandidateRequests)} candidate requests in {window}; limit {share}."
            : $"{question.Id}: {Count(power.Plan.CandidateRequests)} candidate and {Count(power.Plan.BaselineRequests)} baseline requests in {window}; baseline {share}.";
        return string.Join(' ', new[] { seen, Found(power), Smallest(power), Lacking(power) }.Where(s => s.Length > 0));
    }

    /// <summary><c>55 s</c>, <c>3 min</c>, <c>2 h 10 min</c>, <c>9 days</c>.</summary>
    public static string Time(double seconds) => Time(seconds, Math.Round);

    /// <summary>The same, never less than it is.</summary>
    public static string AtLeast(double seconds) => Time(seconds, value => Math.Ceiling(value - 1e-6));

    /// <summary><c>1.0 %</c>, <c>0.012 %</c>, <c>12 %</c>.</summary>
    public static string Share(double share) => Percent(share, Math.Round);

    /// <summary>The same, never less than it is.</summary>
    public static string AtLeastShare(double share) => Percent(share, value => Math.Ceiling(value - 1e-6));

    public static string Count(double count) =>
        count.ToString(count < 10 ? "0.#" : "#,0", CultureInfo.InvariantCulture);

    /// <summary><c>3m</c>, as it is written in the configuration; never less than it is.</summary>
    public static string Setting(double seconds) => seconds switch
    {
        <= 90 => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Ceiling(seconds - 1e-6)):0}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling((seconds - 1e-6) / 60):0}m"),
    };

    private static string Found(DetectionPower power)
    {
        var question = power.Question;
        if (question.Sought <= question.Baseline)
        {
            return "";
        }

        var change = question.Change is not null ? $"A rise to {Share(question.Sought)}"
            : question.IsLimit ? "Twice the limit"
            : "Doubling";
        return double.IsInfinity(power.Median)
            ? $"{change} is never found."
            : $"{change} is found in {Time(power.Median)} (half of the runs), {Time(power.Most)} (9 of 10).";
    }

    private static string Smallest(DetectionPower power) => (power.Smallest, power.Question.IsLimit) switch
    {
        ({ } smallest, true) => $"Smallest share found by the end in 9 of 10: {Share(smallest)}.",
        ({ } smallest, false) => $"Smallest rise found by the end in 9 of 10: {Share(power.Question.Baseline)} -> {Share(smallest)}.",
        (null, true) => "No share, however large, is found by the end in 9 of 10.",
        _ => "No rise, however large, is found by the end in 9 of 10.",
    };

    private static string Lacking(DetectionPower power)
    {
        if (power.Question.Sought <= power.Question.Baseline)
        {
            return "";
        }

        var few = power.ExpectedEvents < FewEvents
            ? $"Fewer than four events expected of a candidate with {Share(power.Question.Sought)}."
            : "";
        if (power.IsEnough)
        {
            return few;
        }

        var needs = new List<string>();
        if (!double.IsInfinity(power.Most))
        {
            needs.Add($"W >= {AtLeast(power.Most)}");
        }

        if (power.NeededShare is { } share)
        {
            needs.Add($"weight >= {AtLeastShare(share)}");
        }

        var cannot = needs.Count > 0 ? $"This gate cannot decide that: it needs {string.Join(" or ", needs)}." : "This gate cannot decide that.";
        return few.Length > 0 ? $"{cannot} {few}" : cannot;
    }

    private static string Time(double seconds, Func<double, double> round)
    {
        if (!(seconds < TimeSpan.FromDays(3650).TotalSeconds))
        {
            return "more than 10 years";
        }

        var minutes = round(seconds / 60);
        return seconds < 120 && seconds % 60 != 0 ? string.Create(CultureInfo.InvariantCulture, $"{round(seconds):0} s")
            : minutes < 120 ? string.Create(CultureInfo.InvariantCulture, $"{minutes:0} min")
            : minutes < 48 * 60 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(minutes / 60):0} h {minutes % 60:0} min")
            : string.Create(CultureInfo.InvariantCulture, $"{round(seconds / 86400):0} days");
    }

    private static string Percent(double share, Func<double, double> round)
    {
        var percent = share * 100;
        if (!(percent > 0) || percent >= 99.5)
        {
            return percent > 0 ? "100 %" : "0 %";
        }

        var digits = Math.Clamp(1 - (int)Math.Floor(Math.Log10(percent) + 1e-9), 0, 9);
        var scale = Math.Pow(10, digits);
        return (round(percent * scale) / scale).ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) + " %";
    }
}
