using Release.Journal;
using Release.Output;

namespace Release.Runs;

/// <summary>
/// Takes the lease for a rollback, whoever holds it: asks the holder to undo and hand over, and takes it over when it does
/// not answer.
/// </summary>
/// <param name="environment">Where.</param>
/// <param name="stop">What may stop it.</param>
/// <param name="read">Reads the journal's fold.</param>
internal sealed class Preempting(ReleaseEnvironment environment, StopSignal stop, Func<Task<EnvironmentState>> read)
{
    // design.md, section 3: a holder that has not answered by then is taken over.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private EnvironmentPorts Ports => environment.Ports;

    /// <summary>The lease, and the last record at the time a holder was asked to undo; null when nobody held it.</summary>
    public async Task<(ILease Lease, long? AskedAt)> Take(string asked)
    {
        var request = new LeaseRequest(environment.Inputs.Owner, environment.Inputs.StoreAway is null ? "rollback" : $"rollback, {environment.Inputs.Reason}") { AllowDamaged = true };
        if (await Ports.Leases.TryTake(request, CancellationToken.None) is { } free)
        {
            return (free, null);
        }

        var holder = await Ports.Leases.Look(CancellationToken.None);
        var state = await read();
        if (state.Open is { } open && (open.GoesBack || open.Opening.Kind is RunKind.Rollback))
        {
            return (await TakeFromOneThatUndoes(open, holder, request), null);
        }

        environment.Screen.Line($"{environment.Name} is held by {Named(holder)}: {holder?.Purpose}. Asking it to stop and undo.");
        var stopRequest = new StopRequest(
            environment.Inputs.Owner, asked, environment.Inputs.AskedAt ?? Ports.Clock.GetUtcNow(), $"{state.Open?.Id}-{Ports.Clock.GetTimestamp()}");
        await Ports.Leases.AskToStop(stopRequest, CancellationToken.None);
        return (await WaitForLease(request, stopRequest), state.LastSeq);
    }

    // A holder that undoes is doing what is asked for, and killing it would only cost time. One that is silent for longer than
    // its call may take is stopped or hangs, and must not be in the way either.
    private async Task<ILease> TakeFromOneThatUndoes(RunState open, LeaseHolder? holder, LeaseRequest request)
    {
        var silentUntil = SilentUntil(open);
        return silentUntil <= Ports.Clock.GetUtcNow()
            ? await TakeOver(request, $"{Named(holder)} undoes run {open.Id}, but has not been heard of since {Show.Time(open.LastAt)}")
            : throw new ReleaseException(
                ExitStatus.Held,
                $"A rollback of {environment.Name} is under way already, by {Named(holder)}.",
                $"Watch it: {environment.Command("Status")}. If it shows no sign of life until {Show.Time(silentUntil)}, run this again: it is taken over then.");
    }

    // Its last record, and what that or an older call that it waits for may still take.
    private static DateTimeOffset SilentUntil(RunState open) =>
        new[] { open.LastAt, open.BusyUntil }.Concat(open.Steps.Where(s => s.Status is StepStatus.Intended).Select(s => s.Deadline))
            .OfType<DateTimeOffset>().Max() + Patience;

    private async Task<ILease> WaitForLease(LeaseRequest request, StopRequest stopRequest)
    {
        var (begin, shown) = (Ports.Clock.GetTimestamp(), TimeSpan.Zero);
        while (Ports.Clock.GetElapsedTime(begin) < Patience || await IsUndoing())
        {
            await Task.Delay(Poll, Ports.Clock, stop.Token);
            if (await Ports.Leases.TryTake(request, CancellationToken.None) is { } lease)
            {
                return lease;
            }

            if (Ports.Clock.GetElapsedTime(begin) - shown > TimeSpan.FromSeconds(2))
            {
                shown = Ports.Clock.GetElapsedTime(begin);
                await AskAgain(stopRequest);
                environment.Screen.Passing($"  waiting for it to {(shown < Patience ? "answer" : "finish undoing")}, {(shown < Patience ? LongWait.Of(shown, Patience) : Show.Duration(shown))}");
            }
        }

        return await TakeOver(request, $"  it did not answer within {Show.Duration(Patience)}");
    }

    private async Task<ILease> TakeOver(LeaseRequest request, string why)
    {
        environment.Screen.Warn($"{why}: taking over");
        var holder = await Ports.Leases.Look(CancellationToken.None);
        var taken = holder is null
            ? await Ports.Leases.TryTake(request, CancellationToken.None)
            : await Ports.Leases.TakeOver(holder, request, CancellationToken.None);
        return taken ?? throw new ReleaseException(
            ExitStatus.Held,
            $"{environment.Name} could not be taken over from {holder?.Owner} on {holder?.Host} (process {holder?.ProcessId}).",
            $"Stop that process by hand and run {environment.Command("Rollback")} again.");
    }

    // A holder that was only just beginning clears what lay there before it.
    private async Task AskAgain(StopRequest request)
    {
        if (await Ports.Leases.StopRequested(CancellationToken.None) is null)
        {
            await Ports.Leases.AskToStop(request, CancellationToken.None);
        }
    }

    private async Task<bool> IsUndoing() =>
        (await read()).Open is { GoesBack: true } open && SilentUntil(open) > Ports.Clock.GetUtcNow();

    private static string Named(LeaseHolder? holder) => $"{holder?.Owner} (process {holder?.ProcessId})";
}
