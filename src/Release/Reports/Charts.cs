using Release.Gates;

namespace Release.Reports;

/// <summary>The charts of what the gate saw: the share of the traffic, and every objective for stable and candidate.</summary>
internal sealed class Charts(ReleaseReport report, HtmlWriter html)
{
    /// <summary>Of each of so many stretches a chart keeps the lowest and the highest value.</summary>
    private const int Stretches = 120;

    private const int TableRows = 30;

    public void Write() => Page.Section(html, "metrics", "Traffic and objectives", () =>
    {
        if (report.Services.Count == 0)
        {
            _ = html.Leaf("p", "No metrics were judged in this run: no candidate shared the traffic.");
            return;
        }

        Legend();
        foreach (var (service, index) in report.Services.Select((s, i) => (s, i)))
        {
            Service(service, index);
        }
    });

    private void Service(ReportedService service, int index)
    {
        _ = html.Leaf("h3", $"{service.Name}: {Wording.Count(service.CandidateRequests)} requests to the candidate beside {Wording.Count(service.StableRequests)} to stable");
        if (service.Samples > 2 * Stretches)
        {
            _ = html.Leaf("p", $"There are {Wording.Count(service.Samples)} ticks: of each of {Stretches} stretches the charts show the lowest and the highest value, so no peak is lost.", ("class", "soft small"));
        }

        foreach (var problem in service.Problems)
        {
            _ = html.Leaf("p", $"Not read: {problem}", ("class", "soft small"));
        }

        foreach (var rule in service.Rules)
        {
            _ = html.Leaf("p", $"Plain rule {rule.Sentence}", ("class", "small"));
        }

        using (html.Element("div", ("class", "charts")))
        {
            Traffic(service, $"s{index}");
            foreach (var (objective, at) in service.Objectives.Select((o, i) => (o, i)))
            {
                Objective(service, objective, $"s{index}o{at}");
            }
        }
    }

    private void Legend()
    {
        using (html.Element("ul", ("class", "legend")))
        {
            Key("line-candidate", "M2 6H34", "candidate, in the traffic step so far");
            Key("dot-candidate", "M16 6a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0", "candidate, one tick");
            Key("line-stable", "M2 6H34", "stable, in the step so far");
            Key("line-bound", "M2 6H34", "the candidate's true share lies between (95 %)");
            Key("dot-stable", "M16 3.5h5v5h-5z", "stable, one tick");
            Key("line-limit", "M2 6H34", "limit");
        }

        _ = html.Leaf("p", "Shaded bands are traffic steps, with the candidate's share above them; in the warm-up there are ticks but no line yet. Numbers in circles are the decisions listed below.", ("class", "soft small")).Line();
    }

    private void Key(string style, string path, string words)
    {
        using (html.Element("li"))
        {
            using (html.Element("svg", ("viewBox", "0 0 36 12"), ("aria-hidden", "true"), ("xmlns", "http://www.w3.org/2000/svg")))
            {
                _ = html.Void("path", ("class", style), ("d", path));
            }

            _ = html.Text(words);
        }
    }

    private void Traffic(ReportedService service, string id)
    {
        var observed = Thinning.Keep(service.Observed, p => p.Percent, Stretches);
        using (html.Element("figure"))
        {
            using (html.Element("figcaption"))
            {
                _ = html.Text("Share of the candidate ").Leaf("span", "line: requested; dots: observed by the services' own counters", ("class", "soft"));
            }

            var frame = new ChartFrame(html, service, report.Decisions, 100);
            frame.Draw(id, $"Share of the candidate of {service.Name}", TrafficInWords(service), v => $"{v:0} %", () =>
            {
                frame.Line("line-candidate", Requested(service));
                frame.Dots("dot-candidate", squares: false, observed.Select(p => (p.At, (double?)p.Percent)));
            });
            Numbers($"Share of the candidate of {service.Name}", ["time", "#requested", "#observed"], Thinning.Keep(observed, p => p.Percent, TableRows), point =>
                [Page.Clock(point.At), $"{RequestedAt(service, point.At):0.##} %", $"{point.Percent:0.##} %"]);
        }

        _ = html.Line();
    }

    private static IEnumerable<(DateTimeOffset, double?, string)> Requested(ReportedService service)
    {
        var before = 0.0;
        foreach (var (at, percent) in service.Requested)
        {
            yield return (at, before, "");
            yield return (at, before = percent, "");
        }

        if (service.Observed.Count > 0)
        {
            yield return (service.Observed[^1].At, before, "");
        }
    }

    private static double RequestedAt(ReportedService service, DateTimeOffset at) => service.Requested.LastOrDefault(p => p.At <= at).Percent;

    private static string TrafficInWords(ReportedService service) =>
        $"Requested: {string.Join(", ", service.Requested.Select(p => $"{p.Percent:0.##} % from {Page.Clock(p.At)}"))}.";

    private void Objective(ReportedService service, ReportedObjective objective, string id)
    {
        var candidate = Thinning.Keep(objective.Points, p => p.Candidate.Share ?? 0, Stretches);
        var stable = Thinning.Keep(objective.Points, p => p.Stable.Share ?? 0, Stretches);
        var highest = objective.Points.Select(p => Math.Max(Math.Max(p.Candidate.Share ?? 0, p.Stable.Share ?? 0), Math.Max(p.CandidateInStep.Share ?? 0, p.StableInStep.Share ?? 0)))
            .Append((objective.Allowed ?? 0) * 1.5).Append(1e-4).Max();
        using (html.Element("figure"))
        {
            using (html.Element("figcaption"))
            {
                _ = html.Text(objective.Id).Text(" ");
                var (word, tone) = objective.IsKept switch { true => ("kept", Tone.Good), false => ("broken", Tone.Bad), null => ("not known", Tone.Idle) };
                _ = Page.Pill(html, word, tone).Leaf("span", objective.Text.Length > 0 ? objective.Text : "the recorded configuration does not say the limit", ("class", "soft"))
                    .Leaf("span", $"last step: candidate {Wording.Of(objective.Candidate.Events, objective.Candidate.Requests)}, stable {Wording.Of(objective.Stable.Events, objective.Stable.Requests)}", ("class", "soft"));
                if (objective.Judged is { } judged)
                {
                    _ = html.Leaf("span", judged, ("class", "soft"));
                }
            }

            var frame = new ChartFrame(html, service, report.Decisions, ChartFrame.RoundUp(highest));
            frame.Draw(id, $"{objective.Id} of {service.Name}", InWords(objective), Wording.Share, () =>
            {
                frame.Dots("dot-stable", squares: true, stable.Select(p => (p.At, p.Stable.Share)));
                frame.Dots("dot-candidate", squares: false, candidate.Select(p => (p.At, p.Candidate.Share)));
                frame.Line("line-stable", stable.Select(p => (p.At, p.StableInStep.Share, Step(service, p.At))));
                frame.Line("line-candidate", candidate.Select(p => (p.At, p.CandidateInStep.Share, Step(service, p.At))));
                frame.Line("line-bound", candidate.Select(p => (p.At, Within(p.Lower, highest), "")));
                frame.Line("line-bound", candidate.Select(p => (p.At, Within(p.Upper, highest), "")));
                if (objective.Allowed is { } allowed)
                {
                    frame.Limit(allowed, $"limit {Wording.Share(allowed)}");
                }

                if (objective is { Candidate.Share: { } last, Points: [.., var end] })
                {
                    frame.EndOfLine("candidate-text", end.At, last, Wording.Share(last));
                }
            });
            Numbers($"{objective.Id} of {service.Name}", ["time", "#share", "#candidate", "#stable", "#candidate's true share (95 %)", "#evidence against it"], Thinning.Keep(objective.Points, p => p.Candidate.Share ?? 0, TableRows), point =>
                [Page.Clock(point.At), $"{RequestedAt(service, point.At):0.##} %", Wording.Of(point.Candidate.Events, point.Candidate.Requests), Wording.Of(point.Stable.Events, point.Stable.Requests), Bounds(point), Evidence(point.Evidence)]);
        }

        _ = html.Line();
    }

    // What is beyond the picture says nothing in it.
    private static double? Within(double? bound, double highest) => bound <= highest ? bound : null;

    private static string Bounds(ObjectivePoint point) =>
        point is { Lower: { } lower, Upper: { } upper } ? $"{Wording.Share(lower)} to {Wording.Share(upper)}" : "";

    private static string Evidence(double? evidence) =>
        evidence is { } known ? (known >= 1e6 ? "over a million" : known.ToString("#,0.###", System.Globalization.CultureInfo.InvariantCulture)) : "";

    // The counts begin anew with every step, and so does the line.
    private static string Step(ReportedService service, DateTimeOffset at) => RequestedAt(service, at).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string InWords(ReportedObjective objective) =>
        $"{(objective.Text.Length > 0 ? $"Limit: {objective.Text}. " : "")}In the last step the candidate had {Wording.Of(objective.Candidate.Events, objective.Candidate.Requests)}, "
            + $"stable {Wording.Of(objective.Stable.Events, objective.Stable.Requests)}. The highest single tick of the candidate: "
            + $"{Wording.Share(objective.Points.Select(p => p.Candidate.Share ?? 0).DefaultIfEmpty().Max())}.";

    private void Numbers<T>(string caption, IReadOnlyList<string> columns, IReadOnlyList<T> points, Func<T, IReadOnlyList<string>> cells)
    {
        using (html.Element("details"))
        {
            _ = html.Leaf("summary", "The numbers", ("class", "small"));
            Page.Table(html, caption, columns, () =>
            {
                foreach (var point in points)
                {
                    using (html.Element("tr"))
                    {
                        foreach (var (cell, column) in cells(point).Select((c, i) => (c, i)))
                        {
                            _ = column == 0 ? html.Leaf("th", cell, ("scope", "row")) : html.Leaf("td", cell, ("class", "num"));
                        }
                    }
                }
            });
        }
    }
}
