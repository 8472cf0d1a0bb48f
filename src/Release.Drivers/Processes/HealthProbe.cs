using System.Net;

namespace Release.Drivers.Processes;

/// <summary>Asks an address on this machine whether it is healthy: a GET that answers 200.</summary>
internal sealed class HealthProbe : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(1),

        // A connection that we kept open would hold up the instance when it is to stop.
        PooledConnectionLifetime = TimeSpan.Zero,
    })
    {
        Timeout = TimeSpan.FromSeconds(2),
        MaxResponseContentBufferSize = 64 * 1024,
    };

    /// <summary>Null when it is healthy; otherwise what it answered instead.</summary>
    public async Task<string?> Problem(Uri address, CancellationToken cancellation)
    {
        try
        {
            using var answer = await _client.GetAsync(address, cancellation);
            return answer.StatusCode == HttpStatusCode.OK ? null : $"it answered {(int)answer.StatusCode}";
        }
        catch (HttpRequestException problem)
        {
            return problem.HttpRequestError == HttpRequestError.ConnectionError
                ? "nothing listens there yet"
                : $"it did not answer ({problem.HttpRequestError})";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return "it did not answer within 2 s";
        }
    }

    /// <summary>What an address answers with 200; null for anything else.</summary>
    public async Task<string?> Text(Uri address, CancellationToken cancellation)
    {
        try
        {
            using var answer = await _client.GetAsync(address, cancellation);
            return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadAsStringAsync(cancellation) : null;
        }
        catch (Exception silent) when (silent is HttpRequestException || (silent is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    public void Dispose() => _client.Dispose();
}
