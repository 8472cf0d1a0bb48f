using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Drivers.Webhook;
using Release.Notices;
using Release.Output;
using Release.Runs;

namespace Release.Drivers.Grafana;

/// <summary>
/// Marks a notice in Grafana's charts: <c>POST /api/annotations</c> (grafana.com/docs, "Annotations HTTP API"). Grafana knows no
/// idempotency key, so the notice's is a tag, and one that has it already is not made again. It decides nothing.
/// </summary>
internal sealed class GrafanaNotifier(GrafanaNotifierOptions options, DriverContext context) : INotifier, IDisposable
{
    private const int MostOfAnswer = 64 * 1024;

    private readonly HttpClient _here = OutwardConnection.Client(isHere: true);
    private readonly HttpClient _out = OutwardConnection.Client(isHere: false);

    /// <inheritdoc/>
    public NotifierOptions Options => options;

    /// <inheritdoc/>
    public async Task<DeliveryReceipt> Deliver(Notice notice, string environment, CancellationToken cancellation)
    {
        try
        {
            if (!Uri.TryCreate(context.Resolve(options.Url).TrimEnd('/') + "/", UriKind.Absolute, out var place) || place.Scheme is not ("http" or "https") || place.UserInfo.Length > 0)
            {
                return new(DeliveryOutcome.Failed, "its url is no http address, or holds a user's name");
            }

            if (place.Scheme == "https" && !Sha256.HasOpenSsl)
            {
                return new(DeliveryOutcome.Failed, "this machine has no OpenSSL, so no https");
            }

            var (status, found) = await Send(HttpMethod.Get, new Uri(place, $"api/annotations?limit=1&tags={Uri.EscapeDataString(Tag(notice))}"), null, cancellation);
            if (status == 200 && IsThere(found))
            {
                return new(DeliveryOutcome.Delivered, "it is marked already");
            }

            (status, var said) = await Send(HttpMethod.Post, new Uri(place, "api/annotations"), Body(notice, environment), cancellation);
            return status is 200 ? new(DeliveryOutcome.Delivered, "it is marked")
                : status is 400 or 422 ? new(DeliveryOutcome.Refused, $"it answered {status}: {TerminalText.Line(said, 200)}")
                : new(DeliveryOutcome.Failed, $"it answered {status}{(status is 401 or 403 ? ": the service account's token may not write annotations" : "")}");
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or PlaceholderException or FormatException)
        {
            return new(DeliveryOutcome.Failed, TerminalText.Line(problem.GetBaseException().Message, 200));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _here.Dispose();
        _out.Dispose();
    }

    private static string Tag(Notice notice) => $"notice:{notice.Key}";

    // Times in milliseconds since 1970; with an end it is a region.
    private JsonObject Body(Notice notice, string environment)
    {
        var body = new JsonObject
        {
            ["time"] = (notice.Since ?? notice.At).ToUnixTimeMilliseconds(),
            ["tags"] = new JsonArray([.. new[] { "release", environment, Words.Of(notice.Kind), Tag(notice) }.Concat(options.Tags).Select(t => (JsonNode)t)]),
            ["text"] = System.Net.WebUtility.HtmlEncode(notice.Text),
        };
        if (notice.Since is not null)
        {
            body["timeEnd"] = notice.At.ToUnixTimeMilliseconds();
        }

        if (options.Dashboard is { } dashboard)
        {
            body["dashboardUID"] = dashboard;
        }

        return body;
    }

    private static bool IsThere(string answer)
    {
        try
        {
            return JsonNode.Parse(answer) is JsonArray { Count: > 0 };
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private async Task<(int Status, string Body)> Send(HttpMethod method, Uri place, JsonObject? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, place);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", context.Resolve(options.Token));
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await (place.IsLoopback ? _here : _out).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        await using var content = await answer.Content.ReadAsStreamAsync(cancellation);
        var bytes = new byte[MostOfAnswer];
        var length = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        return ((int)answer.StatusCode, Encoding.UTF8.GetString(bytes, 0, length));
    }
}
