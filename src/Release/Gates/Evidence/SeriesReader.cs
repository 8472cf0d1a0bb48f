using System.Collections.Immutable;
using System.Globalization;
using Newtonsoft.Json.Linq;
using Release.Configuration;
using Release.Gates.Kayenta;

namespace Release.Gates.Evidence;

/// <summary>Makes a series of JSON. It goes on after an error, so that all are told at once.</summary>
internal sealed class SeriesReader
{
    private static readonly TimeSpan DefaultTick = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(30);

    private readonly ConfigurationErrors _errors;
    private readonly SeriesMembers _read;
    private readonly SeriesCounts _counts;

    public SeriesReader(ConfigurationErrors errors) => (_errors, _read, _counts) = (errors, new(errors), new(errors));

    public Series? Read(JObject root)
    {
        _ = _read.Record(root, "alpha", "alphaPass", "tick", "window", "warmUp", "minDuration", "maxGap", "objectives", "history", "ticks", "judge");
        var tick = _read.Duration(root, "tick") ?? DefaultTick;
        var window = _read.Duration(root, "window") ?? DefaultWindow;
        var options = new SequentialOptions
        {
            Alpha = Alpha(root, "alpha") ?? 0.01,
            PassAlpha = Alpha(root, "alphaPass") ?? 0.05,
            PlannedTicks = (int)Math.Clamp(Math.Round(window / tick), 1, int.MaxValue),
            WarmUp = _read.Duration(root, "warmUp", mayBeZero: true) ?? TimeSpan.Zero,
            MinDuration = _read.Duration(root, "minDuration", mayBeZero: true) ?? TimeSpan.Zero,
            MaxGap = _read.Duration(root, "maxGap") ?? TimeSpan.FromSeconds(60),
            Objectives = Objectives(root),
        };
        var hasErrors = options.Objectives.Any(o => o.Type == ObjectiveType.Errors);
        var history = _read.List(root, "history", isRequired: false).Where(t => t.Type != JTokenType.Null).Select(t => _counts.Read(t, hasErrors)).OfType<Counters>();
        return new(options, tick, [.. history], Ticks(root, hasErrors), Judge(root));
    }

    private string? Judge(JObject root) => _read.Member(root, "judge", null) is not { } token ? null
        : token.Type == JTokenType.String && (string)token! == SecondOpinion.Judge ? SecondOpinion.Judge
        : _read.Refuse<string>(token, $"\"{SecondOpinion.Judge}\", whose opinion is reported beside the gate's");

    private double? Alpha(JObject root, string name) => _read.Number(root, name, "a chance above 0 and below 1 such as 0.01", 1e-12, 1 - 1e-12);

    private ImmutableArray<TestedObjective> Objectives(JObject root)
    {
        var list = _read.List(root, "objectives", isRequired: true);
        if (list.Count == 0 && root["objectives"] is JArray empty)
        {
            _errors.Add(empty, "expected at least one objective such as {\"id\":\"errors\",\"type\":\"errors\"}");
        }

        var objectives = list.Select(Objective).OfType<TestedObjective>().ToImmutableArray();
        foreach (var twin in objectives.GroupBy(o => o.Id, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            _errors.Add(root["objectives"]!, $"expected ids that differ, found {JsonText.Quoted(twin.Key)} twice");
        }

        return objectives;
    }

    private TestedObjective? Objective(JToken token)
    {
        var json = _read.Record(
            token, "id", "type", "max", "quantile", "compare", "required", "failMargin", "passMargin", "minErrorTicks", "minDispersion", "weight");
        if (json is null)
        {
            return null;
        }

        var (id, type) = (_read.Text(json, "id", "a name such as \"errors\""), Type(json));
        var quantile = _read.Number(json, "quantile", "a number above 0 and below 1 such as 0.95", 1e-6, 1 - 1e-6);
        if (quantile is not null && type == ObjectiveType.Errors)
        {
            _errors.Add(json, "quantile", "expected none: only a latency has quantiles. Remove it");
        }

        var compare = _read.Flag(json, "compare") ?? true;
        var limit = type is { } known ? Limit(json, known) : null;
        if (!compare && json["max"] is null)
        {
            _errors.Add(json, "compare", "expected true, found false without \"max\": nothing would be judged. Add \"max\" or remove it");
        }

        return id is null || type is null ? null : new()
        {
            Id = id,
            Type = type.Value,
            Quantile = quantile ?? 0.95,
            Limit = limit,
            Compare = compare,
            Required = _read.Flag(json, "required"),
            FailMargin = Margin(json, "failMargin") ?? Evidence.Margin.None,
            PassMargin = Margin(json, "passMargin"),
            MinErrorTicks = (int)(_read.Number(json, "minErrorTicks", "a number of ticks from 1 to 1000", 1, 1000) ?? 1),
            MinDispersion = _read.Number(json, "minDispersion", "a number from 1 to 1000", 1, 1000) ?? 1,
            Weight = _read.Number(json, "weight", "a weight from 0.001 to 1000", 0.001, 1000) ?? 1,
        };
    }

    private ObjectiveType? Type(JObject json) => _read.Text(json, "type", "\"errors\" or \"latency\"") switch
    {
        null => null,
        "errors" => ObjectiveType.Errors,
        "latency" => ObjectiveType.Latency,
        _ => _read.RefuseValue<ObjectiveType>(json["type"]!, "\"errors\" or \"latency\""),
    };

    private double? Limit(JObject json, ObjectiveType type)
    {
        if (_read.Member(json, "max", null) is not { } token)
        {
            return null;
        }

        var text = token.Type == JTokenType.String ? (string)token! : "";
        return type == ObjectiveType.Errors
            ? ValueText.TryPercent(text, out var percent) && percent.Value is > 0 and < 100 ? percent.Fraction
                : _read.RefuseValue<double>(token, "a percentage above 0% and below 100% such as \"1%\"")
            : ValueText.TryDuration(text, out var duration) && duration > TimeSpan.Zero ? duration.TotalSeconds
                : _read.RefuseValue<double>(token, "a duration such as \"500ms\"");
    }

    private Margin? Margin(JObject json, string name)
    {
        if (_read.Member(json, name, null) is not { } token || _read.Record(token, "ratio", "absolute") is not { } record)
        {
            return null;
        }

        var absolute = _read.Share(record, "absolute") ?? 0;
        if (absolute > 0.5)
        {
            _errors.Add(record, "absolute", "expected at most \"50%\"");
        }

        return new(_read.Number(record, "ratio", "a factor from 1 to 100 such as 2", 1, 100) ?? 1, absolute);
    }

    private ImmutableArray<SeriesTick> Ticks(JObject root, bool hasErrors)
    {
        var ticks = ImmutableArray.CreateBuilder<SeriesTick>();
        foreach (var token in _read.List(root, "ticks", isRequired: true))
        {
            if (_read.Record(token, "t", "share", "stable", "candidate") is not { } json || Time(json) is not { } at)
            {
                continue;
            }

            if (ticks.Count > 0 && at <= ticks[^1].At)
            {
                _errors.Add(json, "t", $"expected a time after that of the tick before ({ticks[^1].Label}), found {JsonText.Found(json["t"]!)}");
            }

            ticks.Add(new(json["t"]!.ToString(Newtonsoft.Json.Formatting.None), at, _read.Share(json, "share"), Side(json, "stable", hasErrors), Side(json, "candidate", hasErrors)));
        }

        return ticks.ToImmutable();
    }

    private Counters? Side(JObject tick, string name, bool hasErrors) => _read.Member(tick, name, null) is { } token ? _counts.Read(token, hasErrors) : null;

    private DateTimeOffset? Time(JObject json)
    {
        const string Expected = "a number of seconds such as 5, or a time such as \"2026-08-21T12:00:05Z\"";
        if (_read.Member(json, "t", Expected) is not { } token)
        {
            return null;
        }

        // Far from the ends of the calendar, so that a tick before and a gap after are times too.
        return SeriesMembers.Numeric(token) is { } seconds and > -6e10 and < 2e11 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : token.Type == JTokenType.String
                && DateTimeOffset.TryParse((string)token!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
                && at.Year is > 69 and < 8000 ? at
            : _read.RefuseValue<DateTimeOffset>(token, Expected);
    }
}
