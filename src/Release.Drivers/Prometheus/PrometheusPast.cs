using System.Collections.Immutable;
using Release.Configuration;
using Release.Gates;
using Release.Gates.Backtests;

namespace Release.Drivers.Prometheus;

/// <summary>
/// Stable's past from the server's ranges: raw counters at every step, by target, each answer within the 11,000 points that a server gives. What
/// told one version from another is left out of the matchers, since stable had other versions then; what names the service or the variant stays.
/// </summary>
internal sealed class PrometheusPast : IPastSource
{
    // Below the server's limit, so that a body with many buckets stays of a size that is read.
    private const int MostPoints = 5_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] OfOne = ["{instance}", "{address}", "{routed}", "{version}"];
    private readonly PrometheusMetricsOptions _options;
    private readonly PrometheusServer _server;

    public PrometheusPast(PrometheusMetricsOptions options, PrometheusServer server) => (_options, _server) = (options, server);

    /// <inheritdoc/>
    public async Task<PastReadings> Remember(
        IReadOnlyList<MeteredInstance> stable, IReadOnlyList<CriterionOptions> criteria, DateTimeOffset from, DateTimeOffset until, TimeSpan every, CancellationToken cancellation)
    {
        var selector = string.Join(" or ", stable.Select(Selector).Distinct(StringComparer.Ordinal));
        var asked = $"{_options.Requests}{{{selector}}} at {_server.Shown}";
        var readings = ImmutableArray.CreateBuilder<PastReading>();
        for (var at = from; at <= until; at += every * MostPoints)
        {
            var end = at + (every * (MostPoints - 1)) is var last && last < until ? last : until;
            var chunk = new Chunk(_options);
            foreach (var (query, take) in Questions([.. stable.Select(Selector).Distinct(StringComparer.Ordinal)], stable[0], criteria, chunk))
            {
                var answer = await Range(query, at, end, every, cancellation);
                if (answer.Problem is { } problem)
                {
                    return new(readings.ToImmutable(), asked, problem);
                }

                answer.Series.ToList().ForEach(take);
            }

            readings.AddRange(chunk.Readings());
        }

        return new(readings.ToImmutable(), asked, null);
    }

    // Once more where a server was busy: days of data are not asked for again from the start for that.
    private async Task<PrometheusAnswer> Range(string query, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellation)
    {
        var answer = await _server.QueryRange(query, from, to, step, Patience, cancellation);
        return answer is { Problem: not null, IsMistake: false } ? await _server.QueryRange(query, from, to, step, Patience, cancellation) : answer;
    }

    private IEnumerable<(string Query, Action<ServerSeries> Take)> Questions(
        string[] selectors, MeteredInstance stable, IReadOnlyList<CriterionOptions> criteria, Chunk chunk)
    {
        var by = $"by (job, {_options.TargetLabel})";
        var failed = LabelMatch.Of(_options.ErrorsMatch, new("", "", "", "", "", ""));
        foreach (var selector in selectors)
        {
            yield return ($"sum {by} ({_options.Requests}{{{selector}}})", chunk.TakeRequests);
            yield return ($"sum {by} ({_options.Errors}{{{selector}{(failed.Length > 0 ? "," : "")}{failed}}})", chunk.TakeErrors);
            yield return ($"sum by (job, {_options.TargetLabel}, le) ({_options.Duration}_bucket{{{selector}}})", chunk.TakeBuckets);
            yield return ($"max {by} ({_options.StartTime}{{{selector}}})", chunk.TakeStart);
        }

        foreach (var criterion in criteria.Where(c => c.Query is not null))
        {
            yield return (LabelMatch.Fill(criterion.Query!, new("", "", "", stable.Service, stable.Version, _options.Stable)), series => chunk.TakeQuery(criterion.Id, series));
        }
    }

    // Where nothing else names the service, the instances of today are all that can be asked for.
    private string Selector(MeteredInstance instance)
    {
        var values = new LabelValues(instance.Id.Split('@')[0], $"{instance.Metrics.Host}:{instance.Metrics.Port}", instance.Routed ?? instance.Metrics.Authority, instance.Service, instance.Version, _options.Stable);
        var lasting = _options.Match.Where(l => !OfOne.Any(name => l.Value.Contains(name, StringComparison.Ordinal)))
            .ToDictionary(l => l.Key, l => l.Value);
        return LabelMatch.Of(lasting.Values.Any(v => v.Contains("{service}", StringComparison.Ordinal)) ? lasting : _options.Match, values);
    }

    private sealed class Chunk(PrometheusMetricsOptions options)
    {
        private readonly SortedDictionary<DateTimeOffset, Moment> _moments = [];

        public void TakeRequests(ServerSeries series) => Take(series, (target, value) => target.Requests = (target.Requests ?? 0) + value);

        public void TakeErrors(ServerSeries series) => Take(series, (target, value) => target.Errors += value);

        public void TakeStart(ServerSeries series) => Take(series, (target, value) => target.Start = value);

        public void TakeBuckets(ServerSeries series)
        {
            if (ExpositionLine.TryParse(series.Labels.GetValueOrDefault("le", ""), out var bound))
            {
                Take(series, (target, value) => target.Buckets[bound] = value);
            }
        }

        public void TakeQuery(string id, ServerSeries series)
        {
            foreach (var point in series.Points.Where(p => double.IsFinite(p.Value)))
            {
                At(point.At).Queries[id] = point.Value;
            }
        }

        public IEnumerable<PastReading> Readings() => _moments.Where(m => m.Value.Targets.Count > 0).Select(m => new PastReading(
            m.Key,
            [.. m.Value.Targets.Where(t => t.Value.Requests is not null).Select(t => t.Value.Reading(t.Key))],
            m.Value.Queries.ToImmutableSortedDictionary(StringComparer.Ordinal)));

        private void Take(ServerSeries series, Action<Target, double> take)
        {
            var name = TargetReading.TargetOf(options, series);
            foreach (var point in series.Points)
            {
                var targets = At(point.At).Targets;
                if (!targets.TryGetValue(name, out var target))
                {
                    targets.Add(name, target = new());
                }

                take(target, point.Value);
            }
        }

        private Moment At(DateTimeOffset at)
        {
            if (!_moments.TryGetValue(at, out var moment))
            {
                _moments.Add(at, moment = new());
            }

            return moment;
        }
    }

    private sealed class Moment
    {
        public SortedDictionary<string, Target> Targets { get; } = new(StringComparer.Ordinal);

        public SortedDictionary<string, double> Queries { get; } = new(StringComparer.Ordinal);
    }

    private sealed class Target
    {
        public double? Requests { get; set; }

        public double Errors { get; set; }

        public double? Start { get; set; }

        public SortedDictionary<double, double> Buckets { get; } = [];

        public InstanceReading Reading(string id) => new(
            id,
            Variant.Stable,
            Start is { } seconds && double.IsFinite(seconds) && seconds is > 0 and < 253_402_300_799 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null,
            new(Requests ?? 0, Errors, [.. Buckets.Select(b => new Bucket(b.Key, b.Value))]),
            null);
    }
}
