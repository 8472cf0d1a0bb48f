namespace Nuke.Common.Execution;

/// <summary>
/// Ctrl+C and SIGTERM as one token: no further target starts, the running one is awaited. It has its own token for the
/// same signals from the library that it calls, since <c>Executes</c> has no place for one.
/// </summary>
internal sealed class Interruption : IDisposable
{
    public const int Interrupted = 130;
    public const int Terminated = 143;

    private readonly CancellationTokenSource _source = new();
    private int _exitCode;

    public CancellationToken Token => _source.Token;

    /// <summary>0 as long as no signal came.</summary>
    public int ExitCode => _exitCode;

    /// <summary>False where a signal had come before: the person who repeats it does not want to wait.</summary>
    public bool Raise(int exitCode)
    {
        if (Interlocked.CompareExchange(ref _exitCode, exitCode, 0) != 0)
        {
            return false;
        }

        _source.Cancel();
        return true;
    }

    public void Dispose() => _source.Dispose();
}
