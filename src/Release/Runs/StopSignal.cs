using Release.Journal;

namespace Release.Runs;

/// <summary>Why a run is asked to stop what it is doing.</summary>
public abstract record StopCause
{
    private StopCause()
    {
    }

    /// <summary>Ctrl-C or SIGTERM reached this process.</summary>
    /// <param name="Signal">2 or 15.</param>
#pragma warning disable CA1034 // the cases of a closed set are nested on purpose
    public sealed record Interrupted(int Signal) : StopCause;

    /// <summary>Somebody asked the holder to undo.</summary>
    /// <param name="Request">Who and why.</param>
    public sealed record Asked(StopRequest Request) : StopCause;

    /// <summary>The gate said no.</summary>
    /// <param name="Verdict">The verdict's word.</param>
    /// <param name="Reason">The verdict in one sentence.</param>
    public sealed record GateSaidNo(string Verdict, string Reason) : StopCause;

    /// <summary>The journal can no longer be written: the lease is gone, or the disk is full.</summary>
    /// <param name="Reason">What happened.</param>
    public sealed record CannotRecord(string Reason) : StopCause;
#pragma warning restore CA1034
}

/// <summary>
/// One token for everything that may stop a run; the first cause stays. Every wait and every call of the run takes the
/// token, and the run asks for the cause when one of them was cancelled.
/// </summary>
public sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private StopCause? _cause;

    /// <summary>Gets the token.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Gets the first cause; null while nothing stops the run.</summary>
    public StopCause? Cause => Volatile.Read(ref _cause);

    /// <summary>Stops the run. Later causes are ignored.</summary>
    public void Request(StopCause cause)
    {
        if (Interlocked.CompareExchange(ref _cause, cause, null) is null)
        {
            _source.Cancel();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
