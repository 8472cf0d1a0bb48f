using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Release.Configuration;
using Release.Gates;

namespace Release.Drivers.Prometheus;

/// <summary>
/// The gate's limits and plain rules as a Prometheus rule file, so that they hold for stable too, when no release runs. What a gate alone can do
/// (compare two versions, decide as early as the evidence allows) is not in it, and the file says so. A pure function of the environment's options.
/// </summary>
/// <remarks>
/// Labels that tell versions apart are kept by the alerts and not matched, so that each version has its own alert. Latency is the share of requests above
/// a bound, never an interpolated quantile; a limit between two bounds is moved to the next one above, where the bounds are known.
/// </remarks>
public static class RuleFile
{
    private static readonly TimeSpan ShortestRate = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan UsualRate = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UsualInterval = TimeSpan.FromMinutes(1);
    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file's text, YAML.</summary>
    /// <param name="options">The environment.</param>
    /// <param name="bounds">The finite bounds of a service's histogram in seconds, ascending; empty where they are not known.</param>
    public static string Of(EnvironmentOptions options, Func<string, IReadOnlyList<double>> bounds)
    {
        var text = new StringBuilder();
        _ = text.Append(CultureInfo.InvariantCulture, $"# Limits and plain rules of the gate of {options.Name}: generated, so change environments/{options.Name}.json and write it again.\n");
        _ = text.Append("groups:\n");
        foreach (var service in options.Services)
        {
            Group(text, options, service.Name, bounds(service.Name));
        }

        return text.ToString();
    }

    private static void Group(StringBuilder text, EnvironmentOptions options, string service, IReadOnlyList<double> bounds)
    {
        var gate = options.Gate;
        var names = RuleNames.Of(gate.Metrics, service);
        var rules = new List<string>();
        foreach (var objective in gate.Objectives)
        {
            // Stable's own traffic is enough for a rate of five minutes; the gate does not wait for them.
            var rule = objective.Max is null ? null : Above(names, Objective.From(objective), bounds, UsualRate, 0);
            rules.Add(rule is null
                ? $"  # {objective.Id}: compares two versions, which the gate alone does.\n"
                : Alert(options, service, objective.Id, rule, null, $"{objective.Id}: {Objective.From(objective).Text}"));
        }

        rules.AddRange(gate.Criteria.Select(c => Criterion(options, service, names, bounds, c)));
        _ = text.Append(CultureInfo.InvariantCulture, $"- name: {Quoted($"release/{options.Name}/{service}")}\n");

        // A list of comments only would be none.
        _ = text.Append(rules.Any(r => r.StartsWith("  - ", StringComparison.Ordinal)) ? "  rules:\n" : "  rules: []\n");
        rules.ForEach(r => text.Append(r));
    }

    private static string Criterion(EnvironmentOptions options, string service, RuleNames names, IReadOnlyList<double> bounds, CriterionOptions criterion)
    {
        var interval = criterion.Over ?? criterion.Interval ?? (criterion.For is { } time && time < UsualInterval ? time : UsualInterval);
        if (criterion.Query is { } query)
        {
            var (sign, limit) = criterion.Min is { } least ? ("<", least) : (">", criterion.Max);
            var expression = $"({names.Fill(query)}) {sign} {limit}";
            return Alert(options, service, criterion.Id, criterion.Over is { } over ? $"avg_over_time(({names.Fill(query)})[{PromText.Duration(over)}:{PromText.Duration(options.Gate.Tick)}]) {sign} {limit}" : expression, criterion.For, $"{criterion.Id}: {(sign == "<" ? "at least" : "at most")} {limit}");
        }

        var objective = Objective.From(criterion);
        return Alert(
            options, service, criterion.Id, Above(names, objective, bounds, interval < ShortestRate ? ShortestRate : interval, criterion.MinRequests), criterion.For, $"{criterion.Id}: {objective.Text}");
    }

    private static string Above(RuleNames names, Objective objective, IReadOnlyList<double> bounds, TimeSpan rate, int minRequests)
    {
        var window = PromText.Duration(rate);
        var (all, events) = objective.Limit is { } limit
            ? (names.Rate(names.Duration + "_bucket", "le=\"+Inf\"", window), $"({names.Rate(names.Duration + "_bucket", "le=\"+Inf\"", window)} - {names.Rate(names.Duration + "_bucket", Le(limit.TotalSeconds, bounds), window)})")
            : (names.Rate(names.Requests, "", window), names.Rate(names.Errors, names.Failed, window));
        var rule = $"{events} / {all} > {PromText.Number(objective.Allowed!.Value)}";
        return minRequests > 0 ? $"{rule} and {all} * {PromText.Number(rate.TotalSeconds)} >= {minRequests}" : rule;
    }

    // A server of version 3 writes whole bounds with a point.
    private static string Le(double limit, IReadOnlyList<double> bounds)
    {
        var bound = bounds.Where(b => b >= limit * (1 - 1e-9)).DefaultIfEmpty(limit).First();
        var text = PromText.Number(bound);
        return text.Contains('.', StringComparison.Ordinal) || text.Contains('E', StringComparison.Ordinal) ? $"le=\"{text}\"" : $"le=~\"{text}(\\\\.0)?\"";
    }

    private static string Alert(EnvironmentOptions options, string service, string id, string expression, TimeSpan? time, string summary)
    {
        var text = new StringBuilder();
        _ = text.Append(CultureInfo.InvariantCulture, $"  - alert: {Quoted("Release_" + id.Replace('-', '_'))}\n");
        _ = text.Append(CultureInfo.InvariantCulture, $"    expr: {Quoted(expression)}\n");
        _ = time is { } held ? text.Append(CultureInfo.InvariantCulture, $"    for: {PromText.Duration(held)}\n") : text;
        _ = text.Append(CultureInfo.InvariantCulture, $"    labels: {{ environment: {Quoted(options.Name)}, service: {Quoted(service)} }}\n");
        _ = text.Append(CultureInfo.InvariantCulture, $"    annotations: {{ summary: {Quoted($"{service} in {options.Name} breaks {summary.Replace("{{", "{ {", StringComparison.Ordinal)}")} }}\n");
        return text.ToString();
    }

    // JSON text is YAML text too.
    private static string Quoted(string text) => JsonSerializer.Serialize(text, Quoting);
}
