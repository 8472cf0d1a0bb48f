using System.Text.Json.Nodes;
using Release.Gates.Kayenta;
using Release.Tests.Gates.Power;

namespace Release.Tests.Gates.Kayenta;

/// <summary>Every case of Kayenta's own test suites, read where they are: none of them is in a file of ours.</summary>
public sealed class TheKayentaCases
{
    [SharedVectorsFact]
    public void All_37_metrics_are_classified_alike()
    {
        var cases = Cases("classifier");
        cases.Count.ShouldBe(37);
        foreach (var c in cases)
        {
            var (where, expected) = (c.Text("id"), c["expected"]!);
            var actual = KayentaClassifier.Classify(Metric(c), c.Numbers("control"), c.Numbers("experiment"));
            if (expected["classification"] is { } label)
            {
                actual.Label.ToString().ShouldBe(label.GetValue<string>(), where);
            }

            if (expected["critical"] is { } critical)
            {
                actual.IsCritical.ShouldBe(critical.GetValue<bool>(), where);
            }

            if (expected["deviation"] is { } deviation)
            {
                actual.EffectSize.ShouldBe(deviation.ToJsonString() == "\"NaN\"" ? double.NaN : deviation.GetValue<double>(), where);
            }

            if (expected["reasonNotEmpty"] is not null)
            {
                actual.Reason.ShouldNotBeEmpty(where);
            }
        }
    }

    /// <summary>Beside the labels, the interval, the estimate and the effect size that an independent port gives.</summary>
    [SharedVectorsFact]
    public void The_numbers_behind_them_are_those_of_an_independent_port()
    {
        foreach (var c in Cases("classifier").Where(c => c["portResult"]!["lower"] is not null))
        {
            var (where, port) = (c.Text("id"), c["portResult"]!);
            var shift = MannWhitney.Of(c.Numbers("experiment"), c.Numbers("control"), c.Number("confLevel"))!.Value;
            shift.Lower.ShouldBe(port.Number("lower"), 1e-9, where);
            shift.Upper.ShouldBe(port.Number("upper"), 1e-9, where);
            shift.Estimate.ShouldBe(port.Number("estimate"), 1e-9, where);
            var classified = KayentaClassifier.Classify(Metric(c), c.Numbers("control"), c.Numbers("experiment"));
            (classified.Label.ToString(), classified.IsCritical).ShouldBe((port.Text("classification"), port["critical"]!.GetValue<bool>()), where);
            (port["effectSize"] is { } effect
                ? Math.Abs(classified.EffectSize - effect.GetValue<double>()) < 1e-12
                : double.IsNaN(classified.EffectSize)).ShouldBeTrue(where);
        }
    }

    [SharedVectorsFact]
    public void All_7_tests_of_the_shift_agree()
    {
        var cases = Cases("mannWhitney");
        cases.Count.ShouldBe(7);
        foreach (var c in cases)
        {
            var where = c.Text("id");
            if (c["checks"] is JsonArray checks)
            {
                foreach (var check in checks.Select(k => k!))
                {
                    (MannWhitney.Statistic(c.Numbers("x"), c.Numbers("y"), check.Number("mu")) - check.Number("quantile"))
                        .ShouldBe(check.Number("expected"), c.Number("tol"), where);
                }
            }
            else if (c["check"] is not null)
            {
                MannWhitney.NormalQuantile(0.01).ShouldBe(c.Number("expected"), c.Number("tol"), where);
            }
            else if (c["x"] is not null)
            {
                CheckIntermediates(c);
            }
            else
            {
                var shift = MannWhitney.Of(c.Numbers("experiment"), c.Numbers("control"), c.Number("confidenceLevel"))!.Value;
                shift.Lower.ShouldBe(c["expected"]!.Number("lower"), c["tol"]!.Number("ci"), where);
                shift.Upper.ShouldBe(c["expected"]!.Number("upper"), c["tol"]!.Number("ci"), where);
                shift.Estimate.ShouldBe(c["expected"]!.Number("estimate"), c["tol"]!.Number("estimate"), where);
            }
        }
    }

    [SharedVectorsFact]
    public void All_13_scores_agree()
    {
        var cases = SharedVectors.Of("kayenta_cases.json")["scorer"]!["cases"]!.AsArray().Select(c => c!).ToList();
        cases.Count.ShouldBe(13);
        foreach (var c in cases)
        {
            var weights = c["groupWeights"]!.AsObject().ToDictionary(w => w.Key, w => w.Value!.GetValue<double>());
            List<KayentaVote> votes =
            [
                .. c["metrics"]!.AsArray().Select(m => new KayentaVote(
                    Enum.Parse<KayentaLabel>(m!.Text("classification")),
                    [.. m!["groups"]!.AsArray().Select(g => g!.GetValue<string>())],
                    m!["critical"]!.GetValue<bool>())),
            ];
            KayentaScore.Of(votes, weights).Score.ShouldBe(c.Number("expectedSummaryScore"), 0.005, c.Text("name"));
        }
    }

    [SharedVectorsFact]
    public void All_6_detectors_find_the_same_outliers()
    {
        var cases = SharedVectors.Of("kayenta_cases.json")["detectors"]!["cases"]!.AsArray().Select(c => c!).ToList();
        cases.Count.ShouldBe(6);
        foreach (var c in cases)
        {
            var found = c.Text("detector") == "ksigma"
                ? Outliers.BySigma(c.Numbers("data"), c.Number("k"))
                : Outliers.ByQuartiles(c.Numbers("data"), c.Number("factor"));
            found.Index().Where(o => o.Item).Select(o => o.Index).ShouldBe(c["outlierIndexes"]!.AsArray().Select(i => i!.GetValue<int>()), c.ToJsonString());
        }
    }

    private static void CheckIntermediates(JsonNode c)
    {
        var (x, y, expected, tolerance) = (c.Numbers("x"), c.Numbers("y"), c["expected"]!, c.Number("tol"));
        var z = -MannWhitney.NormalQuantile((1 - c.Number("confidenceLevel")) / 2);
        var (least, most) = (x.Min() - y.Max(), x.Max() - y.Min());
        least.ShouldBe(expected.Number("muMin"), tolerance);
        most.ShouldBe(expected.Number("muMax"), tolerance);
        z.ShouldBe(expected.Number("zLower"), tolerance);
        (MannWhitney.Statistic(x, y, least) - z).ShouldBe(expected.Number("diff_muMin_zLower"), tolerance);
        (MannWhitney.Statistic(x, y, most) - z).ShouldBe(expected.Number("diff_muMax_zLower"), tolerance);
        (MannWhitney.Statistic(x, y, least) + z).ShouldBe(expected.Number("diff_muMin_zUpper"), tolerance);
        (MannWhitney.Statistic(x, y, most) + z).ShouldBe(expected.Number("diff_muMax_zUpper"), tolerance);
        var shift = MannWhitney.Of(x, y, c.Number("confidenceLevel"))!.Value;
        shift.Lower.ShouldBe(expected.Number("ciLower"), tolerance);
        shift.Upper.ShouldBe(expected.Number("ciUpper"), tolerance);
        shift.Estimate.ShouldBe(expected.Number("estimate"), tolerance);
    }

    private static List<JsonNode> Cases(string group) =>
        [.. SharedVectors.Of("kayenta_cases.json")[group]!.AsArray().Select(c => c!)];

    private static KayentaMetric Metric(JsonNode c)
    {
        EffectLimits Limits(string name) => c[name] is null ? EffectLimits.Any : new(c.Numbers(name)[0], c.Numbers(name)[1]);
        return new KayentaMetric
        {
            Name = c.Text("name"),
            Test = c.Text("classifier") == "mann-whitney" ? KayentaTest.MannWhitney : KayentaTest.MeanInequality,
            Direction = Enum.Parse<KayentaDirection>(c.Text("direction"), true),
            NanStrategy = Enum.Parse<KayentaNanStrategy>(c.Text("nanStrategy"), true),
            IsCritical = c["critical"]!.GetValue<bool>(),
            MustHaveData = c["mustHaveData"]!.GetValue<bool>(),
            Tolerance = c["tolerance"]?.GetValue<double>() ?? 0.25,
            Confidence = c["confLevel"]?.GetValue<double>() ?? 0.98,
            EffectSize = c["effectSizeMeasure"]?.GetValue<string>() == "cles" ? KayentaEffectSize.CommonLanguage : KayentaEffectSize.MeanRatio,
            Allowed = Limits("effectSizeThresholds_decrease_increase"),
            Critical = Limits("criticalThresholds_decrease_increase"),
        };
    }
}
