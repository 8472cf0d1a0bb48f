using System.Text.Json.Nodes;
using Newtonsoft.Json.Linq;
using Release.Configuration;
using Release.Planning;
using Release.Platforms;
using Release.Probes;

namespace Release.Runs;

/// <summary>What each phase of a release does, in the order of the runbook.</summary>
internal sealed class PhaseWork(RunContext run)
{
    public Task Take(string phase) => phase switch
    {
        Phases.PreChecks => PreChecks(),
        Phases.Backup => Backup(),
        Phases.Tag => Tag(),
        Phases.Canary => Canary(),
        Phases.MetricsGate => MetricsGate(),
        Phases.Promote => Promote(),
        Phases.Verify => Verify(),
        Phases.Handover => new Handover(run).Write(),
        _ => throw new InvalidOperationException($"'{phase}' is not a phase of a release."),
    };

    private async Task PreChecks()
    {
        var summary = await run.LookAll(Phases.PreChecks, run.Probes(run.Options.Checks, null));
        Require(summary, "the checks did not all pass");
        await CanRoute();
        await CanDecide();
    }

    // Found out now, nothing has been changed yet.
    private async Task CanRoute()
    {
        var doubts = await RoutingDoubts.Of(run.Ports, run.Options with { Services = run.Released }, run.Opening.Stable, run.Stop.Token);
        if (RoutingDoubts.Tell(doubts, run.Screen) is { } blocked)
        {
            throw new PhaseFailedException(blocked);
        }
    }

    // A gate that could never let a good release pass would be found out when its candidate already has traffic. Who releases in an
    // emergency is told, and not held up.
    private async Task CanDecide()
    {
        var outlooks = await Outlook.Of(run.Ports, run.Options, run.Released, run.Opening.Stable, run.Stop.Token);
        foreach (var outlook in outlooks)
        {
            if (outlook.Forecast is null)
            {
                run.Screen.Line($"  {outlook.Lines[0]}");
            }

            foreach (var problem in (outlook.Forecast?.Problems ?? []).Concat(outlook.Mistakes).Concat(outlook.Unasked))
            {
                run.Screen.Warn($"  gate of {outlook.Service}: {problem}");
            }
        }

        if (!run.Opening.IsEmergency && outlooks.FirstOrDefault(o => o.Mistakes.Count > 0) is { } mistaken)
        {
            throw new PhaseFailedException($"the gate of {mistaken.Service} could not measure: {mistaken.Mistakes[0]}");
        }

        if (!run.Opening.IsEmergency && run.Options.Gate.OnInconclusive is DeadlinePolicy.Rollback
            && outlooks.FirstOrDefault(o => o is { IsObserved: true, Hopeless.Count: > 0 }) is { } hopeless)
        {
            throw new PhaseFailedException($"the gate of {hopeless.Service} could never let a good release pass: {hopeless.Hopeless[0]}");
        }
    }

    private async Task Backup()
    {
        await TakeAll(Phases.Backup);
        await run.PutEvidence(Phases.Backup, "running.json", await Running());
        await run.PutEvidence(Phases.Backup, "configuration.json", run.Opening.Configuration);
    }

    private Task Tag() => TakeAll(Phases.Tag);

    private async Task Canary()
    {
        await TakeAll(Phases.Canary, p => p.Step is not ITrafficStep);
        foreach (var file in await run.Ports.Platform.Evidence(run.Opening.Brings, run.Stop.Token))
        {
            await run.PutEvidence(Phases.Canary, file.Name, file.Content);
        }

        await SmokeCandidates();
        await Shift(run.Options.Shares[0]);
        await SmokeCanary();
    }

    private async Task MetricsGate()
    {
        var share = run.Options.Shares[0];
        await Shift(share);
        await run.Watch.Judge(share);
    }

    private async Task Promote()
    {
        // Nobody waits for its judgement then. It gets its first share all the same, which a pause may have taken away, and
        // it is watched (invariant 15).
        var unjudged = run.Journal.Run.Skips.GetValueOrDefault(Phases.MetricsGate);
        if (unjudged is not null && !IsPassed(run.Options.Shares[0]))
        {
            await Shift(run.Options.Shares[0]);
        }

        foreach (var share in run.Options.Shares.Skip(1).Where(s => !IsPassed(s)))
        {
            await Shift(share);
            await run.Watch.Judge(share);
        }

        if (!run.Journal.Run.IsPromoted)
        {
            await run.Journal.Decide(Decision.Promote, unjudged is null
                ? $"{run.Opening.Target.Version} passed every step"
                : $"{run.Opening.Target.Version} passed every step but the first, whose gate was skipped: {unjudged}");
        }

        // Nobody needs to judge it any more: what follows takes place on what serves everything.
        await run.Watch.DisposeAsync();
        await TakeAll(Phases.Promote, p => p.Step is not ITrafficStep && !(p.Step.Id == Planner.PushTag && IsUntagged));
    }

    private async Task Verify()
    {
        var endpoints = await run.Ports.Router.Endpoints(run.Stop.Token);
        Require(
            await run.LookAll(Phases.Verify, [.. run.Probes(SmokeAt(SmokeMoment.Promoted), endpoints?.Traffic), .. await VersionProbes()]),
            $"{run.Opening.Target.Version} serves everything, but verification did not pass");
        foreach (var service in run.Released)
        {
            await VerifyWeights(service);
        }
    }

    private async Task VerifyWeights(ServiceOptions service)
    {
        var weights = await run.Ports.Router.Observe(service, run.Stop.Token)
            ?? throw new StepUnknownException(Phases.Verify, $"the router does not answer for {service.Name}");

        // As the platform says it: a URI's authority would lose port 80.
        var candidate = await run.Ports.Platform.Look(run.Opening.Target.Of(service.Name)!.Id, run.Stop.Token);
        if (candidate.Liveness is Liveness.Unknown)
        {
            throw new StepUnknownException(Phases.Verify, $"the platform does not answer for {service.Name}: {candidate.Detail}");
        }

        if (weights.ShareOf(candidate.Routed) != Percent.Full)
        {
            throw new PhaseFailedException($"{service.Name} {run.Opening.Target.Of(service.Name)!.Artefact.Version} was given everything, but the router has {weights.ShareOf(candidate.Routed)}");
        }
    }

    /// <summary>Gives the candidate its share, on every service, and waits until the services' own counters show it.</summary>
    private async Task Shift(int share)
    {
        await RequireLife();
        await run.Watch.Start();
        foreach (var planned in run.Plan.Steps.Where(p => p.Step is ITrafficStep t && t.Share == new Percent(share)))
        {
            await run.Advance(planned);
        }

        await run.Watch.VerifySplit(share);
    }

    // While nobody watched it may have died, and traffic is not how to find out.
    private async Task RequireLife()
    {
        foreach (var instance in run.Opening.Brings)
        {
            var view = await run.Ports.Platform.Look(instance.Id, run.Stop.Token);
            if (view.Liveness is Liveness.Dead)
            {
                throw new PhaseFailedException($"the candidate {instance.Artefact.Service} {instance.Artefact.Version} does not run any more, so it gets no traffic: {view.Detail}");
            }
        }
    }

    // What only both variants together can show, while the gate judges beside it.
    private async Task SmokeCanary()
    {
        if (SmokeAt(SmokeMoment.Canary).ToList() is { Count: > 0 } smoke)
        {
            var endpoints = await run.Ports.Router.Endpoints(run.Stop.Token);
            Require(await run.LookAll(Phases.Canary, run.Probes(smoke, endpoints?.Traffic)), $"{run.Opening.Target.Version} did not pass its smoke tests while it had its first share");
        }
    }

    private IEnumerable<ProbeOptions> SmokeAt(SmokeMoment moment) => run.Options.Smoke.Where(s => s.At.Contains(moment));

    // There is nothing to push where the tag was left out.
    private bool IsUntagged => run.Journal.Run.Skips.ContainsKey(Phases.Tag) && !run.Journal.Run.HasFinished(Phases.Tag);

    // A resumed run does not go back to a share that it had left behind.
    // Neither does one that a person let go on from where the gate held it.
    private bool IsPassed(int share) => share < run.Journal.Run.OverriddenShare || run.Options.Shares.Any(s => s > share && run.Options.Services.Any(
        service => run.Journal.Run.Step(Planner.ShiftId(service, s)).IsBegun));

    private async Task TakeAll(string phase, Func<PlannedStep, bool>? which = null)
    {
        foreach (var planned in run.Plan.Of(phase).Where(which ?? (_ => true)))
        {
            await run.Advance(planned);
        }
    }

    private async Task SmokeCandidates()
    {
        foreach (var instance in run.Opening.Brings)
        {
            Require(
                await run.LookAll(Phases.Canary, run.Probes(SmokeAt(SmokeMoment.Candidate).Where(s => s.Service is null || s.Service == instance.Artefact.Service), await run.Address(instance))),
                $"{instance.Artefact.Service} {instance.Artefact.Version} did not pass its smoke tests before it got any traffic");
        }
    }

    private async Task<IReadOnlyList<IProbe>> VersionProbes()
    {
        var probes = new List<IProbe>();
        foreach (var service in run.Released.Where(s => s.Version is not null))
        {
            var expected = new Dictionary<string, JToken> { ["$.version"] = run.Opening.Target.Of(service.Name)!.Artefact.Version };
            var options = new HttpProbeOptions { Id = $"version-{service.Name}", Type = "http", Path = service.Prefix?.TrimEnd('/') + service.Version, ExpectBody = expected };
            probes.Add(run.Ports.Probe(options, (await run.Ports.Router.Endpoints(run.Stop.Token))?.Traffic, run.Opening.Brings));
        }

        return probes;
    }

    private async Task<JsonObject> Running()
    {
        var instances = new JsonArray();
        foreach (var instance in run.Opening.Stable!.Instances)
        {
            var view = await run.Ports.Platform.Look(instance.Id, run.Stop.Token);
            var json = ReleaseJson.ToJson(instance);
            (json["liveness"], json["address"]) = (Words.Of(view.Liveness), view.Address);
            instances.Add(json);
        }

        return new JsonObject
        {
            ["environment"] = run.Environment.Name,
            ["version"] = run.Opening.Stable.Version,
            ["commit"] = run.Opening.Stable.Commit,
            ["instances"] = instances,
            ["configurationSha256"] = Identity.Of(run.Opening.Configuration),
        };
    }

    private static void Require(ProbeSummary summary, string otherwise)
    {
        if (!summary.Passed)
        {
            var problems = summary.Reports.Where(r => r.Result.Verdict is not ProbeVerdict.Pass)
                .Select(r => $"{r.Id} is {r.Result.Verdict.ToString().ToLowerInvariant()} ({r.Result.Detail.TrimEnd('.')})");
            throw new PhaseFailedException($"{otherwise}: {string.Join("; ", problems)}");
        }
    }
}
