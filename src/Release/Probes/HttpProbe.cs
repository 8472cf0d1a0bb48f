using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Release.Configuration;

namespace Release.Probes;

/// <summary>
/// Sends one request. No connection is no look; an answer that is not as expected is a failure. Addresses and answers are
/// shown, headers and bodies that are sent never: they may hold secrets.
/// </summary>
internal static class HttpProbe
{
    /// <summary>Why nothing is asked over TLS here: .NET ends the process where it cannot load OpenSSL.</summary>
    internal const string NoTls = "this machine has no OpenSSL (libssl.so.3), so nothing can be asked over TLS from here";

    private const int LargestBody = 1024 * 1024;
    private const int MostRedirects = 5;

    public static async Task<ProbeResult> Look(HttpProbeOptions options, ProbeContext context, CancellationToken cancellation)
    {
        if (options.Url is null && context.BaseAddress is null)
        {
            return new(ProbeVerdict.Unavailable, $"nothing is running yet that {options.Path} could be asked of");
        }

        var asked = $"{options.Method} {(options.Url is null ? new Uri(context.BaseAddress!, "/").ToString().TrimEnd('/') : "")}"
            + context.Placeholders.Show(options.Url ?? options.Path!);
        var text = context.Placeholders.Resolve(options.Url ?? options.Path!);
        if ((options.Url is null ? Below(context.BaseAddress!, text) : Whole(text)) is not { } uri)
        {
            return new(ProbeVerdict.Unavailable, $"{asked}: this is no http address");
        }

        try
        {
            using var handler = new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,

                // What runs on this machine is not reached through a proxy, whatever HTTP_PROXY says.
                UseProxy = !uri.IsLoopback,
            };
            using var client = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
            return await Ask(client, uri, asked, options, context, cancellation);
        }
        catch (HttpRequestException problem) when (problem.HttpRequestError == HttpRequestError.InvalidResponse)
        {
            return new(ProbeVerdict.Fail, $"{asked}: the answer is not HTTP: {Reason(problem)}");
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            return new(ProbeVerdict.Unavailable, $"{asked}: no answer: {Reason(problem)}", "Start the peer, or correct the address.");
        }
    }

    private static async Task<ProbeResult> Ask(
        HttpClient client, Uri uri, string asked, HttpProbeOptions options, ProbeContext context, CancellationToken cancellation)
    {
        for (var redirects = 0; ; redirects++)
        {
            if (uri.Scheme == Uri.UriSchemeHttps && !Sha256.HasOpenSsl)
            {
                return new(ProbeVerdict.Unavailable, $"{asked}: {NoTls}");
            }

            using var request = Request(uri, options, context.Placeholders);
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            var target = Redirect(uri, answer, options);
            if (target is null)
            {
                var (body, complete) = await Read(answer.Content, cancellation);
                return Judge(asked, (int)answer.StatusCode, body, complete, options, text => Beginning(context.Mask.ShownLine(text)));
            }

            // The request's headers may hold secrets for this host.
            if (!IsSameHost(uri, target))
            {
                return new(ProbeVerdict.Fail, $"{asked} redirects to another host: {target.GetLeftPart(UriPartial.Authority)}");
            }

            if (redirects == MostRedirects)
            {
                return new(ProbeVerdict.Fail, $"{asked} redirects more than {MostRedirects} times");
            }

            uri = target;
        }
    }

    private static HttpRequestMessage Request(Uri uri, HttpProbeOptions options, Placeholders placeholders)
    {
        var request = new HttpRequestMessage(HttpMethod.Parse(options.Method), uri);
        if (options.Body is { } body)
        {
            request.Content = new StringContent(placeholders.Resolve(body), Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in options.Headers)
        {
            Add(request, name, placeholders.Resolve(value));
        }

        return request;
    }

    internal static void Add(HttpRequestMessage request, string name, string value)
    {
        HttpHeaders? content = request.Content?.Headers;
        content?.Remove(name);
        if (!request.Headers.TryAddWithoutValidation(name, value) && content?.TryAddWithoutValidation(name, value) != true)
        {
            throw new InvalidOperationException($"the header {name} cannot be sent");
        }
    }

    private static Uri? Redirect(Uri uri, HttpResponseMessage answer, HttpProbeOptions options)
        => options.FollowRedirects && options.Method is "GET" or "HEAD"
            && answer.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
            && answer.Headers.Location is { } location
            ? Whole(location.OriginalString) ?? Below(uri, location.OriginalString)
            : null;

    /// <summary>A whole address; never a path, which .NET takes for a file on Unix.</summary>
    internal static Uri? Whole(string text)
        => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;

    /// <summary>A path on the same host; null for <c>//other/path</c>, which leaves it.</summary>
    internal static Uri? Below(Uri address, string path)
        => Uri.TryCreate(path, UriKind.Relative, out var relative) && Uri.TryCreate(address, relative, out var uri) && IsSameHost(uri, address)
            ? uri
            : null;

    /// <summary>The body, up to a limit, and whether that was all.</summary>
    internal static async Task<(string Text, bool Complete)> Read(HttpContent content, CancellationToken cancellation)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var bytes = new byte[LargestBody + 1];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        var text = Encoding.UTF8.GetString(bytes, 0, Math.Min(length, LargestBody));
        return (text.TrimStart('\uFEFF'), length <= LargestBody);
    }

    private static ProbeResult Judge(
        string asked, int status, string body, bool complete, HttpProbeOptions options, Func<string, string> shown)
    {
        if (!options.Expect.Contains(status))
        {
            return new(ProbeVerdict.Fail, $"{asked} answered {status}: expected {string.Join(" or ", options.Expect)}. {shown(body)}".TrimEnd());
        }

        if (!complete && (options.ExpectText is not null || options.ExpectBody.Count > 0))
        {
            return new(ProbeVerdict.Fail, $"{asked} answered {status} with more than 1 MiB, too much to compare");
        }

        if (options.ExpectText is { } text && !body.Contains(text, StringComparison.Ordinal))
        {
            return new(ProbeVerdict.Fail, $"{asked} answered {status} without the text \"{text}\": {shown(body)}");
        }

        return Difference(body, options.ExpectBody, shown) is { } difference
            ? new(ProbeVerdict.Fail, $"{asked} answered {status}, but {difference}")
            : new(ProbeVerdict.Pass, $"{asked} answered {status}");
    }

    internal static string? Difference(string body, IReadOnlyDictionary<string, JToken> expected, Func<string, string> shown)
    {
        if (expected.Count == 0)
        {
            return null;
        }

        string Value(JToken? token) => token is null ? "missing" : shown(token.ToString(Formatting.None));
        try
        {
            var json = Parse(body);
            return expected
                .Where(value => JsonPath.Find(json, value.Key) is not { } found || !JsonPath.Same(found, value.Value))
                .Select(value => $"{value.Key} is {Value(JsonPath.Find(json, value.Key))}: expected {Value(value.Value)}")
                .FirstOrDefault();
        }
        catch (System.Text.Json.JsonException)
        {
            return $"its body is not JSON: {shown(body)}";
        }
        catch (Newtonsoft.Json.JsonException)
        {
            return $"its body is JSON that can be read in two ways: {shown(body)}";
        }
    }

    internal static JToken Parse(string body)
    {
        // Newtonsoft takes comments, single quotes, NaN and whatever follows the first value; the answer's next reader may not.
        using (JsonDocument.Parse(body))
        {
            using var reader = new JsonTextReader(new StringReader(body)) { DateParseHandling = DateParseHandling.None };
            return JToken.Load(reader, new() { DuplicatePropertyNameHandling = DuplicatePropertyNameHandling.Error });
        }
    }

    internal static string Beginning(string text) => text.Length <= 200 ? text : text[..200] + "…";

    private static bool IsSameHost(Uri left, Uri right)
        => Uri.Compare(left, right, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    internal static string Reason(Exception problem) => problem.GetBaseException().Message;
}
