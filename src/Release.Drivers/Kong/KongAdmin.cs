using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Polly;
using Release.Output;
using Release.Runs;

namespace Release.Drivers.Kong;

/// <summary>
/// Kong's Admin API (Kong 3). GET, PUT, DELETE and PATCH of an absolute value are tried again when Kong
/// does not answer; POST never is. Timeouts cover bodies and lists, and both are bounded. An answer that is not in Kong's
/// words is an exception: nothing is read into it.
/// </summary>
public sealed class KongAdmin : IDisposable
{
    private const int MaxBody = 8 * 1024 * 1024;
    private const int MostLoads = 4;

    private readonly HttpClient _client;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<Answer> _retries;

    /// <summary>Makes the client; connects to nothing.</summary>
    /// <param name="address">The Admin API; a path in it is kept.</param>
    /// <param name="time">The clock between tries.</param>
    public KongAdmin(Uri address, TimeProvider time)
        : this(address, time, TimeSpan.FromSeconds(2))
    {
    }

    /// <summary>The same with another limit for one call, body included.</summary>
    internal KongAdmin(Uri address, TimeProvider time, TimeSpan callTimeout)
    {
        _time = time;
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
            Timeout = callTimeout,
            MaxResponseContentBufferSize = MaxBody,
        };
#pragma warning restore CA2000
        _retries = IdempotentCalls.Retried(time, new PredicateBuilder<Answer>()
            .Handle<KongUnavailableException>()
            .HandleResult(answer => IsOverloaded(answer.Status)));
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
        return IsMissing(answer) ? null : Entity(HttpMethod.Get, path, answer);
    }

    /// <summary>What a path that is no entity says: Kong itself, or its configuration.</summary>
    /// <exception cref="KongException">No answer, or a refusal.</exception>
    public async Task<JsonObject> Read(string path, CancellationToken cancellation) =>
        Object(HttpMethod.Get, path, await Idempotent(HttpMethod.Get, path, null, cancellation));

    /// <summary>All entities of a collection, page by page.</summary>
    /// <exception cref="KongException">No answer, or a refusal (status 404 when the parent does not exist).</exception>
    public async Task<IReadOnlyList<JsonObject>> List(string path, CancellationToken cancellation)
    {
        // For all pages together: each in time and within bounds is no bound when there is always another.
        var patience = _client.Timeout * 4;
        using var limit = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            return await ReadPages(path, either.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw Unavailable(HttpMethod.Get, path, $"did not give all of its list within {patience.TotalSeconds:0.#} s", late);
        }
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

    /// <summary>
    /// Puts a whole declarative configuration in the place of the one that a Kong without a database has; one that it has
    /// already is not loaded again. The same document twice is the same as once, so it is sent again while Kong is busy.
    /// </summary>
    /// <exception cref="KongException">No answer (it may have been loaded all the same), or a refusal, with each of its reasons.</exception>
    public async Task Load(string configuration, CancellationToken cancellation)
    {
        var body = new JsonObject { ["config"] = configuration };
        for (var attempt = 1; ; attempt++)
        {
            var answer = await Send(HttpMethod.Post, KongPaths.Load, body, cancellation);
            if (answer.Status is HttpStatusCode.NotModified || (answer.Status is HttpStatusCode.Created && answer.Json() is not null))
            {
                return;
            }

            if (attempt == MostLoads || !IsOverloaded(answer.Status))
            {
                throw LoadRefusal(answer);
            }

            await Task.Delay(KongRefusals.Pause(answer.RetryAfter, attempt), _time, cancellation);
        }
    }

    /// <summary>Removes an entity; no error when there is none.</summary>
    /// <exception cref="KongException">No answer, or a refusal.</exception>
    public async Task Delete(string path, CancellationToken cancellation)
    {
        var answer = await Idempotent(HttpMethod.Delete, path, null, cancellation);
        if (answer.Status != HttpStatusCode.NoContent && !IsMissing(answer))
        {
            throw Refusal(HttpMethod.Delete, path, answer);
        }
    }

    /// <summary>What a path answers as text, or null when it is not there.</summary>
    /// <exception cref="KongUnavailableException">No answer.</exception>
    public async Task<string?> Text(string path, CancellationToken cancellation)
    {
        var answer = await Idempotent(HttpMethod.Get, path, null, cancellation);
        return answer.Status == HttpStatusCode.OK ? answer.Text : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>What there is to throw about an answer that came and makes no sense.</summary>
    internal KongRefusedException Senseless(string path, string why) => Refused(HttpMethod.Get, path, 200, why);

    private static bool IsOverloaded(HttpStatusCode status) => status is
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    // Kong says in JSON that something is not there. A page that says so is some other server, which knows nothing of it.
    private static bool IsMissing(Answer answer) => answer.Status == HttpStatusCode.NotFound && answer.Json() is not null;

    private async Task<IReadOnlyList<JsonObject>> ReadPages(string path, CancellationToken cancellation)
    {
        var all = new List<JsonObject>();
        var read = 0;
        for (var next = path + "?size=1000"; next is not null;)
        {
            var answer = await Idempotent(HttpMethod.Get, next, null, cancellation);
            var page = Object(HttpMethod.Get, path, answer);
            all.AddRange((page["data"] as JsonArray)?.Select(item => item as JsonObject ?? throw Senseless(path, "its list has something else than entities"))
                ?? throw Senseless(path, "its answer has no list"));
            read += answer.Body.Length;
            next = read <= MaxBody ? Next(path, page["next"]) : throw Senseless(path, $"its list has more than {MaxBody >> 20} MiB");
        }

        return all;
    }

    /// <summary>The path of the next page, null after the last. Kong names it from its root, some versions with its host.</summary>
    private string? Next(string path, JsonNode? next) =>
        next is null ? null
        : next is JsonValue value && value.TryGetValue(out string? link)
            && Uri.TryCreate(Address, link.TrimStart('/'), out var page) && Address.IsBaseOf(page)
            ? page.AbsoluteUri[Address.AbsoluteUri.Length..]
            : throw Senseless(path, $"its list goes on at an address that is not below its own: {next.ToJsonString()}");

    private async Task<Answer> Idempotent(HttpMethod method, string path, JsonObject? body, CancellationToken cancellation) =>
        await _retries.ExecuteAsync(async token => await Send(method, path, body, token), cancellation) is var answer
        && IsOverloaded(answer.Status)
            ? throw Refusal(method, path, answer)
            : answer;

    private async Task<Answer> Send(HttpMethod method, string path, JsonObject? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path));
        if (body is not null)
        {
            request.Content = new StringContent(
                body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
            return new(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation), response.Headers.RetryAfter?.Delta);
        }
        catch (HttpRequestException problem)
        {
            throw Unavailable(method, path, $"gave no answer: {problem.GetBaseException().Message}", problem);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw Unavailable(method, path, $"gave no whole answer within {_client.Timeout.TotalSeconds:0.#} s", late);
        }
    }

    private JsonObject Entity(HttpMethod method, string path, Answer answer) =>
        Object(method, path, answer) is var entity && entity["id"] is JsonValue id && id.TryGetValue(out string? _)
            ? entity
            : throw Refused(method, path, (int)answer.Status, "its answer has no id, so it is no entity");

    private JsonObject Object(HttpMethod method, string path, Answer answer) =>
        (int)answer.Status is < 200 or > 299 ? throw Refusal(method, path, answer)
        : answer.Json() ?? throw Refused(method, path, (int)answer.Status, "its answer is not a JSON object that can be relied on");

    private KongException Refusal(HttpMethod method, string path, Answer answer)
    {
        var said = answer.Json()?["message"] is JsonValue message && message.TryGetValue(out string? text) ? text : answer.Text;

        // An error, its own or that of a proxy before it, may come after the effect. So may a 404 that is not Kong's.
        return (int)answer.Status >= 500 || answer.Status == HttpStatusCode.TooManyRequests
            ? Unavailable(method, path, $"failed with {(int)answer.Status}: {said}")
            : answer.Status == HttpStatusCode.NotFound && !IsMissing(answer)
            ? Unavailable(method, path, $"answered 404, but not in Kong's words; is this its Admin API? {said}")

            // Without a database the entities are read-only, whatever their state.
            : answer.Status == HttpStatusCode.MethodNotAllowed && method != HttpMethod.Get
            ? Refused(method, path, 405, KongRefusals.HasNoDatabase)
            : Refused(method, path, (int)answer.Status, said);
    }

    private KongException LoadRefusal(Answer answer)
    {
        var (path, said) = (KongPaths.Config, KongRefusals.Of((int)answer.Status, answer.Json()) ?? answer.Text);
        return (int)answer.Status is >= 500 or (>= 200 and < 300) || answer.Status == HttpStatusCode.TooManyRequests
            ? Unavailable(HttpMethod.Post, path, (int)answer.Status < 300 ? $"answered {(int)answer.Status}, but not in Kong's words: {said}" : $"failed with {(int)answer.Status}: {said}")
            : Refused(HttpMethod.Post, path, (int)answer.Status, said);
    }

    private KongRefusedException Refused(HttpMethod method, string path, int status, string said) => new(
        status, $"Kong at {Address} refused {method} /{path} with {status}: {TerminalText.Line(said, 500)}");

    private KongUnavailableException Unavailable(HttpMethod method, string path, string instead, Exception? cause = null) => new(
        $"Asked for {method} /{path}, Kong at {Address} {TerminalText.Line(instead, 300).TrimEnd('.')}."
        + (method == HttpMethod.Get ? "" : " Whether it did what was asked is not known."),
        cause);

    private readonly record struct Answer(HttpStatusCode Status, byte[] Body, TimeSpan? RetryAfter)
    {
        public string Text => Encoding.UTF8.GetString(Body);

        public JsonObject? Json() => PeerJson.TryRead(Body, out var json) ? json as JsonObject : null;
    }
}
