using System.Text.Json.Nodes;
using Release.Output;

namespace Release.Reports;

/// <summary>Every executed step with what was seen before and after.</summary>
internal sealed class StepDetails(ReleaseReport report, HtmlWriter html)
{
    private const int MostRows = 80;

    public void Write() => Page.Section(html, "steps", "Executed steps", () =>
    {
        if (report.Steps.Count == 0)
        {
            _ = html.Leaf("p", "No step was begun: nothing was changed.");
        }

        foreach (var step in report.Steps)
        {
            Step(step);
        }
    });

    private void Step(ReportedStep step)
    {
        var (word, tone) = Tones.Of(step);
        using (html.Element("details", ("class", "step")))
        {
            using (html.Element("summary"))
            {
                _ = html.Leaf("span", step.Id, ("class", "name")).Text(" ");
                _ = Page.Pill(html, word, tone).Text(" ").Leaf("span", step.Describe, ("class", "soft small"));
            }

            using (html.Element("dl", ("class", "facts small")))
            {
                Page.Fact(html, "Phase", step.Phase);
                Page.Fact(html, "Begun", Page.Clock(step.BegunAt));
                Page.Fact(html, "Made", step.AppliedAt is { } made ? $"{Page.Clock(made)}, after {Show.Duration(made - step.BegunAt)}" : "");
                Page.Fact(html, "Failed", step.FailedAt is { } failed ? Page.Clock(failed) : "");
                Page.Fact(html, "Undone", step.UndoneAt is { } undone ? Page.Clock(undone) : "");
                Page.Fact(html, "Undo failed", step.UndoFailedAt is { } stuck ? Page.Clock(stuck) : "");
                Page.Fact(html, "A retry is", step.Safety);
                Page.Fact(html, "Rounds", step.Round > 1 ? $"{step.Round}" : "");
            }

            Said("Seen", step.Detail);
            Said("Undo", step.UndoDetail);
            BeforeAndAfter(step);
        }

        _ = html.Line();
    }

    private void Said(string who, string what)
    {
        if (what.Length > 0)
        {
            _ = html.Leaf("p", $"{who}: {what}", ("class", "small"));
        }
    }

    private void BeforeAndAfter(ReportedStep step)
    {
        var (before, after) = (Members(step.Before), Members(step.After));
        var names = before.Keys.Union(after.Keys).ToList();
        if (names.Count == 0)
        {
            return;
        }

        Page.Table(html, $"{step.Id}: before and after{(names.Count > MostRows ? $" (the first {MostRows} of {names.Count} values; the rest is in the journal)" : "")}", ["value", "before", "after", "changed"], () =>
        {
            foreach (var name in names.Take(MostRows))
            {
                var (was, now) = (before.GetValueOrDefault(name), after.GetValueOrDefault(name));
                var hasChanged = step.After is not null && was != now;
                using (html.Element("tr", ("class", hasChanged ? "changed" : null)))
                {
                    _ = html.Leaf("th", name, ("scope", "row")).Leaf("td", was ?? "–", ("class", "wrap")).Leaf("td", step.After is null ? "not seen" : now ?? "–", ("class", "wrap"))
                        .Leaf("td", hasChanged ? "yes" : "");
                }
            }
        });
    }

    private static Dictionary<string, string> Members(JsonObject? json)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(members, "", json);
        return members;
    }

    private static void Add(Dictionary<string, string> members, string path, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject record:
                foreach (var (name, value) in record)
                {
                    Add(members, path.Length == 0 ? name : $"{path}.{name}", value);
                }

                break;
            case JsonArray list:
                foreach (var (value, index) in list.Select((v, i) => (v, i)))
                {
                    Add(members, $"{path}[{index}]", value);
                }

                break;
            case null when path.Length == 0:
                break;
            default:
                members[path] = node is JsonValue text && text.TryGetValue(out string? plain) ? plain : node?.ToJsonString() ?? "none";
                break;
        }
    }
}
