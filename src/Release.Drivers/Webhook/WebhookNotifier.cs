using System.Net.Http.Headers;
using System.Text;
using Release.Configuration;
using Release.Notices;
using Release.Output;

namespace Release.Drivers.Webhook;

/// <summary>
/// Posts a notice as JSON. The same notice always has the same body and the same <c>Idempotency-Key</c>; with a secret it is
/// signed. A redirect is not followed: the secret's signature, and what is told, are for the address that was configured.
/// </summary>
internal sealed class WebhookNotifier(WebhookOptions options, DriverContext context) : INotifier, IDisposable
{
    private const int MostOfAnswer = 2048;

    private readonly HttpClient _here = OutwardConnection.Client(isHere: true);
    private readonly HttpClient _out = OutwardConnection.Client(isHere: false);

    /// <inheritdoc/>
    public NotifierOptions Options => options;

    /// <inheritdoc/>
    public async Task<DeliveryReceipt> Deliver(Notice notice, string environment, CancellationToken cancellation)
    {
        try
        {
            if (!Uri.TryCreate(context.Resolve(options.Url), UriKind.Absolute, out var place) || place.Scheme is not ("http" or "https") || place.UserInfo.Length > 0)
            {
                return new(DeliveryOutcome.Failed, "its url is no http address, or holds a user's name");
            }

            if (place.Scheme == "https" && !Sha256.HasOpenSsl)
            {
                return new(DeliveryOutcome.Failed, "this machine has no OpenSSL, so no https");
            }

            using var request = Request(place, WebhookBody.Of(notice, environment), notice.Key);
            using var answer = await (place.IsLoopback ? _here : _out).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return await Judge(answer, cancellation);
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

    private HttpRequestMessage Request(Uri place, byte[] body, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, place) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.Add("Idempotency-Key", key);
        foreach (var (name, value) in options.Headers)
        {
            // What is no header is told by what the other side makes of a message without it.
            _ = request.Headers.TryAddWithoutValidation(name, context.Resolve(value).ReplaceLineEndings(""));
        }

        if (options.Secret is { } secret)
        {
            request.Headers.Add("X-Release-Signature", WebhookBody.Signature(context.Resolve(secret), body));
        }

        return request;
    }

    private async Task<DeliveryReceipt> Judge(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var status = (int)answer.StatusCode;
        if (status is >= 200 and < 300)
        {
            return new(DeliveryOutcome.Delivered, $"it answered {status}");
        }

        var said = $"it answered {status}{await Beginning(answer.Content, cancellation)}";
        return status is 400 or 410 or 413 or 422 ? new(DeliveryOutcome.Refused, said)
            : status is >= 300 and < 400 ? new(DeliveryOutcome.Failed, $"it answered {status}, a redirect, which is not followed: configure the address that it leads to")
            : new(DeliveryOutcome.Failed, said, RetryAfter(answer.Headers.RetryAfter));
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date ? date - context.Time.GetUtcNow() : null);

    private static async Task<string> Beginning(HttpContent content, CancellationToken cancellation)
    {
        await using var body = await content.ReadAsStreamAsync(cancellation);
        var bytes = new byte[MostOfAnswer];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        return length == 0 ? "" : $": {TerminalText.Line(Encoding.UTF8.GetString(bytes, 0, length), 200)}";
    }
}
