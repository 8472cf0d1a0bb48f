using System.Text.Json.Nodes;
using Release.Runs;
using Release.Tools;

namespace Release.Drivers.Docker;

/// <summary>
/// A Docker Engine's HTTP API, in the newest version that both sides know. Reading is tried again when nothing answers;
/// what changes something is sent once, and a caller that got no answer looks (<see cref="DockerUnavailableException"/>).
/// Limits cover the bodies, and bodies are bounded. What is missing is null where a look can find nothing; the engine's
/// refusals are <see cref="DockerRefusedException"/>. Texts in what is returned are as the engine sent them; those of
/// exceptions are filtered. May be used from any thread.
/// </summary>
public sealed partial class DockerEngine : IDisposable
{
    private static readonly int[] NoContent = [204, 304];
    private readonly EngineTransport _transport;
    private readonly TimeProvider _time;
    private volatile EngineVersion? _version;

    /// <summary>Makes the client; connects to nothing.</summary>
    /// <param name="host">Where the engine is.</param>
    /// <param name="time">The clock of limits.</param>
    /// <param name="tool">Starts <c>ssh</c>; needed for such a host only.</param>
    /// <exception cref="ReleaseException">The TLS files cannot be used.</exception>
    public DockerEngine(DockerHost host, TimeProvider time, Tool? tool = null)
    {
        Host = host;
        _time = time;
        _transport = new(host, time, tool);
    }

    /// <summary>Gets where the engine is.</summary>
    public DockerHost Host { get; }

    /// <summary>Gets how long a look may take, body included.</summary>
    internal TimeSpan Looking { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how long a change may take.</summary>
    internal TimeSpan Changing { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What the engine is, and which API is spoken with it. Asked anew at each call.</summary>
    /// <exception cref="DockerException">No answer, or no API that both know.</exception>
    public async Task<EngineVersion> Version(CancellationToken cancellation)
    {
        const string Path = "version";
        var version = Whole(HttpMethod.Get, Path, await _transport.Get(Path, Looking, cancellation), EngineVersion.Read);
        return _version = version.Api >= EngineVersion.Oldest && version.MinApi <= EngineVersion.Newest
            ? version
            : throw new DockerRefusedException(
                400,
                $"The Docker Engine at {Host} speaks API {version.MinApi} to {version.Api}, this program {EngineVersion.Oldest} to {EngineVersion.Newest}: there is none in common.");
    }

    /// <summary>Speaks an API without asking which there is.</summary>
    internal void Speak(Version api) => _version = new("", api, api, "", "", api);

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private static string Filters(IReadOnlyDictionary<string, IReadOnlyList<string>> filters)
    {
        var json = new JsonObject();
        foreach (var (name, values) in filters)
        {
            json[name] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
        }

        return Uri.EscapeDataString(json.ToJsonString());
    }

    private static string LabelFilter(IReadOnlyDictionary<string, string?> labels) => Filters(new Dictionary<string, IReadOnlyList<string>>
    {
        ["label"] = [.. labels.Select(label => label.Value is null ? label.Key : $"{label.Key}={label.Value}")],
    });

    /// <summary>
    /// A name as a part of a path. Nothing that a path gives a meaning to: a name of dots would lead to another place.
    /// </summary>
    private static string Part(string name) => name.Split('/').All(part => part.Length > 0 && part.Trim('.').Length > 0 && !part.Any(char.IsControl))
        ? string.Join('/', name.Split('/').Select(Uri.EscapeDataString))
        : throw new ArgumentException($"\"{Output.TerminalText.Line(name, 100)}\" names nothing that an engine could have.", nameof(name));

    private async Task<string> At(string path, CancellationToken cancellation) =>
        $"v{(_version ?? await Version(cancellation)).Spoken}/{path}";

    /// <summary>One document, or null when the engine has none.</summary>
    private async Task<T?> Find<T>(string path, Func<EngineDocument, T> read, CancellationToken cancellation, string? login = null)
        where T : class
    {
        var at = await At(path, cancellation);
        var answer = await _transport.Get(at, Looking, cancellation, login);
        return answer.IsMissing ? null : Whole(HttpMethod.Get, at, answer, read);
    }

    private async Task<IReadOnlyList<T>> List<T>(string path, Func<EngineDocument, T> read, CancellationToken cancellation)
    {
        var at = await At(path, cancellation);
        var answer = await _transport.Get(at, Looking, cancellation);
        return Value(HttpMethod.Get, at, answer, json => json is JsonArray list
            ? (IReadOnlyList<T>)[.. list.Select(item => read(EngineDocument.Of(item, "an item")))]
            : throw new FormatException("it is no list"));
    }

    /// <summary>
    /// Changes something. Only the statuses of the API are an answer: a page of some other server, with 200, is none.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path below the version.</param>
    /// <param name="body">The document, or null.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <param name="done">What it answers when it is done; 204 and 304 (it was so already) if nothing is given.</param>
    /// <param name="expected">Refusals that are returned, in the engine's own words only.</param>
    private async Task<EngineAnswer> Change(
        HttpMethod method,
        string path,
        JsonObject? body,
        TimeSpan limit,
        CancellationToken cancellation,
        IReadOnlyList<int>? done = null,
        IReadOnlyList<int>? expected = null)
    {
        var at = await At(path, cancellation);
        using var content = body is null ? null : EngineTransport.Json(body);
        var answer = await _transport.Send(method, at, content, limit, cancellation);
        if ((done ?? NoContent).Contains((int)answer.Status) || (expected?.Contains((int)answer.Status) == true && answer.Message is not null))
        {
            return answer;
        }

        var refusal = _transport.Refusal(method, at, answer);
        if (refusal.Status == 400 && refusal.Message.Contains("client version", StringComparison.Ordinal))
        {
            // Another engine listens there now: the next call asks which.
            _version = null;
        }

        throw refusal;
    }

    private T Whole<T>(HttpMethod method, string path, EngineAnswer answer, Func<EngineDocument, T> read) =>
        Value(method, path, answer, json => read(EngineDocument.Of(json, "it")));

    private T Value<T>(HttpMethod method, string path, EngineAnswer answer, Func<JsonNode?, T> read)
    {
        if ((int)answer.Status is < 200 or >= 300)
        {
            throw _transport.Refusal(method, path, answer);
        }

        try
        {
            return PeerJson.TryRead(answer.Body, out var json) ? read(json) : throw new FormatException("it is not JSON");
        }
        catch (FormatException problem)
        {
            throw _transport.Unavailable(method, path, $"answered with what cannot be relied on: {problem.Message}", problem);
        }
    }
}
