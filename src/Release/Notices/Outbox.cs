using System.Text.Json.Nodes;
using Release.Journal;
using Release.Output;
using Release.Runs;

namespace Release.Notices;

/// <summary>
/// Tells what there is to tell: records what is due, delivers it, records what came of it. Told may fail (invariant 12): nothing
/// that goes wrong here ends anything else, and whoever looks next tries again. No lease is held while a channel is waited for, so
/// a broken one stands in nobody's way (invariant 14).
/// </summary>
/// <param name="environment">Where.</param>
public sealed class Outbox(ReleaseEnvironment environment)
{
    // A lease that is held for longer belongs to somebody who tells by himself when he is done.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // For all that a channel is still to be told: the rest waits for the next command or tender, and whoever runs this one does not.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private EnvironmentPorts Ports => environment.Ports;

    /// <summary>Tells everything; never throws but for cancellation.</summary>
    public async Task Tell(CancellationToken cancellation)
    {
        if (Ports.Notifiers.Count == 0)
        {
            return;
        }

        try
        {
            var state = await Recorded(await Read(cancellation), cancellation);
            var done = (await Task.WhenAll(Ports.Notifiers.Select(c => Deliver(c, state.Notices, null, cancellation)))).SelectMany(d => d).ToList();
            await Record(done, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // told may fail: a damaged journal, a full disk and a peer's nonsense are not this command's outcome
        catch (Exception error)
#pragma warning restore CA1031
        {
            environment.Screen.Warn($"Nobody could be told of what happened: {error.Message.TrimEnd('.')}. It is tried again by the next command or tender.");
        }
    }

    /// <summary>Tells that a run began, beside it and with its pen; never throws.</summary>
    public async Task TellOf(RunJournal run, CancellationToken cancellation)
    {
        try
        {
            var due = run.State.Notices.Due(Ports.Notifiers, Now).Where(n => n.Run == run.RunId && n.Kind is NoticeKind.ReleaseStarted).ToList();
            foreach (var notice in due)
            {
                var (shown, channels) = Addressed(notice);
                await run.Append(RecordType.Notice, shown.ToJson(channels));
                foreach (var delivery in (await Task.WhenAll(Ports.Notifiers.Where(c => channels.Contains(c.Options.Id)).Select(c => Deliver(c, run.State.Notices, shown.Key, cancellation)))).SelectMany(d => d))
                {
                    await run.Append(RecordType.Notice, delivery.ToJson());
                }
            }
        }
#pragma warning disable CA1031 // as above; whoever tells next finds what is left
        catch (Exception error)
#pragma warning restore CA1031
        {
            environment.Screen.Passing($"  the start of run {run.RunId} was not told: {error.Message}");
        }
    }

    private DateTimeOffset Now => Ports.Clock.GetUtcNow();

    private async Task<EnvironmentState> Read(CancellationToken cancellation) => (await EnvironmentState.Read(Ports.Journal, cancellation)).State;

    // Durable before anything is sent, so that a process that dies in between is known to have meant to.
    private async Task<EnvironmentState> Recorded(EnvironmentState state, CancellationToken cancellation)
    {
        if (state.Notices.Due(Ports.Notifiers, Now).Count == 0 || await Take(cancellation) is not { } lease)
        {
            return state;
        }

        await using (lease)
        {
            state = await Read(cancellation);
            foreach (var notice in state.Notices.Due(Ports.Notifiers, Now))
            {
                var (shown, channels) = Addressed(notice);
                state.Add(await Ports.Journal.Append(new JournalEntry(RecordType.Notice, notice.Run, Data: shown.ToJson(channels)), lease, CancellationToken.None));
            }
        }

        return state;
    }

    private async Task Record(IReadOnlyList<Delivery> done, CancellationToken cancellation)
    {
        if (done.Count == 0)
        {
            return;
        }

        if (await Take(cancellation) is not { } lease)
        {
            environment.Screen.Passing("  what was delivered could not be recorded, so it is delivered again under the same key");
            return;
        }

        await using (lease)
        {
            foreach (var delivery in done)
            {
                _ = await Ports.Journal.Append(new JournalEntry(RecordType.Notice, delivery.Notice.Run, Data: delivery.ToJson()), lease, CancellationToken.None);
            }
        }
    }

    private (Notice Notice, IReadOnlyList<string> Channels) Addressed(Notice notice) => (
        notice with { Text = Ports.Shown(notice.Text), Next = notice.Next.Length == 0 ? "" : environment.Command(notice.Next) },
        [.. Ports.Notifiers.Where(c => c.Options.Wants(notice.Kind)).Select(c => c.Options.Id)]);

    // One that fails will fail for the next notice, too: the rest waits for its turn, and nobody waits for all of them.
    private async Task<List<Delivery>> Deliver(INotifier channel, NoticeFold notices, string? only, CancellationToken cancellation)
    {
        var begun = Ports.Clock.GetTimestamp();
        var (done, failures) = (new List<Delivery>(), notices.Of(channel.Options.Id).Failures);
        foreach (var (notice, tries) in notices.Pending(channel.Options, Now).Where(p => only is null || p.Notice.Key == only))
        {
            var receipt = await Deliver(channel, notice, cancellation);
            failures = receipt.Outcome is DeliveryOutcome.Failed ? failures + 1 : 0;
            var again = NoticeFold.Again(Now, failures, receipt.RetryAfter);
            var isOver = receipt.Outcome is DeliveryOutcome.Refused || again > notice.At + NoticeFold.TellsFor;
            var outcome = receipt.Outcome is DeliveryOutcome.Delivered ? "delivered" : isOver ? "given-up" : "failed";
            done.Add(new(notice, channel.Options.Id, outcome, tries + 1, failures, Ports.Shown(receipt.Detail), receipt.Outcome is DeliveryOutcome.Failed ? again : null));
            if (receipt.Outcome is not DeliveryOutcome.Delivered)
            {
                environment.Screen.Warn($"{channel.Options.Id} could not be told of \"{Words.Of(notice.Kind)}\": {receipt.Detail.TrimEnd('.')}.{(isOver ? " It is not tried again." : $" It is tried again from {Show.Time(again)} on.")}");
            }

            if (receipt.Outcome is DeliveryOutcome.Failed || Ports.Clock.GetElapsedTime(begun) > Longest)
            {
                break;
            }
        }

        return done;
    }

    private async Task<DeliveryReceipt> Deliver(INotifier channel, Notice notice, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(channel.Options.Timeout, Ports.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            return await channel.Deliver(notice, environment.Name, either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(DeliveryOutcome.Failed, $"no answer within {Show.Duration(channel.Options.Timeout)}");
        }
#pragma warning disable CA1031 // a channel that throws has not delivered
        catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return new(DeliveryOutcome.Failed, Ports.Shown(error.Message));
        }
    }

    private async Task<ILease?> Take(CancellationToken cancellation)
    {
        var (begin, request) = (Ports.Clock.GetTimestamp(), new LeaseRequest(environment.Inputs.Owner, Chore.ShortPurpose + "record who was told"));
        while (true)
        {
            if (await Ports.Leases.TryTake(request, cancellation) is { } lease)
            {
                return lease;
            }

            if (Ports.Clock.GetElapsedTime(begin) > Patience)
            {
                return null;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), Ports.Clock, cancellation);
        }
    }

    private sealed record Delivery(Notice Notice, string Channel, string Outcome, int Attempt, int Failures, string Detail, DateTimeOffset? Again)
    {
        public JsonObject ToJson() => new()
        {
            ["of"] = Notice.Key,
            ["id"] = Words.Of(Notice.Kind),
            ["kind"] = Words.Of(Notice.Kind),
            ["channel"] = Channel,
            ["outcome"] = Outcome,
            ["attempt"] = Attempt,
            ["failures"] = Failures,
            ["again"] = Again is { } again ? Notices.Notice.Time(again) : null,
            ["to"] = Channel,
            ["detail"] = $"{Words.Of(Notice.Kind)} {Outcome}: {Detail}",
        };
    }
}
