using System.Net;
using System.Net.Http.Headers;
using Release.Configuration;
using Release.Output;
using Release.Watching;

namespace Release.Drivers.Prometheus;

/// <summary>
/// Asks a Prometheus server, or another with its HTTP API. Whatever it answers or does not is an answer with a problem; only the caller's own
/// cancellation throws. Nothing is tried again: the next tick asks anew. May be used from any thread.
/// </summary>
internal sealed class PrometheusServer : IDisposable
{
    // The series of a service with some thousands of label sets; of a range, hours of a gate's counters.
    private const int MaxBody = 16 * 1024 * 1024;
    private const int MaxRange = 128 * 1024 * 1024;

    private readonly Func<(string Url, IReadOnlyDictionary<string, string> Headers)> _resolve;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    /// <summary>Initializes a new instance of the <see cref="PrometheusServer"/> class; connects to nothing.</summary>
    /// <param name="url">The address, as the configuration writes it.</param>
    /// <param name="headers">Headers, the same.</param>
    /// <param name="resolve">Gives text the values of its <c>${…}</c>; may throw <see cref="PlaceholderException"/>.</param>
    /// <param name="timeout">How long one answer may take, body included.</param>
    /// <param name="time">The clock.</param>
    public PrometheusServer(string url, IReadOnlyDictionary<string, string> headers, Func<string, string> resolve, TimeSpan timeout, TimeProvider time)
    {
        _resolve = () => (resolve(url), headers.ToDictionary(h => h.Key, h => resolve(h.Value)));
        (_timeout, _time) = (timeout, time);
        var isHere = PrometheusAddress.Of(url)?.IsLoopback == true;
#pragma warning disable CA2000 // The client owns its handler.
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = !isHere,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectTimeout = timeout,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan, // It would not cover the body; the token of each call does.
        };
#pragma warning restore CA2000
    }

    /// <summary>Evaluates at one time.</summary>
    public Task<PrometheusAnswer> Query(string query, DateTimeOffset at, CancellationToken cancellation) =>
        Ask($"api/v1/query?query={Uri.EscapeDataString(query)}&time={PrometheusAnswer.Time(at)}", _timeout, MaxBody, cancellation);

    /// <summary>Evaluates at every step from one time to another, at most 11,000 of them.</summary>
    public Task<PrometheusAnswer> QueryRange(string query, DateTimeOffset from, DateTimeOffset to, TimeSpan step, TimeSpan timeout, CancellationToken cancellation) => Ask(
        $"api/v1/query_range?query={Uri.EscapeDataString(query)}&start={PrometheusAnswer.Time(from)}&end={PrometheusAnswer.Time(to)}"
            + string.Create(System.Globalization.CultureInfo.InvariantCulture, $"&step={step.TotalSeconds:0.###}"),
        timeout,
        MaxRange,
        cancellation);

    /// <summary>Asks a page that answers with a status code only; null when it is 200, else what it answered.</summary>
    public async Task<string?> Page(string path, CancellationToken cancellation)
    {
        var (status, _, problem) = await Get(path, _timeout, MaxBody, cancellation);
        return problem ?? (status == 200 ? null : $"answered {status}, expected 200");
    }

    /// <summary>The alerts that fire now (<c>GET /api/v1/alerts</c>; prometheus.io/docs/prometheus/latest/querying/api/#alerts).</summary>
    public async Task<AlertReading> Firing(CancellationToken cancellation)
    {
        var (status, body, problem) = await Get("api/v1/alerts", _timeout, MaxBody, cancellation);
        try
        {
            using var json = System.Text.Json.JsonDocument.Parse(problem is null && status == 200 ? body : throw new FormatException(problem ?? $"answered {status}, expected 200"));
            var alerts = json.RootElement.GetProperty("data").GetProperty("alerts").EnumerateArray()
                .Where(a => a.GetProperty("state").GetString() == "firing")
                .Select(a => TerminalText.Line(a.GetProperty("labels").GetProperty("alertname").GetString() ?? "", 120));
            return new([.. alerts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], null);
        }
        catch (Exception strange) when (strange is System.Text.Json.JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return new(null, $"{Shown}: its alerts are not known: {(strange is FormatException ? TerminalText.Line(strange.Message, 200) : "the answer is not one of Prometheus's API")}");
        }
    }

    /// <summary>Gets the server's host and port as they may be shown.</summary>
    public string Shown
    {
        get
        {
            try
            {
                return PrometheusAddress.Of(_resolve().Url) is { } address ? address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/') : "the server";
            }
            catch (PlaceholderException)
            {
                return "the server";
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<PrometheusAnswer> Ask(string path, TimeSpan timeout, int largest, CancellationToken cancellation)
    {
        var (status, body, problem) = await Get(path, timeout, largest, cancellation);
        var answer = problem is null ? PrometheusAnswer.Parse(status, body) : PrometheusAnswer.Bad(problem);
        return answer.Problem is { } said ? answer with { Problem = $"{Shown}: {TerminalText.Line(said, 300)}" } : answer;
    }

    private async Task<(int Status, ReadOnlyMemory<byte> Body, string? Problem)> Get(string path, TimeSpan patience, int largest, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            var (url, headers) = _resolve();
            if (PrometheusAddress.Of(url) is not { } address)
            {
                return (0, default, "gate.metrics.url is no http address");
            }

            // .NET ends the process where it cannot load OpenSSL.
            if (address.Scheme == Uri.UriSchemeHttps && !Sha256.HasOpenSsl)
            {
                return (0, default, "this machine has no OpenSSL (libssl.so.3), so nothing can be asked over TLS from here");
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            foreach (var (name, value) in headers)
            {
                _ = request.Headers.TryAddWithoutValidation(name, value);
            }

            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = await ReadBody(response.Content, largest, either.Token);
            return body is null ? (0, default, $"answered more than {largest / 1024 / 1024} MiB")
                : IsRedirect(response.StatusCode) ? (0, default, $"answered {(int)response.StatusCode}, a redirect, which is not followed: write the address where the API is")
                : ((int)response.StatusCode, body.Value, null);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return (0, default, $"no complete answer within {ValueText.Of(patience)}");
        }
        catch (PlaceholderException unset)
        {
            return (0, default, unset.Message);
        }
#pragma warning disable CA1031 // Sockets, TLS, HTTP and addresses fail in many ways; each is a missing reading, not the end of a run.
        catch (Exception e) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return (0, default, e.InnerException is { } inner && inner.Message != e.Message ? $"{e.Message} {inner.Message}" : e.Message);
        }
    }

    private static bool IsRedirect(HttpStatusCode status) => (int)status is >= 300 and < 400;

    private static async Task<ReadOnlyMemory<byte>?> ReadBody(HttpContent content, int largest, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellation)) > 0)
        {
            if (body.Length + read > largest)
            {
                return null;
            }

            await body.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
