using System.Collections.Immutable;
using System.Globalization;
using Newtonsoft.Json.Linq;
using Release.Configuration;

namespace Release.Gates.Evidence;

/// <summary>Reads what one side counted in one tick.</summary>
internal sealed class SeriesCounts(ConfigurationErrors errors)
{
    private const string Unbounded = "+Inf";

    private readonly SeriesMembers _read = new(errors);
    private HashSet<double>? _bounds;

    /// <summary>The counts; null after an error, and where there is no number of requests: then it was not read.</summary>
    /// <param name="token">What was read.</param>
    /// <param name="hasErrors">Whether an objective needs errors.</param>
    public Counters? Read(JToken token, bool hasErrors)
    {
        if (_read.Record(token, "requests", "errors", "buckets") is not { } json)
        {
            return null;
        }

        if (json["requests"] is { Type: JTokenType.Null })
        {
            return null;
        }

        var requests = _read.Count(json, "requests");
        var failed = hasErrors || json["errors"] is not null ? _read.Count(json, "errors") : 0;
        if (failed > requests)
        {
            errors.Add(json, "errors", string.Create(CultureInfo.InvariantCulture, $"expected at most as many as requests ({requests}), found {failed}"));
        }

        var buckets = _read.Member(json, "buckets", null) is { } histogram ? Buckets(histogram) : [];
        return requests is { } all && failed is { } some ? new(all, some, buckets) : null;
    }

    private ImmutableArray<Bucket> Buckets(JToken token)
    {
        if (token is not JObject json)
        {
            _ = _read.Refuse<object>(token, "an object of upper bounds in milliseconds and cumulative counts such as {\"250\": 40, \"+Inf\": 50}");
            return [];
        }

        var buckets = new List<(Bucket Bucket, JProperty At)>();
        foreach (var property in json.Properties())
        {
            if (Bound(property) is { } bound && _read.Count(property.Value) is { } count)
            {
                buckets.Add((new(bound, count), property));
            }
        }

        buckets.Sort((x, y) => x.Bucket.Bound.CompareTo(y.Bucket.Bound));
        Check(json, buckets);
        return [.. buckets.Select(b => b.Bucket)];
    }

    private double? Bound(JProperty property)
    {
        if (property.Name == Unbounded)
        {
            return double.PositiveInfinity;
        }

        if (double.TryParse(property.Name, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var milliseconds)
            && double.IsFinite(milliseconds) && milliseconds >= 0)
        {
            return milliseconds / 1000;
        }

        errors.Add(property, $"expected an upper bound in milliseconds such as \"250\", or \"{Unbounded}\", found {JsonText.Quoted(property.Name)}");
        return null;
    }

    private void Check(JObject json, List<(Bucket Bucket, JProperty At)> buckets)
    {
        if (json.Count > 0 && json[Unbounded] is null)
        {
            errors.Add(json, $"missing: expected \"{Unbounded}\" with the count of all");
        }

        for (var i = 1; i < buckets.Count; i++)
        {
            var (before, (now, at)) = (buckets[i - 1].Bucket, buckets[i]);
            if (now.Bound == before.Bound)
            {
                errors.Add(at, "the bound is there twice: remove one");
            }
            else if (now.Count < before.Count)
            {
                errors.Add(at.Value, string.Create(
                    CultureInfo.InvariantCulture, $"expected at least the {before.Count} of the bound below, since buckets are cumulative, found {now.Count}"));
            }
        }

        // A native histogram may lower its resolution, which only takes bounds away.
        _bounds ??= buckets.Count > 0 ? [.. buckets.Select(b => b.Bucket.Bound)] : null;
        foreach (var (bucket, at) in buckets.Where(b => _bounds is { } known && !known.Contains(b.Bucket.Bound)))
        {
            errors.Add(at, "expected the same bounds in all ticks: the first histogram has no such bound");
        }
    }
}
