namespace Release.Gateway.Proxy;

/// <summary>
/// Cancels an attempt when nothing has moved in either direction for a while, or the client has gone. Noting progress is
/// one store: the timer looks again by itself when it was too early.
/// </summary>
internal sealed class Silence : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _cancellation;
    private readonly ITimer _timer;
    private long _last;
    private volatile bool _isBroken;

    public Silence(TimeSpan limit, TimeProvider time, CancellationToken client)
    {
        _limit = limit;
        _time = time;
        _last = time.GetTimestamp();
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(client);
        _timer = time.CreateTimer(static state => ((Silence)state!).Look(), this, limit, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Cancellation => _cancellation.Token;

    public TimeProvider Time => _time;

    /// <summary>The target was silent for too long.</summary>
    public bool IsTooLong => _isBroken;

    public void Progress() => Volatile.Write(ref _last, _time.GetTimestamp());

    /// <summary>Ends whatever is still waiting.</summary>
    public Task Cancel() => _cancellation.CancelAsync();

    public void Dispose()
    {
        _timer.Dispose();
        _cancellation.Dispose();
    }

    private void Look()
    {
        var rest = _limit - _time.GetElapsedTime(Volatile.Read(ref _last));
        try
        {
            if (rest > TimeSpan.Zero)
            {
                _timer.Change(rest, Timeout.InfiniteTimeSpan);
            }
            else
            {
                _isBroken = true;
                _cancellation.Cancel();
            }
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended while its timer was firing.
        }
    }
}
