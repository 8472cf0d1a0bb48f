using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Release.Drivers.Docker;

/// <content>What is read as it comes: logs, events, and the progress of loads and pulls.</content>
public sealed partial class DockerEngine
{
    private const int LongestLine = 1024 * 1024;
    private const int Block = 32 * 1024;
    private static readonly string[] Progress = ["status", "stream", "progress", "aux", "id"];
    private static readonly TimeSpan WholeLog = TimeSpan.FromMinutes(2);

    /// <summary>
    /// A container's log. Without <paramref name="follow"/> it ends with what there is now, within 2 minutes; with it,
    /// when the container ends or the token is cancelled.
    /// </summary>
    /// <param name="nameOrId">The container.</param>
    /// <param name="since">The first moment; null for the beginning.</param>
    /// <param name="until">The last moment; null for none.</param>
    /// <param name="follow">Go on with what is still to come.</param>
    /// <param name="tail">Only this many lines from the end; null for all.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DockerException">No answer, a body that breaks off or makes no sense, or a refusal: 404 when there is no such container, 501 when its log cannot be read.</exception>
    public async IAsyncEnumerable<LogLine> Logs(
        string nameOrId, DateTimeOffset? since, DateTimeOffset? until, bool follow, int? tail, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Only the container knows whether its log is framed: until API 1.42 the answer does not say.
        var looked = await At($"containers/{Part(nameOrId)}/json", cancellation);
        var container = Whole(HttpMethod.Get, looked, await _transport.Get(looked, Looking, cancellation), Docker.Container.Read);
        var lastLines = tail is { } count ? string.Create(CultureInfo.InvariantCulture, $"&tail={count}") : "";
        var path = await At(
            $"containers/{container.Id}/logs?stdout=1&stderr=1&timestamps=1&follow={(follow ? 1 : 0)}{Moment("since", since)}{Moment("until", until)}{lastLines}", cancellation);

        using var late = new CancellationTokenSource(follow ? Timeout.InfiniteTimeSpan : WholeLog, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        using var body = await _transport.Open(HttpMethod.Get, path, null, Looking, cancellation);
        var frames = new LogFrames(framed: !container.Tty);
        var block = new byte[Block];
        IReadOnlyList<LogLine> lines;
        do
        {
            lines = await Next(either.Token);
            foreach (var line in lines)
            {
                yield return line;
            }
        }
        while (block.Length > 0);

        async Task<IReadOnlyList<LogLine>> Next(CancellationToken token)
        {
            try
            {
                var read = await body.Read(block, token);
                if (read > 0)
                {
                    return frames.Add(block.AsSpan(0, read));
                }

                block = [];
                return frames.Finish();
            }
            catch (FormatException problem)
            {
                throw body.Senseless(problem.Message);
            }
            catch (OperationCanceledException problem) when (!cancellation.IsCancellationRequested)
            {
                throw _transport.NoAnswer(HttpMethod.Get, path, WholeLog, problem);
            }
        }
    }

    /// <summary>What happens on the engine, from <paramref name="since"/> to <paramref name="until"/>, or for as long as it is read.</summary>
    /// <param name="filters">For example <c>type</c>: container, <c>label</c>: a name or name=value; several of one name are alternatives.</param>
    /// <param name="since">From here what it still remembers; null for now.</param>
    /// <param name="until">Where it ends; null for never.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DockerException">No answer, a body that breaks off (an engine that restarts) or makes no sense, or a refusal.</exception>
    public async IAsyncEnumerable<EngineEvent> Events(
        IReadOnlyDictionary<string, IReadOnlyList<string>> filters,
        DateTimeOffset? since,
        DateTimeOffset? until,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var path = await At($"events?filters={Filters(filters)}{Moment("since", since)}{Moment("until", until)}", cancellation);
        using var body = await _transport.Open(HttpMethod.Get, path, null, Looking, cancellation);
        await foreach (var document in Documents(body, cancellation))
        {
            EngineEvent happened;
            try
            {
                happened = EngineEvent.Read(document);
            }
            catch (FormatException problem)
            {
                throw body.Senseless(problem.Message);
            }

            yield return happened;
        }
    }

    /// <summary>What a container uses, over about a second; null when there is none.</summary>
    /// <exception cref="DockerException">No answer, or a refusal.</exception>
    public Task<ContainerStats?> Stats(string nameOrId, CancellationToken cancellation) =>
        Find($"containers/{Part(nameOrId)}/stats?stream=0", ContainerStats.Read, cancellation);

    /// <summary>Fetches an image from its registry.</summary>
    /// <param name="reference"><c>registry/app:1.2.0</c> or <c>registry/app@sha256:…</c>.</param>
    /// <param name="login">The registry's login as <c>X-Registry-Auth</c> has it (base64url of a JSON object), or null.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellation">Ends the call, and the fetching.</param>
    /// <param name="progress">Gets how far it is, at every line of the engine's; null for nobody.</param>
    /// <exception cref="DockerException">No answer, or a refusal, also one in the middle of the transfer.</exception>
    public Task Pull(string reference, string? login, TimeSpan limit, CancellationToken cancellation, Action<PullProgress>? progress = null)
    {
        // Without a tag the engine would fetch every one there is.
        var isWhole = reference.Contains('@', StringComparison.Ordinal) || reference[(reference.LastIndexOf('/') + 1)..].Contains(':', StringComparison.Ordinal);
        var (so, path) = (new PullProgress(), $"images/create?fromImage={Uri.EscapeDataString(isWhole ? reference : reference + ":latest")}");
        return Transfer(path, null, login, limit, cancellation, line =>
        {
            so.Add(line);
            progress?.Invoke(so);
        });
    }

    /// <summary>Loads images from a tar as <c>docker save</c> writes it.</summary>
    /// <param name="tar">The tar; read to its end.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="DockerException">No answer, or a refusal, also one in the middle of the transfer.</exception>
    public Task Load(Stream tar, TimeSpan limit, CancellationToken cancellation) => Transfer("images/load?quiet=1", tar, null, limit, cancellation);

    /// <summary>The tasks whose progress is a JSON object a line, and whose failure may come with status 200.</summary>
    private async Task Transfer(string path, Stream? tar, string? login, TimeSpan limit, CancellationToken cancellation, Action<EngineDocument>? line = null)
    {
        var at = await At(path, cancellation);
        using var late = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        using var content = tar is null ? null : new StreamContent(tar);
        if (content is not null)
        {
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        }

        try
        {
            using var body = await _transport.Open(HttpMethod.Post, at, content, limit, either.Token, login);
            await foreach (var document in Documents(body, either.Token))
            {
                if (document.Json["errorDetail"] is JsonObject detail && detail["message"] is JsonValue value && value.TryGetValue(out string? said))
                {
                    throw _transport.RefusedMidway(HttpMethod.Post, at, said);
                }

                if (document.Json["error"] is JsonValue error && error.TryGetValue(out said))
                {
                    throw _transport.RefusedMidway(HttpMethod.Post, at, said);
                }

                if (!Progress.Any(document.Json.ContainsKey))
                {
                    throw body.Senseless("a line of it is no progress");
                }

                line?.Invoke(document);
            }
        }
        catch (OperationCanceledException problem) when (!cancellation.IsCancellationRequested)
        {
            throw _transport.NoAnswer(HttpMethod.Post, at, limit, problem);
        }
    }

    private static string Moment(string name, DateTimeOffset? at)
    {
        // Seconds and nanoseconds, as the engine's own client writes them.
        var ticks = at is { } moment ? (moment - DateTimeOffset.UnixEpoch).Ticks : 0;
        return at is null ? "" : string.Create(CultureInfo.InvariantCulture, $"&{name}={ticks / TimeSpan.TicksPerSecond}.{ticks % TimeSpan.TicksPerSecond * 100:000000000}");
    }

    private static async IAsyncEnumerable<EngineDocument> Documents(EngineBody body, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var cutter = new LineCutter(LongestLine);
        var block = new byte[Block];
        for (var isOpen = true; isOpen;)
        {
            var read = await body.Read(block, cancellation);
            isOpen = read > 0;
            foreach (var line in isOpen ? cutter.Add(block.AsSpan(0, read)) : cutter.Finish())
            {
                if (cutter.WasCut)
                {
                    throw body.Senseless("a line of its answer has more than 1 MiB");
                }

                if (line.AsSpan().TrimEnd((byte)'\r').Length > 0)
                {
                    yield return PeerJson.TryRead(line, out var json) && json is JsonObject document
                        ? new(document)
                        : throw body.Senseless("a line of its answer is no JSON object");
                }
            }
        }
    }
}
