using System.Globalization;
using Release.Gates;
using Release.Output;
using Release.Runs;
using Release.Views;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Release.Components.Terminal;

/// <summary>Lays a run out on a page of a certain width, at a certain time.</summary>
/// <param name="cells">The width.</param>
/// <param name="now">The time.</param>
/// <param name="shown">Filters and masks text of unknown origin.</param>
internal sealed class LivePage(int cells, DateTimeOffset now, Func<string, string> shown)
{
    private const int Margin = 10;

    private static readonly Style Dim = new(Color.Grey);
    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Bad = new(Color.Red);
    private static readonly Style Look = new(Color.Yellow);
    private static readonly Style Accent = new(Color.Teal);

    /// <summary>A wait while no run is open.</summary>
    public IReadOnlyList<Segment> Waiting(Passing passing) => Wait(passing).Cut(cells);

    /// <summary>The page, in at most so many lines.</summary>
    public IReadOnlyList<Row> Of(RunPicture run, Passing? passing, int room)
    {
        // In the order in which they are given up: the long form of the phases first, the title last.
        List<Row> title = [Title(run)], whole = [.. run.Phases.SelectMany(Whole)], stop = [.. Stop(run)], next = [.. Next(run)];
        List<Row> gates = [.. run.Gates.SelectMany(Gate)], few = [.. run.Gates.SelectMany(Short)];
        List<Row> phases = [.. Phases(run)], active = [.. Active(run, passing)];
        List<Row>[][] forms =
        [
            [title, whole, Waits(passing), Spaced(gates), Spaced(next), stop],
            [title, phases, active, gates, next, stop],
            [title, phases, active, few, next, stop],
            [title, active, few, stop],
            [title, few, stop],
            [title, active, few],
            [title],
        ];
        var fitting = forms.Select(form => form.SelectMany(rows => rows).ToList()).FirstOrDefault(rows => rows.Count <= room);
        return fitting ?? title;
    }

    private List<Row> Waits(Passing? passing) => passing is null ? [] : [Wait(passing)];

    private List<Row> Spaced(List<Row> rows) => rows.Count == 0 ? rows : [NewRow(), .. rows];

    private Row Title(RunPicture run)
    {
        var clock = $" {Clock(now - run.StartedAt)} ──";
        var row = NewRow().Put("── ", Dim).Put(run.Environment, Bold).Put($" · run {run.Run} · ", Dim);
        row = row.Put(run.GoesBack is null ? "" : "going back · ", Look).Put(run.Title, Bold);
        var kept = NewRow();
        foreach (var segment in row.Put(" ").Cut(cells - clock.Length - 1))
        {
            kept.Put(segment.Text, segment.Style);
        }

        return kept.Put(new string('─', Math.Max(1, cells - clock.Length - kept.Cells)), Dim).Put(clock, Dim);
    }

    /// <summary>All phases with their times, over as few lines as they take.</summary>
    private IEnumerable<Row> Phases(RunPicture run)
    {
        var row = NewRow();
        foreach (var phase in run.Phases)
        {
            var (sign, style) = Sign(phase.Status);
            var time = Took(phase);
            var width = sign.Length + 1 + phase.Name.GetCellWidth() + (time.Length > 0 ? 1 + time.Length : 0);
            if (row.Cells > 0 && row.Cells + 2 + width > cells)
            {
                yield return row;
                row = NewRow();
            }

            var isNow = phase.Status is "running";
            row.Put(row.Cells > 0 ? "  " : "").Put($"{sign} ", style)
                .Put(phase.Name, isNow ? Bold : phase.Status is PhasePicture.ToCome ? Dim : Style.Plain)
                .Put(time.Length > 0 ? $" {time}" : "", isNow ? Accent : Dim);
        }

        yield return row;
    }

    /// <summary>A phase with its steps and all times.</summary>
    private IEnumerable<Row> Whole(PhasePicture phase)
    {
        var (sign, style) = Sign(phase.Status);
        yield return NewRow().Put($"{sign} ", style).Put(phase.Name, phase.Status is "running" ? Bold : Style.Plain).Right(24, Took(phase), Dim);
        foreach (var step in phase.Steps.Where(s => s.Status is not StepStatus.None))
        {
            yield return Step(step, 4);
        }
    }

    /// <summary>What is under way: the steps whose outcome is awaited, else the last one of the running phase.</summary>
    private IEnumerable<Row> Active(RunPicture run, Passing? passing)
    {
        var steps = run.Active.ToList();
        if (steps.Count == 0)
        {
            steps = [.. run.Phases.Where(p => p.Status == "running").TakeLast(1)
                .SelectMany(p => p.Steps.Where(s => s.FinishedAt is not null).OrderBy(s => s.FinishedAt).TakeLast(1))];
        }

        foreach (var (step, i) in steps.TakeLast(3).Select((s, i) => (s, i)))
        {
            yield return Step(step, i == 0 ? 0 : Margin, i == 0 ? "step" : "");
        }

        if (passing is not null)
        {
            yield return Wait(passing);
        }
    }

    private Row Step(StepPicture step, int indent, string label = "")
    {
        var (sign, style) = Sign(step.Status);
        var row = NewRow().Put(new string(' ', indent)).Put(label);
        row = label.Length > 0 ? row.To(Margin) : row;
        var time = step.IsActive
            ? LongTime(step)
            : step is { StartedAt: { } from, FinishedAt: { } to } ? Show.Duration(to - from) : "";
        return row.Put($"{sign} ", style).Put(step.Id, step.IsActive ? Bold : Style.Plain).Put(step.IsActive ? $"  {time}" : "", Accent)
            .Put($"  {step.Text}", Dim).Put(step.IsActive || time.Length == 0 ? "" : $"  {time}", Dim);
    }

    private string LongTime(StepPicture step)
    {
        var waited = Clock(now - (step.StartedAt ?? now));
        return step.AtMost is { } most ? $"{waited} of at most {Clock(most)}" : waited;
    }

    private Row Wait(Passing passing)
    {
        var waited = now - passing.Since;
        return LabelOf("waiting").Put(Waited(passing.Text)).Put(waited >= TimeSpan.FromSeconds(1) ? $"  {Clock(waited)}" : "", Accent);
    }

    // The label says it already.
    private static string Waited(string text) => text.StartsWith("waiting for ", StringComparison.Ordinal) ? text["waiting ".Length..] : text;

    private IEnumerable<Row> Gate(GatePicture gate)
    {
        yield return Split(gate);
        foreach (var objective in gate.Objectives)
        {
            yield return Objective(objective);
        }

        foreach (var criterion in gate.Criteria)
        {
            yield return NewRow().Put("  ").Put(criterion, Dim);
        }

        foreach (var row in Verdict(gate))
        {
            yield return row;
        }
    }

    // On a small terminal: the split, the objective that is nearest to its limit, and the time.
    private IEnumerable<Row> Short(GatePicture gate)
    {
        yield return Split(gate);
        if (gate.Objectives.MaxBy(o => o.Standing is ObjectiveStanding.Kept or ObjectiveStanding.Measuring ? (o.Value ?? 0) / Math.Max(o.Allowed ?? 1, 1e-9) : 1e9) is { } worst)
        {
            yield return Objective(worst);
        }

        yield return Verdict(gate).First();
    }

    private Row Split(GatePicture gate)
    {
        var seen = gate.Requests > 0 ? gate.Candidate / gate.Requests : (double?)null;
        if (cells < Margin + 40)
        {
            return NewRow().Put("split ").Put($"{gate.Asked.Value:0.##} %").Put(" asked, ", Dim).Put(seen is { } part ? Share(part) : "nothing").Put(" seen", Dim);
        }

        var row = NewRow().Put("split").To(Margin).Put(gate.Service, Bold).Put(" asked ", Dim).Put($"{gate.Asked.Value:0.##} %")
            .Put(", seen ", Dim).Put(seen is { } share ? Share(share) : "nothing yet", gate.IsVerified is false ? Bad : gate.IsVerified is true ? Good : Look)
            .Put($"  {Count(gate.Candidate)} of {Count(gate.Requests)} requests", Dim);
        var bar = Math.Min(40, cells - row.Cells - 2);
        if (bar >= 8)
        {
            var filled = (int)Math.Round(bar * (seen ?? 0));
            _ = row.Put("  ").Put(new string('█', filled), Accent).Put(new string('░', bar - filled), Dim);
        }

        return row;
    }

    private Row Objective(ObjectivePicture objective)
    {
        var (word, style) = Standing(objective);
        if (cells < Margin + 57)
        {
            return NewRow().Put("  ").Put(objective.Id).Put(" ").Put(objective.Value is { } current ? Share(current) : "-", style)
                .Put(objective.Allowed is { } most ? $" of {Share(most)} " : " ", Dim).Put(word, style);
        }

        var limit = objective.Allowed ?? Math.Max(2 * (objective.Stable ?? 0), 1e-4);
        var value = objective.Value is > 0 and var share && share > limit && objective.Standing is ObjectiveStanding.Measuring ? Look : style;
        var row = NewRow().Put("  ").Put(objective.Id).To(Margin + 6)
            .Right(Margin + 15, objective.Value is { } seen ? Share(seen) : "-", value).Put($" {objective.What}", Dim)
            .To(Margin + 28).Put(objective.Allowed is not null ? "limit " : "as stable", Dim).Put(objective.Allowed is { } told ? Share(told) : "").To(Margin + 40).Put(word, style).To(Margin + 57);
        var history = Math.Min(40, cells - row.Cells);
        row.Put(history > 0 ? Sparkline.Of(objective.History, limit, history) : "", value);
        return cells >= 120 && objective.Stable is { } stable ? row.To(Margin + 99).Put($"stable {Share(stable)}", Dim) : row;
    }

    private IEnumerable<Row> Verdict(GatePicture gate)
    {
        var spent = now - gate.StepAt;
        var left = gate.Max - spent;
        var style = gate.Outcome switch
        {
            GateOutcome.Pass => Good,
            GateOutcome.Fail => Bad,
            GateOutcome.Inconclusive or GateOutcome.Unavailable => Look,
            GateOutcome.Undecided => Style.Plain,
            _ => throw new InvalidDataException($"'{gate.Outcome}' is not an outcome that this version knows."),
        };
        var row = NewRow().Put("time").To(Margin).Put(Clock(spent), Accent).Put($" at {gate.Asked.Value:0.##} %", Dim);
        row = gate.Outcome is GateOutcome.Pass or GateOutcome.Fail ? row
            : spent < gate.Min
            ? row.Put(", judged at the earliest in ", Dim).Put(Clock(gate.Min - spent))
            : row.Put(", ", Dim).Put(Clock(left > TimeSpan.Zero ? left : TimeSpan.Zero)).Put(" left to pass", Dim);
        yield return row.Put($"  ({Show.Duration(gate.Min)} to {Show.Duration(gate.Max)})", Dim);

        // When and at which share is on the line above.
        var reason = gate.Reason.LastIndexOf(" (after ", StringComparison.Ordinal) is var end and >= 0 ? gate.Reason[..end] : gate.Reason;
        yield return NewRow().Put("gate").To(Margin).Put($"{Words.Of(gate.Outcome)}: {reason}", style);
    }

    private IEnumerable<Row> Next(RunPicture run) =>
        run.GoesBack is { } why ? Labelled("why", "", why, Look)
        : run.Next.Count == 0 ? []
        : Labelled("next", "", string.Join(", ", run.Next), Style.Plain);

    private IEnumerable<Row> Stop(RunPicture run)
    {
        var label = "to stop";
        foreach (var (how, what) in run.HowToStop)
        {
            foreach (var row in Labelled(label, how + "  ", what, Dim))
            {
                yield return row;
            }

            label = "";
        }
    }

    private Row NewRow() => new(shown);

    private Row LabelOf(string label) => NewRow().Put(label.Length > 0 ? label : " ").To(Margin);

    /// <summary>A text beside its label, over at most two lines.</summary>
    private IEnumerable<Row> Labelled(string label, string head, string text, Style style)
    {
        var (row, isFirst) = (LabelOf(label).Put(head, Bold), true);
        foreach (var word in shown(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (isFirst && row.Cells + 1 + word.GetCellWidth() > cells && row.Cells > Margin + head.GetCellWidth())
            {
                yield return row;
                (row, isFirst) = (LabelOf(""), false);
            }

            row.Put(row.Cells > Margin && row.Cells > Margin + (isFirst ? head.GetCellWidth() : 0) ? $" {word}" : word, style);
        }

        yield return row;
    }

    private string Took(PhasePicture phase) => phase switch
    {
        { StartedAt: { } from, FinishedAt: { } to } => Show.Duration(to - from),
        { StartedAt: { } from } => Clock(now - from),
        _ => "",
    };

    private static (string Sign, Style Style) Sign(string phase) => phase switch
    {
        "done" => ("✓", Good),
        "running" => ("▶", Accent),
        "failed" => ("✗", Bad),
        "stopped" => ("■", Look),
        _ => ("·", Dim),
    };

    private static (string Sign, Style Style) Sign(StepStatus step) => step switch
    {
        StepStatus.None => ("·", Dim),
        StepStatus.Intended => ("▶", Accent),
        StepStatus.Applied => ("✓", Good),
        StepStatus.Failed or StepStatus.UndoFailed => ("✗", Bad),
        StepStatus.UndoIntended => ("◀", Look),
        StepStatus.Undone => ("↶", Look),
        _ => throw new InvalidDataException($"'{step}' is not a status that this version knows."),
    };

    private static (string Word, Style Style) Standing(ObjectivePicture objective) => objective.Standing switch
    {
        ObjectiveStanding.Kept => ("kept", Good),
        ObjectiveStanding.Measuring => (objective.Owed > 0 ? $"needs ~{Count(objective.Owed)} more" : "measuring", Style.Plain),
        ObjectiveStanding.Failing => ("suspicious", Look),
        ObjectiveStanding.Shared => ("stable too", Look),
        ObjectiveStanding.Unreadable => ("unreadable", Look),
        ObjectiveStanding.Broken => ("broken", Bad),
        _ => throw new InvalidDataException($"'{objective.Standing}' is not a standing that this version knows."),
    };

    private static string Share(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    private static string Count(double count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    // To the second: what changes more often cannot be read.
    private static string Clock(TimeSpan time) => time < TimeSpan.Zero ? "0:00"
        : time.TotalHours < 1 ? time.ToString(@"m\:ss", CultureInfo.InvariantCulture)
        : $"{(int)time.TotalHours}:{time.ToString(@"mm\:ss", CultureInfo.InvariantCulture)}";
}
