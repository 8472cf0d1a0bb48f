using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates.Evidence;

namespace Release.Gates.Kayenta;

/// <summary>What Kayenta's judge makes of recorded counts: an opinion beside the gate's verdict, which decides nothing.</summary>
/// <param name="Judgement">Asked once, at the end, as it is meant to be.</param>
/// <param name="FirstHigh">By objective: the minute of its first High, had it been asked every five minutes; null for none.</param>
public sealed record SecondOpinion(KayentaJudgement Judgement, ImmutableArray<int?> FirstHigh)
{
    /// <summary>The name of this judge in a file of counts.</summary>
    public const string Judge = "kayenta";

    /// <summary>Asks it: each objective is a metric with one value a minute, its share of errors or its quantile; more is worse.</summary>
    /// <param name="series">The counts.</param>
    public static SecondOpinion Of(Series series)
    {
        ImmutableArray<KayentaSeries> metrics =
        [
            .. series.Options.Objectives.Select(objective => new KayentaSeries(
                new KayentaMetric { Name = objective.Id, Direction = KayentaDirection.Increase },
                MinuteValues.Of(series.Ticks.Select(t => t.Stable), series.Tick, Value(objective)),
                MinuteValues.Of(series.Ticks.Select(t => t.Candidate), series.Tick, Value(objective)))),
        ];
        return new(KayentaJudge.Judge(metrics), [.. metrics.Select(m => KayentaJudge.FirstHigh(m))]);
    }

    /// <summary>
    /// As JSON: <c>{"judge":"kayenta","decision","score","summary","metrics":[{"id","classification","reason","firstHighMinute"}]}</c>.
    /// </summary>
    public JsonObject ToJson() => new()
    {
        ["judge"] = Judge,
        ["decision"] = Word(Judgement.Outcome),
        ["score"] = Judgement.Score.Score,
        ["summary"] = Judgement.Summary,
        ["metrics"] = new JsonArray([.. Judgement.Metrics.Zip(FirstHigh, (metric, minute) => (JsonNode)new JsonObject
        {
            ["id"] = metric.Name,
            ["classification"] = Word(metric.Classification.Label),
            ["reason"] = metric.Classification.Reason,
            ["firstHighMinute"] = minute,
        })]),
    };

    /// <summary>For a person: what it says at the end, and what it would have said on the way.</summary>
    public IEnumerable<string> Lines() =>
    [
        $"second opinion: {Word(Judgement.Outcome)}. {Judgement.Summary}",
        .. Judgement.Metrics.Zip(FirstHigh).Where(m => m.Second is not null).Select(m =>
            string.Create(CultureInfo.InvariantCulture, $"second opinion: {m.First.Name} would have been High at minute {m.Second}, asked every five minutes.")),
    ];

    private static string Word<T>(T value)
        where T : struct, Enum => Enum.GetName(value)!.ToLowerInvariant();

    private static Func<Counters, double> Value(TestedObjective objective) => objective.Type is ObjectiveType.Errors
        ? MinuteValues.ErrorShare
        : counters => MinuteValues.Quantile(counters, objective.Quantile);
}
