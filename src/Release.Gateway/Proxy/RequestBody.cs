using System.IO.Pipelines;
using System.Net;

namespace Release.Gateway.Proxy;

/// <summary>
/// A client's request body on its way to a target, chunk by chunk: what has arrived is sent before more is waited for.
/// It can be sent once.
/// </summary>
internal sealed class RequestBody(PipeReader source, long? length, Silence silence) : HttpContent
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Part of it may have been sent: it cannot be sent again.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>The client, not the target, broke off.</summary>
    public bool ClientFailed { get; private set; }

    /// <summary>Ends when nothing touches the client's request any more, however that came about.</summary>
    public Task Done => IsStarted ? _done.Task : Task.CompletedTask;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        IsStarted = true;
        try
        {
            await Copy(stream, cancellationToken);
        }
        finally
        {
            _done.TrySetResult();
        }
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length ?? 0;
        return length is not null;
    }

    private async Task Copy(Stream stream, CancellationToken cancellation)
    {
        while (true)
        {
            var arriving = source.ReadAsync(cancellation);
            if (!arriving.IsCompleted)
            {
                // The first time this sends the headers.
                await stream.FlushAsync(cancellation);
            }

            var chunk = await Arrived(arriving);
            foreach (var segment in chunk.Buffer)
            {
                await stream.WriteAsync(segment, cancellation);
            }

            silence.Progress();
            source.AdvanceTo(chunk.Buffer.End);
            if (chunk.IsCompleted)
            {
                return;
            }
        }
    }

    private async ValueTask<ReadResult> Arrived(ValueTask<ReadResult> arriving)
    {
        try
        {
            return await arriving;
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            // Kestrel's words for a client that left, or sent what is not a body.
            ClientFailed = true;
            throw;
        }
    }
}
