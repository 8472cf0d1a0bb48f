using System.Text;
using Newtonsoft.Json.Linq;

namespace Release.Probes;

/// <summary>What came back to a call of a probe.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Body">The body, up to a mebibyte.</param>
/// <param name="Complete">Whether that was all of it.</param>
/// <param name="Header">A header's value; null when it is not there.</param>
internal sealed record CallAnswer(int Status, string Body, bool Complete, Func<string, string?> Header)
{
    /// <summary>The value at a path of its JSON; null when there is none, or it is no JSON that can be read in one way only.</summary>
    public JToken? At(string path)
    {
        try
        {
            return Complete ? JsonPath.Find(HttpProbe.Parse(Body), path) : null;
        }
        catch (Exception problem) when (problem is System.Text.Json.JsonException or Newtonsoft.Json.JsonException)
        {
            return null;
        }
    }
}

/// <summary>
/// Sends the calls of one probe. Redirects are answers like any other, cookies are not kept, bodies are bounded; no connection
/// and no HTTP are exceptions with a sentence for a person.
/// </summary>
internal sealed class ProbeCalls(Uri? address) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,

        // What runs on this machine is not reached through a proxy, whatever HTTP_PROXY says.
        UseProxy = address?.IsLoopback != true,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The address of a call: a whole one, or a path below what is looked at.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public Uri Place(string? url, string? path) =>
        (url is not null ? HttpProbe.Whole(url) : address is null ? null : HttpProbe.Below(address, path!)) is not { } place
            ? throw new InvalidOperationException(url is null && address is null ? $"nothing is running yet that {path} could be asked of" : $"{url ?? path}: this is no http address")
            : place.Scheme == Uri.UriSchemeHttps && !Sha256.HasOpenSsl ? throw new InvalidOperationException(HttpProbe.NoTls)
            : place;

    /// <summary>Sends one request.</summary>
    /// <exception cref="HttpRequestException">No answer.</exception>
    public async Task<CallAnswer> Send(string method, Uri place, IEnumerable<KeyValuePair<string, string>> headers, string? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), place);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
        {
            HttpProbe.Add(request, name, value);
        }

        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var (text, complete) = await HttpProbe.Read(answer.Content, cancellation);
        var known = answer.Headers.Concat(answer.Content.Headers).GroupBy(h => h.Key, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(h => h.Key, h => string.Join(", ", h.SelectMany(values => values.Value)), StringComparer.OrdinalIgnoreCase);
        return new((int)answer.StatusCode, text, complete, known.GetValueOrDefault);
    }

    public void Dispose() => _client.Dispose();
}
