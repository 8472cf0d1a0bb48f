using System.Text.Json.Nodes;
using Release.Gates;

namespace Release.Drivers.External;

/// <summary>Counters that a driver's program reads. Whatever it does instead of answering becomes a reading with a problem.</summary>
public sealed class ExternalMetrics : IMetricSource
{
    private readonly ExternalMetricsOptions _options;
    private readonly ExternalProgram _program;

    /// <summary>Makes the source; starts nothing.</summary>
    /// <param name="options">Its section of the configuration.</param>
    /// <param name="context">The surroundings.</param>
    public ExternalMetrics(ExternalMetricsOptions options, DriverContext context) =>
        (_options, _program) = (options, new ExternalProgram(options, "metrics", context));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<InstanceReading>> Read(IReadOnlyList<MeteredInstance> instances, CancellationToken cancellation) =>
        await Task.WhenAll(instances.Select(instance => Read(instance, cancellation)));

    private async Task<InstanceReading> Read(MeteredInstance instance, CancellationToken cancellation)
    {
        try
        {
            var answer = await _program.Ask("counters", null, Members(instance), _program.Timeout, cancellation);
            var counters = new Counters(
                answer.Number("requests"), answer.Number("errors"), [.. answer.Buckets("buckets").Select(bucket => new Bucket(bucket.Bound, bucket.Count))]);
            return new(instance.Id, instance.Variant, answer.Time("startedAt"), counters, null);
        }
        catch (ExternalException problem)
        {
            return new(instance.Id, instance.Variant, null, null, problem.Message);
        }
    }

    private JsonObject Members(MeteredInstance instance) => new()
    {
        ["instance"] = instance.Id,
        ["variant"] = instance.Variant is Variant.Candidate ? "candidate" : "stable",
        ["address"] = $"{instance.Metrics.Host}:{instance.Metrics.Port}",
        ["url"] = instance.Metrics.ToString(),
        ["requests"] = _options.Requests,
        ["errors"] = _options.Errors,
        ["duration"] = _options.Duration,
    };
}
