using System.Net;
using System.Text;
using Release.Configuration;
using Release.Gates;
using Release.Output;

namespace Release.Drivers.Prometheus;

/// <summary>
/// Reads Prometheus text straight from each instance. Whatever an instance answers, or does not, becomes a reading with
/// a problem; only cancellation of the caller's token throws.
/// </summary>
public sealed class ScrapeSource : IMetricSource, IDisposable
{
    private const int MaxBody = 8 * 1024 * 1024;
    private readonly MetricsOptions _names;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly HttpClient _http;

    /// <summary>Initializes a new instance of the <see cref="ScrapeSource"/> class.</summary>
    /// <param name="names">The metrics' names.</param>
    /// <param name="timeout">How long one instance's answer may take, body included; less than the gate's tick, or a hanging instance delays the others' readings.</param>
    /// <param name="time">The clock.</param>
    public ScrapeSource(MetricsOptions names, TimeSpan timeout, TimeProvider time)
    {
        _names = names;
        _timeout = timeout;
        _time = time;

        // No proxy and no redirects: a reading is of this instance and of no other.
#pragma warning disable CA2000 // The client owns its handler.
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan, // It would not cover the body; the token of each scrape does.
        };
#pragma warning restore CA2000
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<InstanceReading>> Read(IReadOnlyList<MeteredInstance> instances, CancellationToken cancellation) =>
        await Task.WhenAll(instances.Select(i => Read(i, cancellation)));

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<InstanceReading> Read(MeteredInstance instance, CancellationToken cancellation)
    {
        var exposition = await Scrape(instance.Metrics, cancellation);
        var problem = exposition.Problem is { } text ? $"{Address(instance.Metrics)}: {TerminalText.Line(text, 200)}" : null;
        return new InstanceReading(instance.Id, instance.Variant, exposition.StartedAt, exposition.Counters, problem);
    }

    private async Task<Exposition> Scrape(Uri address, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("Accept", "text/plain;version=0.0.4");
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return Bad($"answered {(int)response.StatusCode} {response.ReasonPhrase}, expected 200");
            }

            if (response.Content.Headers.ContentType?.MediaType is { } type && !IsPrometheus(type))
            {
                return Bad($"answered {type}, expected Prometheus text (text/plain)");
            }

            var body = await ReadBody(response.Content, either.Token);
            return body is null ? Bad($"answered more than {MaxBody / 1024 / 1024} MiB") : Exposition.Parse(body, _names);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return Bad($"no complete answer within {_timeout.TotalMilliseconds:0} ms");
        }
#pragma warning disable CA1031 // Sockets, TLS, HTTP and addresses fail in many ways; each is a missing reading, not the end of a run.
        catch (Exception e) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return Bad(e.InnerException is { } inner && inner.Message != e.Message ? $"{e.Message} {inner.Message}" : e.Message);
        }
    }

    private static bool IsPrometheus(string type) =>
        type.Equals("text/plain", StringComparison.OrdinalIgnoreCase)
        || type.Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase);

    private static async Task<string?> ReadBody(HttpContent content, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellation)) > 0)
        {
            if (body.Length + read > MaxBody)
            {
                return null;
            }

            await body.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }

        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
    }

    private static Exposition Bad(string problem) => new(null, null, problem);

    // Without user name, password and query, which may be secrets.
    private static string Address(Uri address) => address.IsAbsoluteUri
        ? address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
        : address.ToString();
}
