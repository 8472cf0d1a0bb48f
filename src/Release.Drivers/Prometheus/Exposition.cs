using System.Collections.Immutable;
using Release.Configuration;
using Release.Gates;

namespace Release.Drivers.Prometheus;

/// <summary>What a Prometheus text says about an instance: counters, or why there are none.</summary>
/// <param name="Counters">The counters; null when there is a problem.</param>
/// <param name="StartedAt">When the process started, if the text says so.</param>
/// <param name="Problem">A sentence, or null.</param>
internal sealed record Exposition(Counters? Counters, DateTimeOffset? StartedAt, string? Problem)
{
    private const string StartTime = "process_start_time_seconds";

    /// <summary>
    /// Reads a text. Every metric is summed over its label sets. The requests must be there; errors and durations need
    /// not, since many clients show a metric only after its first use.
    /// </summary>
    /// <param name="text">The whole text.</param>
    /// <param name="names">The metrics.</param>
    public static Exposition Parse(string text, MetricsOptions names)
    {
        if (text.Length > 0 && text[^1] != '\n')
        {
            return Bad("the text does not end with a line feed: it is cut off, or is not Prometheus text");
        }

        var reader = new Reader(names);
        var number = 0;

        // Only at line feeds: in a help text or a label may stand what .NET takes for the end of a line, and Prometheus not.
        foreach (var range in text.AsSpan().Split('\n'))
        {
            number++;
            var content = text.AsSpan(range).Trim(" \t\r");
            if (content.Length == 0)
            {
                continue;
            }

            if (content[0] == '#')
            {
                reader.ReadComment(content);
            }
            else if (!new ExpositionLine(content).TryRead(out var sample))
            {
                return Bad($"line {number} is not Prometheus text: {content[..Math.Min(content.Length, 60)]}");
            }
            else if (reader.Read(sample) is { } problem)
            {
                return Bad($"line {number}: {problem}");
            }
        }

        return reader.Finish();
    }

    private static Exposition Bad(string problem) => new(null, null, problem);

    private sealed class Reader(MetricsOptions names)
    {
        private readonly string _bucket = names.Duration + "_bucket";
        private readonly HashSet<(string Name, string Labels, string? Le)> _seen = [];
        private readonly SortedDictionary<double, (double Count, int Series)> _buckets = [];
        private readonly HashSet<string> _histograms = new(StringComparer.Ordinal);
        private double? _requests;
        private double? _errors;
        private double? _startedAt;
        private bool _declaresRequests;

        public void ReadComment(ReadOnlySpan<char> comment)
        {
            // No more words than are looked at: a comment may be as long as the whole text.
            var words = comment.ToString().Split([' ', '\t'], 4, StringSplitOptions.RemoveEmptyEntries);
            _declaresRequests |= words is ["#", "TYPE", var name, ..] && name == names.Requests;
        }

        public string? Read(Sample sample)
        {
            if (sample.Name == StartTime)
            {
                _startedAt = sample.Value;
                return null;
            }

            var isBucket = sample.Name == _bucket;
            if (!isBucket && sample.Name != names.Requests && sample.Name != names.Errors)
            {
                return null;
            }

            if (!double.IsFinite(sample.Value) || sample.Value < 0)
            {
                return $"{sample.Name} is not a count";
            }

            if (!_seen.Add((sample.Name, sample.Labels, sample.Le)))
            {
                return $"the same series of {sample.Name} is there twice";
            }

            return isBucket ? ReadBucket(sample) : ReadCounter(sample);
        }

        public Exposition Finish()
        {
            // A counter that is declared and has no series yet counts nothing; one that is not there at all is a wrong
            // name or a wrong page, and must not look like a service without traffic.
            if (_requests is null && !_declaresRequests)
            {
                return Bad($"there is no metric {names.Requests}");
            }

            if (_histograms.Count > 0 && (!_buckets.TryGetValue(double.PositiveInfinity, out var all) || all.Series != _histograms.Count))
            {
                return Bad($"{names.Duration} has no +Inf bucket");
            }

            // Cumulative counts may be added only at bounds that every label set has.
            ImmutableArray<Bucket> buckets =
                [.. _buckets.Where(b => b.Value.Series == _histograms.Count).Select(b => new Bucket(b.Key, b.Value.Count))];
            for (var i = 1; i < buckets.Length; i++)
            {
                if (buckets[i].Count < buckets[i - 1].Count)
                {
                    return Bad($"the buckets of {names.Duration} fall");
                }
            }

            return new Exposition(new Counters(_requests ?? 0, _errors ?? 0, buckets), StartedAt(), null);
        }

        private string? ReadBucket(Sample sample)
        {
            if (!ExpositionLine.TryParse(sample.Le, out var bound) || double.IsNaN(bound))
            {
                return $"{sample.Name} has no bound";
            }

            var (count, series) = _buckets.GetValueOrDefault(bound);
            _buckets[bound] = (count + sample.Value, series + 1);
            _histograms.Add(sample.Labels);
            return null;
        }

        private string? ReadCounter(Sample sample)
        {
            if (sample.Name == names.Requests)
            {
                _requests = (_requests ?? 0) + sample.Value;
            }

            // No "else": one name may be both in a configuration that wants every request to be an error.
            if (sample.Name == names.Errors)
            {
                _errors = (_errors ?? 0) + sample.Value;
            }

            return null;
        }

        // The start time only helps to see restarts, so a senseless one is as good as none.
        private DateTimeOffset? StartedAt() =>
            _startedAt is { } seconds && double.IsFinite(seconds) && seconds > 0 && seconds < 253_402_300_799
                ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
                : null;
    }
}
