using System.Buffers;
using Microsoft.AspNetCore.Http.Features;

namespace Release.Gateway.Proxy;

/// <summary>
/// An upgraded connection (a WebSocket, say): bytes both ways until either side ends. It counts as in flight, so a
/// target that is retired keeps it.
/// </summary>
internal static class Tunnel
{
    private const int BufferSize = 16 * 1024;

    public static async Task<AttemptEnd> Run(HttpContext context, HttpResponseMessage response, Silence silence)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade)
        {
            // A 101 that nobody asked for.
            context.Response.Clear();
            return new AttemptEnd(AttemptOutcome.Reset, 502, IsAnswered: false, MayRetry: false);
        }

        context.Response.Headers.Upgrade = response.Headers.Upgrade.ToString();
        await using var target = await response.Content.ReadAsStreamAsync(silence.Cancellation);
        await using var client = await upgrade.UpgradeAsync();
#pragma warning disable CA2025 // Both are awaited below, before the streams are disposed of.
        var outward = Copy(client, target, silence);
        var inward = Copy(target, client, silence);
#pragma warning restore CA2025
        var first = await Task.WhenAny(outward, inward);

        // Neither stream can be half closed. What the target has said by now reaches the client; nothing else is awaited.
        if (first == inward)
        {
            await silence.Cancel();
        }
        else
        {
            await Task.WhenAny(inward, Task.Delay(TimeSpan.FromSeconds(1), silence.Time, CancellationToken.None));
            await silence.Cancel();
        }

        await Task.WhenAll(outward, inward);
        var outcome = silence.IsTooLong ? AttemptOutcome.Timeout : AttemptOutcome.Ok;
        return new AttemptEnd(outcome, 101, IsAnswered: true, MayRetry: false);
    }

    private static async Task Copy(Stream from, Stream to, Silence silence)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int count;
            while ((count = await from.ReadAsync(buffer, silence.Cancellation)) > 0)
            {
                silence.Progress();
                await to.WriteAsync(buffer.AsMemory(0, count), silence.Cancellation);
                await to.FlushAsync(silence.Cancellation);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Either end may go at any time: that is how a tunnel ends.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
