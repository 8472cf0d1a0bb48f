using System.Collections.Immutable;
using Release.Configuration;
using Release.Gates;
using Release.Gates.Backtests;

namespace Release.Drivers.Prometheus;

/// <summary>
/// Raw counters from a Prometheus server. Each instance's samples of the last <see cref="PrometheusMetricsOptions.MaxAge"/> are read by one query
/// at the time of the tick, and its newest scrape is the reading, with the scrape's own time. Whatever the server
/// answers or does not becomes a reading with a problem; only cancellation of the caller's token throws.
/// </summary>
public sealed class PrometheusSource : IMetricSource, IScalarSource, ICheckedSource, IPastSource, Watching.IAlertSource, IDisposable
{
    private static readonly string[] PinnedBy = ["{instance}", "{address}", "{routed}"];

    private readonly PrometheusMetricsOptions _options;
    private readonly PrometheusServer _server;
    private readonly TimeProvider _time;
    private readonly TimeSpan _maxAge;

    /// <summary>Initializes a new instance of the <see cref="PrometheusSource"/> class; connects to nothing.</summary>
    /// <param name="options">Its section of the configuration.</param>
    /// <param name="tick">The gate's tick.</param>
    /// <param name="resolve">Gives text the values of its <c>${…}</c>.</param>
    /// <param name="time">The clock.</param>
    public PrometheusSource(PrometheusMetricsOptions options, TimeSpan tick, Func<string, string> resolve, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _maxAge = options.MaxAge ?? ((2 * tick) + TimeSpan.FromSeconds(5));
        _server = new PrometheusServer(options.Url, options.Headers, resolve, options.Timeout, time);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<InstanceReading>> Read(IReadOnlyList<MeteredInstance> instances, CancellationToken cancellation)
    {
        // All at one time, and instances with the same matchers by one query: they are the same series.
        var now = _time.GetUtcNow();
        var groups = instances.GroupBy(i => (i.Variant, Selector: Selector(i))).ToList();
        var looks = await Task.WhenAll(groups.Select(g => Look(g.Key.Selector, now, cancellation)));
        var twice = Twice(groups.Select(g => g.Key.Variant).Zip(looks.Select(l => l.Series)));
        return [.. groups.Zip(looks).SelectMany(g => twice is { } problem ? g.First.Select(i => Bad(i, problem)) : Readings([.. g.First], g.Second, now))];
    }

    /// <inheritdoc/>
    public async Task<ScalarAnswer> Ask(ScalarQuestion question, CancellationToken cancellation)
    {
        var values = new LabelValues("", "", "", question.Service, question.Version, Word(question.Variant));
        var answer = await _server.Query(LabelMatch.Fill(question.Query, values), _time.GetUtcNow(), cancellation);
        return Scalar(answer);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> Mistakes(IReadOnlyList<MeteredInstance> stable, GateOptions gate, CancellationToken cancellation) =>
        new PrometheusMistakes(_options, _server, _time.GetUtcNow()).Of([.. stable.Select(Selector).Distinct(StringComparer.Ordinal)], gate, cancellation);

    /// <inheritdoc/>
    public Task<PastReadings> Remember(
        IReadOnlyList<MeteredInstance> stable, IReadOnlyList<CriterionOptions> criteria, DateTimeOffset from, DateTimeOffset until, TimeSpan every, CancellationToken cancellation) =>
        new PrometheusPast(_options, _server).Remember(stable, criteria, from, until, every, cancellation);

    /// <inheritdoc/>
    public Task<Watching.AlertReading> Firing(CancellationToken cancellation) => _server.Firing(cancellation);

    /// <inheritdoc/>
    public void Dispose() => _server.Dispose();

    /// <summary>The one number of an answer.</summary>
    internal static ScalarAnswer Scalar(PrometheusAnswer answer) => answer switch
    {
        { Problem: { } problem } => new(null, problem, answer.IsMistake),
        { Kind: "matrix" } => new(null, "the query yields samples over a time, expected one number: take a function of them", IsMistake: true),
        { Series.Length: 0 } => new(null, "the query yields nothing, expected one number; where nothing means none, end it with \"or vector(0)\"", IsMistake: true),
        { Series.Length: > 1 } => new(null, $"the query yields {answer.Series.Length} series, expected one number: aggregate them, for example with sum() or max()", IsMistake: true),
        _ => double.IsFinite(answer.Series[0].Points[0].Value)
            ? new(answer.Series[0].Points[0].Value, null)
            : new(null, $"the query yields {answer.Series[0].Points[0].Value.ToString(System.Globalization.CultureInfo.InvariantCulture)}, expected a number"),
    };

    internal string Selector(MeteredInstance instance) => LabelMatch.Of(
        _options.Match,
        new(Base(instance.Id), $"{instance.Metrics.Host}:{instance.Metrics.Port}", instance.Routed ?? instance.Metrics.Authority, instance.Service, instance.Version, Word(instance.Variant)));

    private string Word(Variant variant) => variant is Variant.Candidate ? _options.Candidate : _options.Stable;

    private async Task<Samples> Look(string selector, DateTimeOffset now, CancellationToken cancellation)
    {
        var names = new[] { _options.Requests, _options.Errors, _options.Duration + "_bucket", _options.StartTime }.Distinct();
        var window = PromText.Duration(_maxAge);
        var answer = await _server.Query($"{{__name__=~\"{string.Join('|', names)}\",{selector}}}[{window}]", now, cancellation);
        if (NoSamples(answer) is not null || _options.ErrorsMatch.Count == 0)
        {
            return NoSamples(answer) is { } ill ? new([], null, ill) : await WithReason(new(answer.Series, null, null), selector, now, cancellation);
        }

        // Asked after the others, so that the scrape which they end with is there.
        var none = new LabelValues("", "", "", "", "", "");
        var failed = await _server.Query($"{_options.Errors}{{{selector},{LabelMatch.Of(_options.ErrorsMatch, none)}}}[{window}]", now, cancellation);
        return NoSamples(failed) is { } problem ? new([], null, problem) : await WithReason(new(answer.Series, failed.Series, null), selector, now, cancellation);
    }

    private string? NoSamples(PrometheusAnswer answer) =>
        answer.Problem ?? (answer.Kind == "matrix" ? null : $"{_server.Shown}: the answer is a {answer.Kind}, expected raw samples");

    // Nothing in the window: is there nothing at all, or has it become old?
    private async Task<Samples> WithReason(Samples samples, string selector, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!samples.Series.IsEmpty)
        {
            return samples;
        }

        var what = $"{_options.Requests}{{{selector}}}";
        var answer = await _server.Query($"max(last_over_time(timestamp({what})[1h:1m]))", now, cancellation);
        return samples with
        {
            Problem = answer is { Problem: null, Series: [{ Points: [{ Value: > 0 and < 1e11 } newest] }] }
                ? $"{_server.Shown}: the newest sample of {what} is of {DateTimeOffset.UnixEpoch.AddSeconds(newest.Value):HH:mm:ss} UTC, older than {ValueText.Of(_maxAge)}: is the target down, or gate.metrics.maxAge shorter than its scrapes are apart?"
                : $"{_server.Shown}: there is no {what}: is it scraped, and are gate.metrics.requests and match right?",
        };
    }

    private IEnumerable<InstanceReading> Readings(MeteredInstance[] instances, Samples samples, DateTimeOffset now)
    {
        if (samples.Problem is { } problem)
        {
            return instances.Select(i => Bad(i, problem));
        }

        var targets = TargetReading.Of(_options, samples.Series, samples.Failed);
        if (targets.Length > instances.Length)
        {
            return instances.Select(i => Bad(i, $"{targets.Length} targets match where {instances.Length} {(instances.Length == 1 ? "runs" : "run")} ({string.Join(", ", targets.Take(3).Select(t => t.Target))}): add a label to gate.metrics.match"));
        }

        // A target that is gone must not give its place to another one, so where one was not asked for by its own name they go by the server's.
        var isPinned = instances.Length == 1 && IsPinned;
        return
        [
            .. targets.Select(t => Reading(isPinned ? instances[0].Id : $"{Base(instances[0].Id)}@{t.Target}", instances[0].Variant, t, now)),
            .. instances.Skip(targets.Length).Select(i => Bad(i, $"{_server.Shown} has {targets.Length} of {instances.Length} instances")),
        ];
    }

    private bool IsPinned => _options.Match.Values.Any(v => PinnedBy.Any(name => v.Contains(name, StringComparison.Ordinal)));

    // A scaled instance's copies are told apart behind an @.
    private static string Base(string id) => id.Split('@')[0];

    private InstanceReading Reading(string id, Variant variant, TargetReading target, DateTimeOffset now) =>
        now - target.At > _maxAge
            ? new(id, variant, null, null, $"{_server.Shown}: the newest sample is of {target.At:HH:mm:ss} UTC, older than {ValueText.Of(_maxAge)}")
            : new(id, variant, target.StartedAt, target.Counters, target.Problem is null ? null : $"{_server.Shown}: {target.Problem}") { At = target.At };

    // One series in both: whatever the gate found would be found of both.
    private static string? Twice(IEnumerable<(Variant Variant, ImmutableArray<ServerSeries> Series)> looks)
    {
        var seen = new Dictionary<string, Variant>(StringComparer.Ordinal);
        foreach (var (variant, series) in looks)
        {
            foreach (var labels in series.Select(s => string.Join(',', s.Labels.Select(l => $"{l.Key}={LabelMatch.Quoted(l.Value)}"))))
            {
                if (!seen.TryAdd(labels, variant) && seen[labels] != variant)
                {
                    return $"stable and candidate are the same series ({labels}): add a label to gate.metrics.match";
                }
            }
        }

        return null;
    }

    private static InstanceReading Bad(MeteredInstance instance, string problem) => new(instance.Id, instance.Variant, null, null, problem);

    private sealed record Samples(ImmutableArray<ServerSeries> Series, ImmutableArray<ServerSeries>? Failed, string? Problem);
}
