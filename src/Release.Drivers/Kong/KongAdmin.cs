using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Polly;
using Polly.Retry;
using Release.Output;
using Release.Runs;

namespace Release.Drivers.Kong;

/// <summary>
/// Kong's Admin API (Kong 3, with a database). GET, PUT, DELETE and PATCH of an absolute value are tried again when Kong
/// does not answer; POST never is. Timeouts cover bodies, and bodies are bounded.
/// </summary>
public sealed class KongAdmin : IDisposable
{
    private const int MaxBody = 8 * 1024 * 1024;
    private const int MaxPages = 1000;

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(2);

    private readonly HttpClient _client;
    private readonly ResiliencePipeline<(HttpStatusCode Status, string Body)> _retries;

    /// <summary>Makes the client; connects to nothing.</summary>
    /// <param name="address">The Admin API; a path in it is kept.</param>
    /// <param name="time">The clock between tries.</param>
    public KongAdmin(Uri address, TimeProvider time)
    {
        RefuseWithoutTls(address);
        Address = address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");

        // The response is read whole inside the call: then the timeout covers it, and the limit holds.
#pragma warning disable CA2000 // The client disposes of its handler, and we of the client.
        _client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = !address.IsLoopback,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        })
        {
            BaseAddress = Address,
            Timeout = CallTimeout,
            MaxResponseContentBufferSize = MaxBody,
        };
#pragma warning restore CA2000
        _retries = new ResiliencePipelineBuilder<(HttpStatusCode, string)> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<(HttpStatusCode Status, string Body)>
            {
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = new PredicateBuilder<(HttpStatusCode Status, string Body)>()
                    .Handle<KongUnavailableException>()
                    .HandleResult(answer => IsOverloaded(answer.Status)),
            })
            .Build();
    }

    // .NET ends the process where it cannot load OpenSSL; what can be said is said before.
    private static void RefuseWithoutTls(Uri address)
    {
        if (address.Scheme == Uri.UriSchemeHttps && !Sha256.HasOpenSsl)
        {
            throw new ReleaseException(
                ExitStatus.Failed,
                $"{address.GetLeftPart(UriPartial.Authority)} is asked over TLS, and this machine has no OpenSSL (libssl.so.3): traffic can be moved from here only over plain HTTP. Nothing was changed.",
                "Install libssl3, or run this command on another machine.");
        }
    }

    /// <summary>Gets the Admin API's address.</summary>
    public Uri Address { get; }

    /// <summary>The entity at a path, or null when there is none.</summary>
    /// <exception cref="KongException">No answer, or a refusal.</exception>
    public async Task<JsonObject?> Find(string path, CancellationToken cancellation)
    {
        var answer = await Idempotent(HttpMethod.Get, path, null, cancellation);
        return answer.Status == HttpStatusCode.NotFound ? null : Entity(HttpMethod.Get, path, answer);
    }

    /// <summary>All entities of a collection, page by page.</summary>
    /// <exception cref="KongException">No answer, or a refusal (status 404 when the parent does not exist).</exception>
    public async Task<IReadOnlyList<JsonObject>> List(string path, CancellationToken cancellation)
    {
        var all = new List<JsonObject>();
        var next = path + "?size=1000";
        for (var page = 0; page < MaxPages; page++)
        {
            var answer = Entity(HttpMethod.Get, path, await Idempotent(HttpMethod.Get, next, null, cancellation));
            all.AddRange((answer["data"] as JsonArray ?? []).OfType<JsonObject>());
            if (answer["next"] is not JsonValue following || !following.TryGetValue(out string? link) || link.Length == 0)
            {
                return all;
            }

            next = link.TrimStart('/');
        }

        throw Refused(HttpMethod.Get, path, 200, $"its list has more than {MaxPages} pages");
    }

    /// <summary>Makes the entity of this name, or sets it to exactly this.</summary>
    /// <exception cref="KongException">No answer, or a refusal.</exception>
    public async Task Put(string path, JsonObject entity, CancellationToken cancellation) =>
        Entity(HttpMethod.Put, path, await Idempotent(HttpMethod.Put, path, entity, cancellation));

    /// <summary>Sets some fields of an entity to absolute values.</summary>
    /// <exception cref="KongException">No answer, or a refusal.</exception>
    public async Task Patch(string path, JsonObject fields, CancellationToken cancellation) =>
        Entity(HttpMethod.Patch, path, await Idempotent(HttpMethod.Patch, path, fields, cancellation));

    /// <summary>Adds an entity; false when there is one like it already.</summary>
    /// <exception cref="KongException">No answer (it may have been added all the same), or a refusal.</exception>
    public async Task<bool> Add(string path, JsonObject entity, CancellationToken cancellation)
    {
        var answer = await Send(HttpMethod.Post, path, entity, cancellation);
        if (answer.Status == HttpStatusCode.Conflict)
        {
            return false;
        }

        _ = Entity(HttpMethod.Post, path, answer);
        return true;
    }

    /// <summary>Removes an entity; no error when there is none.</summary>
    /// <exception cref="KongException">No answer, or a refusal.</exception>
    public async Task Delete(string path, CancellationToken cancellation)
    {
        var answer = await Idempotent(HttpMethod.Delete, path, null, cancellation);
        if (answer.Status is not (HttpStatusCode.NoContent or HttpStatusCode.NotFound or HttpStatusCode.OK))
        {
            throw Refusal(HttpMethod.Delete, path, answer);
        }
    }

    /// <summary>What a path answers as text, or null when it is not there.</summary>
    /// <exception cref="KongUnavailableException">No answer.</exception>
    public async Task<string?> Text(string path, CancellationToken cancellation)
    {
        var (status, body) = await Idempotent(HttpMethod.Get, path, null, cancellation);
        return status == HttpStatusCode.OK ? body : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static bool IsOverloaded(HttpStatusCode status) => status is
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private async Task<(HttpStatusCode Status, string Body)> Idempotent(
        HttpMethod method, string path, JsonObject? body, CancellationToken cancellation)
    {
        var answer = await _retries.ExecuteAsync(async token => await Send(method, path, body, token), cancellation);
        return IsOverloaded(answer.Status)
            ? throw new KongUnavailableException($"Kong at {Address} answered {(int)answer.Status} to {method} /{path}.")
            : answer;
    }

    private async Task<(HttpStatusCode Status, string Body)> Send(
        HttpMethod method, string path, JsonObject? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new StringContent(
                body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
        }
        catch (HttpRequestException problem)
        {
            throw new KongUnavailableException(
                $"Kong at {Address} did not answer {method} /{path}: {TerminalText.Line(problem.Message, 200)}", problem);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new KongUnavailableException(
                $"Kong at {Address} did not answer {method} /{path} within {CallTimeout.TotalSeconds} s.", late);
        }
    }

    private JsonObject Entity(HttpMethod method, string path, (HttpStatusCode Status, string Body) answer)
    {
        if ((int)answer.Status is < 200 or > 299)
        {
            throw Refusal(method, path, answer);
        }

        return Parse(answer.Body) ?? throw Refused(method, path, (int)answer.Status, "its answer is not a JSON object");
    }

    private KongRefusedException Refusal(HttpMethod method, string path, (HttpStatusCode Status, string Body) answer)
    {
        // Without a database the entities are read-only, whatever their state.
        if (answer.Status == HttpStatusCode.MethodNotAllowed && method != HttpMethod.Get)
        {
            return Refused(method, path, 405, "it runs without a database; DB-less Kong is not supported by this driver yet");
        }

        var said = Parse(answer.Body)?["message"] is JsonValue message && message.TryGetValue(out string? text)
            ? text
            : answer.Body;
        return Refused(method, path, (int)answer.Status, said);
    }

    private KongRefusedException Refused(HttpMethod method, string path, int status, string said) => new(
        status, $"Kong at {Address} refused {method} /{path} with {status}: {TerminalText.Line(said, 300)}");

    // System.Text.Json rather than Newtonsoft, because the journal has it loaded already: a rollback waits for neither.
    private static JsonObject? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
