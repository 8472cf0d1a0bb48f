using System.Globalization;
using Release.Drivers.Processes;
using Release.Output;
using Release.Runs;

namespace Release.Drivers.Kong;

/// <summary>Our own gateway as a background process of the environment; it keeps its entities itself.</summary>
internal sealed class EmbeddedGateway(DriverContext context)
{
    private static readonly TimeSpan BootTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly BackgroundProgram _program =
        new(GatewayPorts.FolderIn(context.State), context.Tool, context.Time);

    /// <summary>Where it listens; null when it was never started.</summary>
    public GatewayPorts? Ports => GatewayPorts.Read(context.State);

    public Task<ProgramLook> Look(CancellationToken cancellation) => _program.Look(cancellation);

    /// <summary>Starts the gateway unless it runs, and returns when <paramref name="answers"/> says that it serves.</summary>
    /// <exception cref="ReleaseException">It ended or did not serve in time; the message has its last words.</exception>
    public async Task Start(StepKey key, Func<CancellationToken, Task<bool>> answers, CancellationToken cancellation)
    {
        var ports = await ChoosePorts(cancellation);
        await _program.Start(
            key,
            DotnetProgram.At(
                context.GatewayProgram,
                [.. context.GatewayArguments, "--state", Path.Combine(_program.Folder, "data"),
                "--proxy-port", ports.Proxy.ToString(CultureInfo.InvariantCulture),
                "--admin-port", ports.Admin.ToString(CultureInfo.InvariantCulture)]),
            cancellation);
        var (began, pace) = (context.Time.GetTimestamp(), new Pace(context.Time, tellsAtOnce: false));
        while (!await answers(cancellation))
        {
            var look = await _program.Look(cancellation);
            if (!look.IsAlive || context.Time.GetElapsedTime(began) > BootTimeout)
            {
                throw new ReleaseException(
                    ExitStatus.Failed,
                    $"The gateway did not start. {look.Detail} Its last words:\n{LastWords.Of(_program.ErrorLog)}",
                    $"All of them are in {_program.ErrorLog}.");
            }

            if (pace.IsDue())
            {
                context.Report($"  waiting for the gateway to answer, {LongWait.Of(context.Time.GetElapsedTime(began), BootTimeout)}");
            }

            await Task.Delay(Pause, context.Time, cancellation);
        }
    }

    /// <summary>Stops the gateway; nothing happens when it does not run.</summary>
    public Task Stop(StepKey key, CancellationToken cancellation) => _program.Stop(key, StopTimeout, cancellation);

    private async Task<GatewayPorts> ChoosePorts(CancellationToken cancellation)
    {
        using var held = await _program.Hold(cancellation);
        var ports = Ports;
        var isBound = ports is not null && (await _program.Look(cancellation)).WasStarted;
        if (ports is null || (!isBound && !(LoopbackPorts.IsFree(ports.Proxy) && LoopbackPorts.IsFree(ports.Admin))))
        {
            var proxy = LoopbackPorts.Choose(LoopbackPorts.TakenIn(context.State));
            ports = new(proxy, LoopbackPorts.Choose(new HashSet<int>(LoopbackPorts.TakenIn(context.State)) { proxy }));
            ports.Write(context.State);
        }

        return ports;
    }
}
