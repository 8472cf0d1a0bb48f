using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Polly;
using Release.Output;
using Release.Tools;

namespace Release.Drivers.Docker;

/// <summary>
/// One HTTP stack to one engine. Every call has a limit that covers the body, every body a bound. Only GET is tried again.
/// What does not answer, or not in the engine's words, is unavailable; nothing is read into it.
/// </summary>
internal sealed class EngineTransport : IDisposable
{
    private const int MaxBody = 16 * 1024 * 1024;
    private const int MaxRefusal = 64 * 1024;
    private readonly HttpClient _client;
    private readonly DockerHost _host;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<EngineAnswer> _retries;

    public EngineTransport(DockerHost host, TimeProvider time, Tool? tool)
    {
        _host = host;
        _time = time;
#pragma warning disable CA2000 // The client disposes of its handler, and we of the client.
        _client = new HttpClient(EngineConnection.Handler(host, time, tool))
        {
            BaseAddress = EngineConnection.BaseAddress(host),
            Timeout = Timeout.InfiniteTimeSpan, // It would not cover a streamed body; the token of each call does.
            MaxResponseContentBufferSize = MaxBody,
        };
#pragma warning restore CA2000
        _retries = IdempotentCalls.Retried(time, new PredicateBuilder<EngineAnswer>()
            .Handle<DockerUnavailableException>(problem => !EngineSilence.IsSettled(problem.InnerException))
            .HandleResult(answer => answer.Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests));
    }

    /// <summary>Reads, trying again: a GET without a stream.</summary>
    public async Task<EngineAnswer> Get(string path, TimeSpan limit, CancellationToken cancellation, string? login = null) =>
        await _retries.ExecuteAsync(async token => await Send(HttpMethod.Get, path, null, limit, token, login), cancellation);

    /// <summary>One call, its answer whole, whatever its status.</summary>
    /// <exception cref="DockerUnavailableException">No whole answer in time.</exception>
    public async Task<EngineAnswer> Send(HttpMethod method, string path, HttpContent? content, TimeSpan limit, CancellationToken cancellation, string? login = null)
    {
        using var late = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        using var request = Request(method, path, content, login);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
            return new(response.StatusCode, await response.Content.ReadAsByteArrayAsync(either.Token));
        }
        catch (Exception problem) when (IsNoAnswer(problem, cancellation))
        {
            throw NoAnswer(method, path, limit, problem);
        }
    }

    /// <summary>
    /// One call whose body is read as it comes. The limit is for the headers; reading ends with the caller's token, and a
    /// body that breaks off is unavailable.
    /// </summary>
    /// <exception cref="DockerException">No answer, or a refusal.</exception>
    public async Task<EngineBody> Open(
        HttpMethod method, string path, HttpContent? content, TimeSpan limit, CancellationToken cancellation, string? login = null, bool isConversation = false)
    {
        using var late = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        using var request = Request(method, path, content, login);
        if (isConversation)
        {
            // Then the connection is a program's input and output: https://docs.docker.com/reference/api/engine/version/v1.41/#operation/ContainerAttach.
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.Add(new("tcp"));
        }

        HttpResponseMessage? response = null;
        try
        {
            response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = await response.Content.ReadAsStreamAsync(either.Token);
            if (isConversation ? response.StatusCode is HttpStatusCode.SwitchingProtocols : (int)response.StatusCode is >= 200 and < 300)
            {
                var opened = new EngineBody(this, method, path, response, body);
                response = null;
                return opened;
            }

            throw Refusal(method, path, new(response.StatusCode, await Start(body, either.Token)));
        }
        catch (Exception problem) when (IsNoAnswer(problem, cancellation))
        {
            throw NoAnswer(method, path, limit, problem);
        }
        finally
        {
            response?.Dispose();
        }
    }

    /// <summary>A body to send.</summary>
    public static HttpContent Json(JsonObject body) =>
        new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    /// <summary>What there is to throw about an answer with this status.</summary>
    public DockerException Refusal(HttpMethod method, string path, EngineAnswer answer)
    {
        // The engine says in JSON what is wrong. Anything else comes from some other server, and may mean anything.
        return answer.Message is { } said && (int)answer.Status >= 400
            ? new DockerRefusedException((int)answer.Status, $"The Docker Engine at {_host} refused {Shown(method, path)} with {(int)answer.Status}: {TerminalText.Line(said, 400)}")
            : Unavailable(method, path, $"answered {(int)answer.Status}, but not in an engine's words: {Encoding.UTF8.GetString(answer.Body.AsSpan(0, Math.Min(answer.Body.Length, 300)))}");
    }

    /// <summary>What there is to throw about a refusal in the middle of a body.</summary>
    public DockerRefusedException RefusedMidway(HttpMethod method, string path, string said) =>
        new(200, $"The Docker Engine at {_host} began {Shown(method, path)} and failed: {TerminalText.Line(said, 400)}");

    /// <summary>What there is to throw when there is no answer that can be relied on.</summary>
    public DockerUnavailableException Unavailable(HttpMethod method, string path, string instead, Exception? cause = null) => new(
        $"Asked for {Shown(method, path)}, the Docker Engine at {_host} {TerminalText.Line(instead, 500).TrimEnd('.')}."
        + (method == HttpMethod.Get ? "" : " Whether it did what was asked is not known."),
        cause);

    public void Dispose() => _client.Dispose();

    /// <summary>Whether an exception means that the engine did not answer, rather than that the caller gave up.</summary>
    internal static bool IsNoAnswer(Exception problem, CancellationToken caller) =>
        problem is HttpRequestException or IOException or ToolException or System.Net.Sockets.SocketException
        || (problem is OperationCanceledException && !caller.IsCancellationRequested);

    internal DockerUnavailableException NoAnswer(HttpMethod method, string path, TimeSpan limit, Exception problem) =>
        Unavailable(method, path, EngineSilence.Why(problem, _host, limit), problem);

    private static HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content, string? login)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (login is not null)
        {
            request.Headers.Add("X-Registry-Auth", login);
        }

        return request;
    }

    private static async Task<byte[]> Start(Stream body, CancellationToken cancellation)
    {
        var start = new byte[MaxRefusal];
        var length = await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellation);
        return start[..length];
    }

    private static string Shown(HttpMethod method, string path) => TerminalText.Line($"{method} {Uri.UnescapeDataString(path)}", 200);
}
