using Release.Output;

namespace Release.Reports;

/// <summary>Phases and steps with the times they took, and the way back as a part of its own.</summary>
internal sealed class Timeline(ReleaseReport report, HtmlWriter html)
{
    private readonly double _span = Math.Max(0.001, report.Seconds);

    public void Write() => Page.Section(html, "timeline", "What happened", () =>
    {
        _ = html.Leaf("p", $"Times are UTC; each bar shows when, between {Page.Clock(report.StartedAt)} and {Show.Duration(TimeSpan.FromSeconds(_span))} later.", ("class", "soft small"));
        using (html.Element("ol", ("class", "timeline")))
        {
            foreach (var phase in report.Phases)
            {
                Phase(phase);
            }

            WayBack();
        }
    });

    private void Phase(ReportedPhase phase)
    {
        var end = phase.FinishedAt ?? (phase.Status == "running" ? report.LastAt : null);
        using (html.Element("li", ("class", "phase")))
        {
            Row(phase.Name, phase.Status, Tones.OfPhase(phase.Status), phase.StartedAt, end, [(phase.StartedAt, end ?? phase.StartedAt, $"fill-{Page.Class(Tones.OfPhase(phase.Status))}")]);
            Note(phase.Reason);
            if (StepsOf(phase) is { Count: > 0 } steps)
            {
                using (html.Element("ol"))
                {
                    steps.ForEach(Step);
                }
            }
        }

        _ = html.Line();
    }

    // A phase that was begun again: each step stands where it was begun first.
    private List<ReportedStep> StepsOf(ReportedPhase phase)
    {
        var next = report.Phases.FirstOrDefault(p => p.Seq > phase.Seq)?.Seq ?? long.MaxValue;
        return [.. report.Steps.Where(s => s.Events[0].Seq > phase.Seq && s.Events[0].Seq < next && !s.Events[0].IsUndo)];
    }

    private void Step(ReportedStep step)
    {
        var (word, tone) = Tones.Of(step);
        var end = step.AppliedAt ?? step.FailedAt;
        var bars = new List<(DateTimeOffset, DateTimeOffset, string)>
        {
            (step.BegunAt, end ?? step.BegunAt, step.FailedAt is not null ? "fill-bad" : end is null ? "fill-wait" : "fill-good"),
        };
        if (step.UndoBegunAt is { } undo)
        {
            bars.Add((undo, step.UndoneAt ?? step.UndoFailedAt ?? undo, step.UndoFailedAt is null ? "fill-back" : "fill-bad"));
        }

        using (html.Element("li"))
        {
            Row(step.Id, word, tone, step.BegunAt, end, bars);
        }
    }

    private void WayBack()
    {
        var undone = report.Steps.Where(s => s.UndoBegunAt is not null || s.UndoneAt is not null).OrderBy(s => s.Events.First(e => e.IsUndo).Seq).ToList();
        if (undone.Count == 0)
        {
            return;
        }

        var events = undone.SelectMany(s => s.Events.Where(e => e.IsUndo)).ToList();
        var (from, to) = (events.Min(e => e.At), events.Max(e => e.At));
        var isWhole = undone.All(s => s.UndoFailedAt is null && s.Status is not Runs.StepStatus.UndoIntended);
        using (html.Element("li", ("class", "phase")))
        {
            Row("Going back", isWhole ? "undone" : "not whole", isWhole ? Tone.Idle : Tone.Bad, from, to, [(from, to, "fill-back")]);
            var why = report.Decisions.FirstOrDefault(d => d.What == "go-back")?.Reason ?? "";
            Note(report.Phases.Any(p => p.Reason.Length > 0 && why.Contains(p.Reason, StringComparison.Ordinal)) ? "" : why);
            using (html.Element("ol"))
            {
                foreach (var step in undone)
                {
                    Undo(step);
                }
            }
        }
    }

    private void Undo(ReportedStep step)
    {
        var (begin, end) = (step.UndoBegunAt ?? step.UndoneAt ?? step.BegunAt, step.UndoneAt ?? step.UndoFailedAt);
        using (html.Element("li"))
        {
            var failed = step.Status is Runs.StepStatus.UndoFailed;
            var word = failed ? "undo failed" : end is null ? "undo not known" : "undone";
            Row($"undo {step.Id}", word, failed ? Tone.Bad : end is null ? Tone.Wait : Tone.Idle, begin, end, [(begin, end ?? begin, failed ? "fill-bad" : "fill-back")]);
            Note(step.UndoDetail);
        }
    }

    private void Note(string text)
    {
        if (text.Length > 0)
        {
            _ = html.Leaf("p", text, ("class", "note"));
        }
    }

    private void Row(
        string name, string status, Tone tone, DateTimeOffset from, DateTimeOffset? to, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To, string Class)> bars)
    {
        using (html.Element("div", ("class", "row")))
        {
            using (html.Element("div", ("class", "name")))
            {
                _ = html.Text(name).Text(" ");
                _ = Page.Pill(html, status, tone);
            }

            using (html.Element("svg", ("class", "bar"), ("viewBox", "0 0 1000 10"), ("preserveAspectRatio", "none"), ("aria-hidden", "true"), ("xmlns", "http://www.w3.org/2000/svg")))
            {
                _ = html.Void("rect", ("class", "track"), ("x", "0"), ("y", "4"), ("width", "1000"), ("height", "2"));
                foreach (var bar in bars)
                {
                    var (x, width) = (X(bar.From), Math.Max(6, X(bar.To) - X(bar.From)));
                    _ = html.Void("rect", ("class", bar.Class), ("x", Page.N(Math.Min(x, 994))), ("y", "0"), ("width", Page.N(Math.Min(width, 1000 - Math.Min(x, 994)))), ("height", "10"));
                }
            }

            using (html.Element("div", ("class", "when")))
            {
                _ = Page.Time(html, from, Page.Clock(from));
                _ = html.Text(to is { } end ? $" · {Show.Duration(end - from)}" : "");
            }
        }
    }

    private double X(DateTimeOffset at) => Math.Clamp(1000 * (at - report.StartedAt).TotalSeconds / _span, 0, 1000);
}
