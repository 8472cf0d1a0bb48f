using System.Runtime.InteropServices;
using Release.Runs;

namespace Release.Components;

/// <summary>
/// Ctrl-C and SIGTERM as one stop cause. The graph's <c>Executes</c> has no place for a token, so it is taken here, in
/// both modes of the build.
/// </summary>
internal sealed class Signals : IDisposable
{
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _hangUp;

    public Signals(StopSignal stop)
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop, 2));
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop, 15));

        // A terminal that is closed in the middle of a canary must not leave the candidate with a share that nobody judges.
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Stop(context, stop, 15));
    }

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _hangUp.Dispose();
    }

    private static void Stop(PosixSignalContext context, StopSignal stop, int signal)
    {
        context.Cancel = true;
        stop.Request(new StopCause.Interrupted(signal));
    }
}
