using Release.Gates;
using Release.Output;
using Release.Runs;

namespace Release.Reports;

/// <summary>The last releases side by side, as one self-contained HTML document.</summary>
/// <param name="history">The releases.</param>
/// <param name="written">The runs whose reports lie beside the page.</param>
/// <param name="mask">Takes secrets out of a text.</param>
public sealed class HistoryPage(HistoryReport history, IReadOnlySet<string> written, Func<string, string> mask)
{
    private static readonly IReadOnlyList<string> Colours = [.. Phases.OfARelease, Phases.Rollback, Phases.Bootstrap];

    /// <summary>The document.</summary>
    public string Render() => Page.Of($"Releases of {history.Environment}", mask, html =>
    {
        using (html.Element("header"))
        {
            _ = html.Leaf("h1", $"{history.Environment} · the last releases").Line();
        }

        using (html.Element("main", ("id", "main"), ("tabindex", "-1")))
        {
            Summary(html);
            Page.Section(html, "runs", "Runs, newest first", () => Runs(html));
        }

        using (html.Element("footer"))
        {
            _ = html.Leaf("p", "A run's number links to its report where one was written beside this page (./build.sh Report --run N). Times are UTC.");
        }
    });

    private void Summary(HtmlWriter html)
    {
        using (html.Element("section", ("class", "verdict idle"), ("aria-label", "Summary")))
        {
            _ = html.Leaf("p", history.Ended.Count == 0
                ? "No release beside a running version has ended yet."
                : $"{history.Ended.Count(r => r.Verdict.Outcome is ReportOutcome.Promoted)} of {history.Ended.Count} releases were promoted.", ("class", "sentence"));
            using (html.Element("dl", ("class", "facts")))
            {
                Page.Fact(html, "Success rate", history.SuccessRate is { } rate ? $"{rate * 100:0.#} %" : "");
                Page.Fact(html, "Median lead time", history.MedianSeconds is { } lead ? Seconds(lead) : "");
                Page.Fact(html, "Went back before promotion", $"{history.RolledBack}");
                Page.Fact(html, "Taken back after promotion", $"{history.TakenBack}");
                Page.Fact(html, "Median time to find a bad one", history.MedianDetectionSeconds is { } found ? $"{Seconds(found)} of traffic" : "");
                Page.Fact(html, "Shown", $"{history.Runs.Count} of {history.All} runs");
            }
        }
    }

    private void Runs(HtmlWriter html)
    {
        if (history.Runs.Count == 0)
        {
            _ = html.Leaf("p", "Nothing was ever released here.");
            return;
        }

        Legend(html);
        var longest = Math.Max(0.001, history.Runs.Max(InPhases));
        Page.Table(html, "The last releases and rollbacks", ["#run", "outcome", "version", "started", "#took", "phases", "#requests", "objectives at the decision"], () =>
        {
            foreach (var run in history.Runs)
            {
                Row(html, run, longest);
            }
        });
    }

    private void Row(HtmlWriter html, ReleaseReport run, double longest)
    {
        var (word, sign, tone) = Tones.Of(run);
        using (html.Element("tr"))
        {
            using (html.Element("th", ("scope", "row"), ("class", "num")))
            {
                _ = written.Contains(run.Run) ? html.Leaf("a", run.Run, ("href", $"run-{run.Run}.html")) : html.Text(run.Run);
            }

            using (html.Element("td"))
            {
                _ = Page.Pill(html, $"{sign} {word}", tone);
            }

            _ = html.Leaf("td", run.VersionBefore is { } before && before != run.Version ? $"{before} → {run.Version}" : run.Version, ("class", "nowrap"));
            using (html.Element("td", ("class", "nowrap")))
            {
                _ = html.Leaf("div", Show.Time(run.StartedAt)).Leaf("div", $"by {run.Origin.Owner}", ("class", "small soft"));
            }

            _ = html.Leaf("td", Seconds(run.Seconds), ("class", "num"));
            using (html.Element("td"))
            {
                Bars(html, run, longest);
            }

            using (html.Element("td", ("class", "num")))
            {
                _ = html.Leaf("div", run.CandidateRequests > 0 ? Wording.Count(run.CandidateRequests) : "–");
                if (run.DetectionSeconds is { } found)
                {
                    _ = html.Leaf("div", $"bad after {Seconds(found)}", ("class", "small soft"));
                }
            }

            using (html.Element("td", ("class", "wrap small")))
            {
                foreach (var objective in run.Services.SelectMany(s => s.Objectives))
                {
                    _ = html.Leaf("div", $"{objective.Id} {(objective.IsKept is false ? "BROKEN " : "")}{(objective.Candidate.Share is { } share ? Wording.Share(share) : "no requests")}"
                        + (objective.Allowed is { } allowed ? $" of {Wording.Share(allowed)}" : ""));
                }
            }
        }

        _ = html.Line();
    }

    private static void Bars(HtmlWriter html, ReleaseReport run, double longest)
    {
        using (html.Element("svg", ("class", "phases"), ("viewBox", "0 0 1000 10"), ("preserveAspectRatio", "none"), ("aria-hidden", "true"), ("xmlns", "http://www.w3.org/2000/svg")))
        {
            var x = 0.0;
            foreach (var phase in run.Phases)
            {
                var width = 1000 * Took(phase) / longest;
                _ = html.Void("rect", ("class", Colour(phase.Name)), ("x", Page.N(x)), ("y", "0"), ("width", Page.N(width)), ("height", "10"));
                x += width;
            }
        }

        _ = html.Leaf("span", string.Join(", ", run.Phases.Where(p => Took(p) >= 0.1).Select(p => $"{p.Name} {Seconds(Took(p))}")), ("class", "small soft"));
    }

    private static void Legend(HtmlWriter html)
    {
        using (html.Element("ul", ("class", "legend")))
        {
            foreach (var phase in Colours.Take(8))
            {
                using (html.Element("li"))
                {
                    using (html.Element("svg", ("class", "swatch"), ("viewBox", "0 0 10 10"), ("aria-hidden", "true"), ("xmlns", "http://www.w3.org/2000/svg")))
                    {
                        _ = html.Void("rect", ("class", Colour(phase)), ("width", "10"), ("height", "10"));
                    }

                    _ = html.Text(phase);
                }
            }
        }
    }

    private static string Colour(string phase) => Colours.ToList().IndexOf(phase) is >= 0 and var at ? $"p{at}" : "p0";

    private static double InPhases(ReleaseReport run) => run.Phases.Sum(Took);

    private static double Took(ReportedPhase phase) => phase.FinishedAt is { } end ? (end - phase.StartedAt).TotalSeconds : 0;

    private static string Seconds(double seconds) => Show.Duration(TimeSpan.FromSeconds(seconds));
}
