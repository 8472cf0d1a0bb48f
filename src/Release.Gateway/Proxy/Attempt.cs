using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace Release.Gateway.Proxy;

/// <summary>How an attempt ended.</summary>
/// <param name="Outcome">For the target's counters.</param>
/// <param name="Code">What the client got, or will get if no other attempt follows.</param>
/// <param name="IsAnswered">The client has its response, or nobody is left to have one.</param>
/// <param name="MayRetry">Another attempt cannot make the same thing happen twice.</param>
internal readonly record struct AttemptEnd(AttemptOutcome Outcome, int Code, bool IsAnswered, bool MayRetry);

#pragma warning disable CA1001 // The message disposes of its content.
/// <summary>
/// One request sent to one target, and its response brought back, both as streams. .NET's HTTP/1.1 client reads a
/// response only after it has sent the whole request, so a target that answers while the request is still coming is
/// heard late (upgraded connections are not concerned).
/// </summary>
internal sealed class Attempt(HttpContext context, RouteSettings route, string matched, TimeProvider time)
{
    private const int BufferSize = 16 * 1024;

    // How much of a response may be read ahead of a client that is slower than the target.
    private const int MaxUnflushed = 64 * 1024;

    private RequestBody? _body;

    public async Task<AttemptEnd> Run(Target target, HttpMessageInvoker connections)
    {
        using var silence = new Silence(route.Service.SilenceTimeout, time, context.RequestAborted);
        using var message = Message(target, silence);
        try
        {
            return await Exchange(connections, message, silence);
        }
        finally
        {
            if (_body is { Done.IsCompleted: false })
            {
                // The response came before the request was whole. Nothing may read from the client once this returns.
                await silence.Cancel();
#pragma warning disable VSTHRD003 // It runs on no context that could wait for this one.
                await _body.Done;
#pragma warning restore VSTHRD003
            }
        }
    }

    private async Task<AttemptEnd> Exchange(HttpMessageInvoker connections, HttpRequestMessage message, Silence silence)
    {
        var begin = time.GetTimestamp();
        HttpResponseMessage response;
        try
        {
            response = await connections.SendAsync(message, silence.Cancellation);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            return Unanswered(error, silence);
        }

        using (response)
        {
            silence.Progress();
            context.Response.StatusCode = (int)response.StatusCode;
            if (response.ReasonPhrase != Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase((int)response.StatusCode))
            {
                context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = response.ReasonPhrase;
            }

            Headers.ToClient(context, response, time.GetElapsedTime(begin));
            return response.StatusCode == HttpStatusCode.SwitchingProtocols
                ? await Tunnel.Run(context, response, silence)
                : await Bring(response, silence);
        }
    }

    private HttpRequestMessage Message(Target target, Silence silence)
    {
        var request = context.Request;
        var message = new HttpRequestMessage(new HttpMethod(request.Method), Address(target))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        message.Options.Set(Target.ConnectTimeout, route.Service.ConnectTimeout);
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
        {
            message.Content = _body = new RequestBody(request.BodyReader, request.ContentLength, silence);
        }

        Headers.ToTarget(context, message, route, matched);
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true })
        {
            message.Headers.TryAddWithoutValidation("Connection", "Upgrade");
            message.Headers.TryAddWithoutValidation("Upgrade", request.Headers.Upgrade.ToString());
        }

        return message;
    }

    private Uri Address(Target target)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var end = raw.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? raw : raw[..end];

        // What was matched is the decoded path without dot segments. Where that is not what the client wrote, the target
        // gets what was matched, encoded again (as from Kong): two readings of one path are how access rules are bypassed.
        var isPlain = path.StartsWith('/')
            && !path.Contains('%', StringComparison.Ordinal)
            && !path.Contains("/.", StringComparison.Ordinal);
        var decoded = isPlain ? path : context.Request.Path.Value ?? "/";
        var rest = route.StripsPath ? decoded[matched.Length..] : decoded;
        if (!rest.StartsWith('/') && (rest.Length > 0 || route.Service.Path.Length == 0))
        {
            rest = "/" + rest;
        }

        var forwarded = isPlain ? rest : new PathString(rest).ToUriComponent();
        var text = $"{route.Service.Scheme}://{target.Name}{route.Service.Path}{forwarded}{(end < 0 ? "" : raw[end..])}";
        return new Uri(text, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    private AttemptEnd Unanswered(Exception error, Silence silence)
    {
        if (context.RequestAborted.IsCancellationRequested || _body is { ClientFailed: true })
        {
            context.Abort();
            return new AttemptEnd(AttemptOutcome.Canceled, 499, IsAnswered: true, MayRetry: false);
        }

        var isUntouched = _body is not { IsStarted: true };
        if (silence.IsTooLong)
        {
            return new AttemptEnd(AttemptOutcome.Timeout, 504, false, isUntouched && MayRepeat(context.Request.Method));
        }

        return error is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError,
        }
            ? new AttemptEnd(
                AttemptOutcome.ConnectError, error.InnerException is TimeoutException ? 504 : 502, false, isUntouched)
            : new AttemptEnd(AttemptOutcome.Reset, 502, false, isUntouched && MayRepeat(context.Request.Method));
    }

    // Idempotent methods of RFC 9110, 9.2.2.
    private static bool MayRepeat(string method) => method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE" or "TRACE";

    private async Task<AttemptEnd> Bring(HttpResponseMessage response, Silence silence)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            return await Copy(response, buffer, silence);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            // The client has a part of a response. Ending it normally would make it look whole.
            context.Abort();
            return context.RequestAborted.IsCancellationRequested && error is OperationCanceledException && !silence.IsTooLong
                ? new AttemptEnd(AttemptOutcome.Canceled, 499, IsAnswered: true, MayRetry: false)
                : new AttemptEnd(
                    silence.IsTooLong ? AttemptOutcome.Timeout : AttemptOutcome.Reset, 502, IsAnswered: true, MayRetry: false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<AttemptEnd> Copy(HttpResponseMessage response, byte[] buffer, Silence silence)
    {
        var cancellation = silence.Cancellation;
        var source = await response.Content.ReadAsStreamAsync(cancellation);
        var client = context.Response.BodyWriter;
        var unflushed = 0;
        var isFlushed = false;
        while (true)
        {
            var arriving = source.ReadAsync(buffer, cancellation);
            if (!arriving.IsCompleted && (unflushed > 0 || !isFlushed))
            {
                // Everything that is here goes out before more is waited for; the first time the headers do.
                await client.FlushAsync(cancellation);
                (unflushed, isFlushed) = (0, true);
            }

            var count = await arriving;
            if (count == 0)
            {
                break;
            }

            silence.Progress();
            client.Write(buffer.AsSpan(0, count));
            unflushed += count;
            if (unflushed >= MaxUnflushed)
            {
                await client.FlushAsync(cancellation);
                silence.Progress();
                (unflushed, isFlushed) = (0, true);
            }
        }

        Trailers(response);
        if (unflushed > 0)
        {
            // Completing does not do it: the last kilobytes of a large response of known length stayed in Kestrel's buffer.
            await client.FlushAsync(cancellation);
        }

        // The request is in flight until its response has left.
        await context.Response.CompleteAsync();
        return new AttemptEnd(AttemptOutcome.Ok, (int)response.StatusCode, IsAnswered: true, MayRetry: false);
    }

    private void Trailers(HttpResponseMessage response)
    {
        if (!context.Response.SupportsTrailers())
        {
            return;
        }

        foreach (var (name, values) in response.TrailingHeaders.NonValidated)
        {
            context.Response.AppendTrailer(name, values.ToString());
        }
    }
}
