using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates;
using Release.Journal;
using Release.Output;
using Release.Platforms;

namespace Release.Runs;

/// <summary>
/// Watches a candidate that has traffic (invariant 15), from the first shift to the last step: reads the counters at every
/// tick, lets each service's gate judge them, records sample and verdict, and stops the run when a gate says no or the
/// candidate is gone.
/// </summary>
public sealed class GateWatch(RunContext run) : IAsyncDisposable
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(2);

    private readonly List<WatchedService> _services = [];
    private readonly CancellationTokenSource _end = new();
    private TaskCompletionSource _ticked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PeriodicTimer? _timer;
    private Task _watching = Task.CompletedTask;
    private Task _generating = Task.CompletedTask;
    private bool _started;
    private bool _ended;

    private GateOptions Options => run.Options.Gate;

    /// <summary>Begins to watch, and to send synthetic traffic; does nothing when it does already.</summary>
    public async Task Start()
    {
        if (_started)
        {
            return;
        }

        _started = true;
        foreach (var service in run.Released)
        {
            _services.Add(await WatchedService.Of(run, service));
        }

        if (run.Options.Traffic.Synthetic is { } synthetic && await run.Ports.Router.Endpoints(run.Stop.Token) is { } endpoints)
        {
            run.Screen.Line($"  sending {synthetic.Rate} synthetic requests a second to {endpoints.Traffic.Authority}");
            _generating = run.Ports.Traffic.Generate(endpoints.Traffic, synthetic, _end.Token);
        }

        _timer = new PeriodicTimer(Options.Tick, run.Ports.Clock);
        _watching = Watch(_timer);
    }

    /// <summary>Begins a step: from here on counts belong to this share. Returns when the observed split is the requested one.</summary>
    public async Task VerifySplit(int share)
    {
        if (Judged(share).All(s => s.HasTraffic && s.Share == new Percent(share) && s.Split.Verdict is SplitVerdict.Matches))
        {
            return; // This process shifted to it in the phase before, and has been judging it since.
        }

        var (begin, deadline) = (run.Ports.Clock.GetTimestamp(), run.Options.Traffic.SplitTimeout);
        var shown = begin;
        var late = new HashSet<WatchedService>();
        foreach (var service in Judged(share))
        {
            service.BeginStep(new Percent(share), run.Ports.Clock.GetUtcNow());
        }

        while (true)
        {
            await NextTick();
            if (Judged(share).All(s => s.Split.Verdict is SplitVerdict.Matches))
            {
                break;
            }

            if (run.Ports.Clock.GetElapsedTime(begin) > deadline)
            {
                await SplitIsInDoubt(share, deadline);
                break;
            }

            shown = Tell(shown, Judged(share), s =>
                $"  waiting for the split of {s.Name}, {LongWait.Of(run.Ports.Clock.GetElapsedTime(begin), deadline)}: {s.Split.Sentence}");
            foreach (var service in Judged(share).Where(s => s.Split.Verdict is SplitVerdict.Mismatch))
            {
                service.RestartSplit();
                _ = late.Add(service);
            }
        }

        // A router may take up weights seconds after it was told (Kong's workers do): until then it was another share that was
        // judged, so the clock of this step begins now. What speaks against the candidate is kept.
        foreach (var service in late)
        {
            service.BeginClock(run.Ports.Clock.GetUtcNow());
        }

        foreach (var service in Judged(share))
        {
            run.Screen.Line($"  split of {service.Name}: {service.Split.Sentence}");
        }
    }

    /// <summary>
    /// Returns when every gate passed this step. Without a pass the policy decides: a rollback stops the run, a hold throws
    /// <see cref="HoldException"/>, a promotion without evidence returns and is recorded as such.
    /// </summary>
    public async Task Judge(int share)
    {
        var (shown, settled) = (run.Ports.Clock.GetTimestamp(), await Overridden(share));
        while (!Judged(share).All(s => s.Verdict.Outcome is GateOutcome.Pass || settled.Contains(s)))
        {
            foreach (var service in Judged(share).Where(s => !settled.Contains(s)))
            {
                if (await PolicyFor(service, share) is DeadlinePolicy.Promote)
                {
                    await Record(service, "promoted without evidence: ");
                    _ = settled.Add(service);
                }
            }

            shown = Tell(shown, Judged(share), s => $"  {share}% {s.Name}: {s.Verdict.Reason}");
            await NextTick();
        }

        foreach (var service in Judged(share).Where(s => !settled.Contains(s)))
        {
            await Record(service, "");
        }
    }

    // A screen that shows the run shows all of this already.
    private long Tell(long shown, List<WatchedService> services, Func<WatchedService, string> progress)
    {
        if (run.Screen.IsLive || run.Ports.Clock.GetElapsedTime(shown) < ProgressInterval)
        {
            return shown;
        }

        services.ForEach(s => run.Screen.Passing(progress(s)));
        return run.Ports.Clock.GetTimestamp();
    }

    // A service that is new has no other version to share with: it gets traffic in the last step only.
    private List<WatchedService> Judged(int share) => [.. _services.Where(s => share == 100 || !s.IsNew)];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        End();
        await _watching;
        await _generating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _end.Dispose();
    }

    // Here and not on the thread pool, as CancelAsync would: what ends at a moment of its own cannot be replayed.
    private void End()
    {
        _end.Cancel();
        _timer?.Dispose();
    }

    private async Task Watch(PeriodicTimer timer)
    {
        try
        {
            do
            {
                await Tick();
            }
            while (await timer.WaitForNextTickAsync(CancellationToken.None));
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The watch is over.
        }
#pragma warning disable CA1031 // a candidate that nobody can judge must not keep its traffic, whatever the cause
        catch (Exception error)
#pragma warning restore CA1031
        {
            run.Stop.Request(error is LeaseLostException or JournalFailedException
                ? new StopCause.CannotRecord(error.Message)
                : new StopCause.GateSaidNo("unavailable", $"the gate could not go on: {error.Message}"));
        }
    }

    private async Task Tick()
    {
        foreach (var service in _services)
        {
            var sample = await service.Tick(_end.Token);
            if (sample is not null)
            {
                await run.Journal.Append(RecordType.Sample, sample);
            }

            if (service.Verdict.Outcome is GateOutcome.Fail)
            {
                await SayNo(service, "fail", service.Verdict.Reason);
            }

            var candidate = await run.Ports.Platform.Look(service.Candidate.Id, _end.Token);
            if (service.HasTraffic && service.WasStartedAgain(candidate))
            {
                await SayNo(service, "fail", $"the candidate {service.Name} {service.Candidate.Artefact.Version} crashed while it had traffic, and its platform started it again: {candidate.Detail}");
            }

            if (candidate.Liveness is Liveness.Dead && service.HasTraffic)
            {
                await SayNo(service, "fail", $"the candidate {service.Name} {service.Candidate.Artefact.Version} crashed while it had traffic: {candidate.Detail}");
            }
        }

        _ = Interlocked.Exchange(ref _ticked, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    private async Task SplitIsInDoubt(int share, TimeSpan after)
    {
        foreach (var service in Judged(share))
        {
            if (service.SinceShift.IsUnreached)
            {
                var why = await RoutingDoubts.Explain(run.Ports, run.Options.Services.First(s => s.Name == service.Name), run.Stop.Token);
                await SayNo(service, "unavailable", $"no request of {service.SinceShift.Requests:N0} reached the candidate of {service.Name} in {Show.Duration(after)} at {share} %, while stable had traffic: {why}");
                run.Stop.Token.ThrowIfCancellationRequested();
            }
            else if (service.Split.Verdict is SplitVerdict.Mismatch)
            {
                await SayNo(service, "unavailable", $"the split of {service.Name} is not what was asked for after {Show.Duration(after)}: {service.Split.Sentence}");
                run.Stop.Token.ThrowIfCancellationRequested();
            }
            else if (service.Split.Verdict is SplitVerdict.NotYet)
            {
                run.Screen.Warn($"  too few requests to verify the split of {service.Name} in {Show.Duration(after)}: {service.Split.Sentence}");
            }
        }
    }

    // What a person decided takes the place of the verdict that held the run at this share, once: it is used up when it is
    // recorded. A gate that says no stops the run all the same.
    private async Task<HashSet<WatchedService>> Overridden(int share)
    {
        var overridden = new HashSet<WatchedService>();
        foreach (var service in Judged(share))
        {
            if (run.Journal.Run.OverriddenVerdict(service.Name, share) is { } verdict)
            {
                run.Screen.Line($"  gate of {service.Name}: {verdict} at {share}% and overridden by a person's decision");
                await run.Journal.Decide(
                    Decision.Gate,
                    $"overridden: the gate was {verdict}, and a person decided to go on",
                    new JsonObject { ["service"] = service.Name, ["verdict"] = verdict, ["share"] = share, ["overridden"] = true });
                _ = overridden.Add(service);
            }
        }

        return overridden;
    }

    private async Task<DeadlinePolicy?> PolicyFor(WatchedService service, int share)
    {
        var verdict = service.Verdict;
        DeadlinePolicy? policy = verdict switch
        {
            // Stable breaks the objective too: nobody's regression, so a person looks (gate.md, section 2.6).
            { Outcome: GateOutcome.Inconclusive, Cause: GateCause.Both } => DeadlinePolicy.Hold,
            { Outcome: GateOutcome.Inconclusive } => Options.OnInconclusive,
            { Outcome: GateOutcome.Unavailable } when service.IsUnavailableTooLong(run.Ports.Clock.GetUtcNow()) => Options.OnUnavailable,
            _ => null,
        };
        if (policy is null or DeadlinePolicy.Promote)
        {
            return policy;
        }

        var word = Words.Of(verdict.Outcome);
        if (policy is DeadlinePolicy.Hold)
        {
            await Record(service, "held: ");
            throw new HoldException($"the gate is {word}: {verdict.Reason}", share, Undecided(share));
        }

        await SayNo(service, word, $"the gate is {word}: {verdict.Reason}");
        run.Stop.Token.ThrowIfCancellationRequested();
        return policy;
    }

    // All that is undecided at this moment, so that one decision of a person is enough.
    private Dictionary<string, string> Undecided(int share) => Judged(share)
        .Where(s => s.Verdict.Outcome is GateOutcome.Inconclusive or GateOutcome.Unavailable)
        .ToDictionary(s => s.Name, s => Words.Of(s.Verdict.Outcome));

    private async Task SayNo(WatchedService service, string verdict, string reason)
    {
        if (run.Stop.Cause is null)
        {
            await run.Journal.Decide(Decision.Gate, reason, new JsonObject { ["service"] = service.Name, ["verdict"] = verdict });
            run.Stop.Request(new StopCause.GateSaidNo(verdict, reason.TrimEnd('.')));
        }
    }

    private Task Record(WatchedService service, string how)
    {
        run.Screen.Line($"  gate of {service.Name}: {how}{Words.Of(service.Verdict.Outcome)}: {service.Verdict.Reason}");
        return run.Journal.Decide(
            Decision.Gate,
            how + service.Verdict.Reason,
            new JsonObject { ["service"] = service.Name, ["verdict"] = Words.Of(service.Verdict.Outcome), ["share"] = service.Share.Value });
    }

    private async Task NextTick()
    {
        var ticked = Volatile.Read(ref _ticked);
        await using var stopped = run.Stop.Token.Register(() => ticked.TrySetCanceled(run.Stop.Token));
        await ticked.Task;
    }
}
