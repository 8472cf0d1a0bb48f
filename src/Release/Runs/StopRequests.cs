using Release.Journal;

namespace Release.Runs;

/// <summary>
/// Listens while a run is on: for somebody's request to undo, and for the lease. Without it a wait of minutes would not
/// notice either.
/// </summary>
internal sealed class StopRequests : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _end = new();
    private readonly PeriodicTimer _timer;
    private readonly Task _listening;
    private bool _ended;

    public StopRequests(RunContext run)
    {
        _timer = new PeriodicTimer(Interval, run.Ports.Clock);
        _listening = Listen(run.Ports.Leases, run.Lease, run.Stop, run.Opening.TurnsBack);
    }

    public async ValueTask DisposeAsync()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        End();
        await _listening;
        _end.Dispose();
    }

    // Here and not on the thread pool, as CancelAsync would: what ends at a moment of its own cannot be replayed.
    private void End()
    {
        _end.Cancel();
        _timer.Dispose();
    }

    // A run that does not turn back does what is asked for already.
    private async Task Listen(ILeases leases, ILease lease, StopSignal stop, bool listensToRequests)
    {
        try
        {
            while (await _timer.WaitForNextTickAsync(CancellationToken.None))
            {
                await lease.EnsureHeld(_end.Token);
                if (listensToRequests && await leases.StopRequested(_end.Token) is { } request)
                {
                    stop.Request(new StopCause.Asked(request));
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
#pragma warning disable CA1031 // whatever keeps us from looking, the run must not go on unwatched
        catch (Exception error)
#pragma warning restore CA1031
        {
            stop.Request(new StopCause.CannotRecord(error.Message));
        }
    }
}
