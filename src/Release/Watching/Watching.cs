using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Evidence;
using Release.Gates;
using Release.Journal;
using Release.Notices;
using Release.Output;
using Release.Probes;
using Release.Runs;

namespace Release.Watching;

/// <summary>
/// Carries out what is due of a watch. Each thing ends with its record: a process that dies before it leaves the thing due, one that
/// dies after it has done it. What is looked at is read only; what changes something is a rollback with a run of its own.
/// </summary>
/// <param name="environment">Where.</param>
/// <param name="stop">What ends it.</param>
internal sealed class Watching(ReleaseEnvironment environment, StopSignal stop)
{
    // As long as synthetic traffic is made for a look, where the environment has too little of its own.
    private static readonly TimeSpan Sample = TimeSpan.FromSeconds(2);

    // What was counted over a longer time says nothing about now: a person decides whether to go back for it.
    private static readonly TimeSpan Current = TimeSpan.FromHours(1);

    private EnvironmentPorts Ports => environment.Ports;

    private IReadOnlyList<SeverityOptions> Rules => environment.Options.Severity.Count > 0 ? environment.Options.Severity : SeverityOptions.Usual;

    /// <summary>Begins a watch: its record says when everything of it is due.</summary>
    public async Task Begin(EnvironmentState state, ILease lease, WatchOptions plan, DateTimeOffset from)
    {
        if (state.Watches.Last is { IsEnded: false } before)
        {
            await Close(before, "a new watch begins", state, lease);
        }

        await Append(state, lease, state.LastPromoted!.Id, WatchRecords.Begun, WatchRecords.Beginning(plan, from));
    }

    /// <summary>Does one thing under the lease.</summary>
    public async Task<RunResult> CarryOut(WatchDue due, EnvironmentState state, ILease lease) => due.Task switch
    {
        WatchTask.Begin => await Begun(due, state, lease),
        WatchTask.Baseline => await LookUp(due, state, lease),
        WatchTask.Look => await Look(due, state, lease, due.At),
        WatchTask.Smoke => await Smoke(due, state, lease),
        WatchTask.Gate => await Judge(due, state, lease),
        WatchTask.Summary => await SumUp(state, lease, due.At),
        WatchTask.End => await End(due, state, lease),
        WatchTask.RollBack => throw new InvalidOperationException("A rollback takes a lease of its own."),
        _ => throw new InvalidOperationException($"Unknown task {due.Task}."),
    };

    /// <summary>Takes the version back, if the incident still wants it when nobody holds anything.</summary>
    public async Task<RunResult?> RollBack(WatchDue due)
    {
        var state = await environment.ReadState(stop.Token);
        if (!WatchDue.Of(state, environment.Options, Ports.Clock.GetUtcNow()).Any(d => d.Task is WatchTask.RollBack && d.Run == due.Run))
        {
            return null;
        }

        var incident = state.Watches.Last!.RollsBack!;
        var why = $"incident {incident.Id}: {incident.Text}";
        return await new Rollback(environment with { Inputs = environment.Inputs with { Reason = why, To = null } }, stop).Run();
    }

    private async Task<RunResult> Begun(WatchDue due, EnvironmentState state, ILease lease)
    {
        await Begin(state, lease, environment.Options.Watch!, due.At);
        return new(ExitStatus.Done, $"it is watched until {Show.Time(state.Watches.Last!.Until)}");
    }

    private async Task<RunResult> LookUp(WatchDue due, EnvironmentState state, ILease lease)
    {
        var run = state.Run(due.Run)!;
        var (data, how) = await new BaselineLook(environment).Of(run, state.Watches.Last!.Plan.Baseline, stop.Token);
        await Put(state, lease, run, "baseline_metrics.json", data);
        data["detail"] = how;
        await Append(state, lease, due.Run, WatchRecords.Baseline, data);
        return new(ExitStatus.Done, how);
    }

    private async Task<RunResult> Look(WatchDue due, EnvironmentState state, ILease lease, DateTimeOffset? asOf)
    {
        var watch = state.Watches.Last!;
        await MakeTraffic();
        var stable = state.Stable!;
        var asking = Ports.Alerts?.Firing(stop.Token);
        var looks = await Task.WhenAll(environment.Options.Services.Where(s => stable.Of(s.Name) is not null)
            .Select(s => ServiceLook.Of(Ports, s, stable.Of(s.Name)!, watch.Counters(s.Name), stop.Token)));
        var alerts = asking is null ? null : await asking;
        var now = Ports.Clock.GetUtcNow();
        var findings = Rules.SelectMany(r => Findings(r, looks, alerts)).ToList();
        var problems = looks.SelectMany(l => l.Problems).Concat(alerts?.Problem is { } problem ? [Ports.Shown(problem)] : []).ToList();
        var since = watch.LastLookAt;
        var isGap = now - watch.LastLookAt > (2 * watch.Plan.Every) + TimeSpan.FromSeconds(5);
        await Append(state, lease, due.Run, WatchRecords.Look, new JsonObject
        {
            ["due"] = asOf is { } at ? Notice.Time(at) : null,
            ["at"] = Notice.Time(now),
            ["services"] = new JsonObject(looks.Select(l => KeyValuePair.Create(l.Service, (JsonNode?)l.ToJson()))),
            ["alerts"] = alerts?.Firing is { } firing ? new JsonArray([.. firing.Select(a => (JsonNode)Ports.Shown(a))]) : null,
            ["gap"] = isGap ? new JsonObject { ["from"] = Notice.Time(watch.LastLookAt), ["until"] = Notice.Time(now) } : null,
            ["findings"] = SeverityJudge.ToJson(findings, watch, now),
            ["problems"] = new JsonArray([.. problems.Select(p => (JsonNode)p)]),
            ["detail"] = problems.Count > 0 ? problems[0] : "",
        });
        var said = string.Join("; ", findings.Where(f => f.Broken is true).Select(f => f.Text).Distinct());
        return await Tell(state, lease, due.Run, findings, now, isGap && now - since > Current)
            ?? new(ExitStatus.Done, (said.Length > 0 ? said : problems.Count > 0 ? string.Join("; ", problems) : "nothing is wrong") + (isGap ? $"; nobody had looked since {Show.Time(watch.LastLookAt)}" : ""));
    }

    private static IEnumerable<Finding> Findings(SeverityOptions rule, IReadOnlyList<ServiceLook> looks, AlertReading? alerts) => rule.Type switch
    {
        SeverityType.Errors or SeverityType.Latency => looks.Select(l => SeverityJudge.Counted(rule, l.Service, l.Counts)),
        SeverityType.Down => looks.Select(l => new Finding(rule, $"{l.Service}/down", l.IsDown, l.IsDown is true ? $"nothing of {l.Service} lives" : $"{l.Service} lives")),
        SeverityType.Alert when alerts is not null => [Alert(rule, alerts)],
        SeverityType.Alert or SeverityType.Smoke or SeverityType.Gate => [],
        _ => throw new InvalidOperationException($"Unknown type {rule.Type}."),
    };

    private static Finding Alert(SeverityOptions rule, AlertReading alerts)
    {
        var firing = alerts.Firing?.Where(a => rule.Alert is null || a == rule.Alert).ToList();
        return new(rule, $"{rule.Alert ?? "any"}/alert", firing?.Count > 0 ? true : firing is null ? null : false, firing?.Count > 0 ? $"alerts fire: {string.Join(", ", firing)}" : alerts.Problem ?? "no alert fires");
    }

    private async Task<RunResult> Smoke(WatchDue due, EnvironmentState state, ILease lease)
    {
        var endpoints = await Ports.Router.Endpoints(stop.Token);
        var reports = await environment.LookAll([.. environment.Options.Smoke.Where(o => o.At.Contains(SmokeMoment.Promoted)).Select(o => Ports.Probe(o, endpoints?.Traffic, state.Stable?.Instances))], stop.Token);
        foreach (var report in reports)
        {
            state.Add(await Ports.Journal.Append(new JournalEntry(RecordType.Probe, due.Run, WatchRecords.Phase, Data: EvidenceJson.Of(report)), lease, CancellationToken.None));
        }

        var bad = reports.Where(r => r.Result.Verdict is not ProbeVerdict.Pass).ToList();
        var verdict = bad.Count == 0 ? "pass" : bad.Any(r => r.Result.Verdict is ProbeVerdict.Fail) ? "fail" : "unavailable";
        var text = bad.Count == 0 ? $"{reports.Count} smoke tests pass" : $"smoke tests did not pass: {string.Join("; ", bad.Select(r => $"{r.Id} ({r.Result.Detail})"))}";
        return await Verdict(due, WatchRecords.Smoke, SeverityType.Smoke, [("smoke", verdict, text)], state, lease);
    }

    private async Task<RunResult> Judge(WatchDue due, EnvironmentState state, ILease lease)
    {
        // Up to now, so that the stated time is counted whole.
        if (await Look(due, state, lease, null) is { Status: not ExitStatus.Done } stopped)
        {
            return stopped;
        }

        var watch = state.Watches.Last!;
        var verdicts = environment.Options.Services.Where(s => state.Stable!.Of(s.Name) is not null).Select(s => GateOf(watch, s.Name, due.At)).ToList();
        return await Verdict(due, WatchRecords.Gate, SeverityType.Gate, verdicts, state, lease);
    }

    // The gate's limits on all requests of the time; there is no other version to compare with any more.
    private (string Group, string Verdict, string Text) GateOf(WatchState watch, string service, DateTimeOffset due)
    {
        var counts = CounterDeltas.Sum(watch.Looks.Where(l => l.At > due - watch.Plan.GateOver && l.Services.ContainsKey(service)).Select(l => l.Services[service]));
        var findings = environment.Options.Gate.Objectives.Where(o => o.Max is not null).Select(o => SeverityJudge.Counted(
            new SeverityOptions
            {
                Id = o.Id,
                Level = 2,
                Type = o.Type is ObjectiveType.Errors ? SeverityType.Errors : SeverityType.Latency,
                Max = o.Max,
                Quantile = o.Quantile,
                Do = [],
            },
            service,
            counts)).ToList();
        var verdict = findings.Exists(f => f.Broken is true) ? "fail" : findings.Exists(f => f.Broken is null) ? "unavailable" : "pass";
        return (service, verdict, string.Join("; ", findings.Select(f => f.Text)));
    }

    private async Task<RunResult> Verdict(
        WatchDue due, string what, SeverityType type, IReadOnlyList<(string Group, string Verdict, string Text)> verdicts, EnvironmentState state, ILease lease)
    {
        var now = Ports.Clock.GetUtcNow();
        var findings = (from rule in Rules
                        where rule.Type == type
                        from v in verdicts
                        select new Finding(rule, $"{v.Group}/{Words.Of(type)}", v.Verdict switch { "pass" => false, "fail" => true, _ => null }, v.Text)).ToList();
        var worst = verdicts.Any(v => v.Verdict == "fail") ? "fail" : verdicts.Any(v => v.Verdict != "pass") ? "unavailable" : "pass";
        var late = now - due.At > 2 * state.Watches.Last!.Plan.Every;
        var detail = Ports.Shown(string.Join("; ", verdicts.Select(v => v.Text)) + (late ? $" (late: it was due at {Show.Time(due.At)})" : ""));
        await Append(state, lease, due.Run, what, new JsonObject
        {
            ["due"] = Notice.Time(due.At),
            ["at"] = Notice.Time(now),
            ["verdict"] = worst,
            ["findings"] = SeverityJudge.ToJson(findings, state.Watches.Last!, now),
            ["detail"] = detail,
        });
        return await Tell(state, lease, due.Run, findings, now) ?? new(ExitStatus.Done, $"{worst}: {detail}");
    }

    // The incidents that follow, each with its record before anybody hears of it or anything is done. Null when nothing is new.
    private async Task<RunResult?> Tell(EnvironmentState state, ILease lease, string run, IReadOnlyList<Finding> findings, DateTimeOffset now, bool isPast = false)
    {
        var texts = new List<string>();
        var name = $"{environment.Name} {state.Stable!.Version}";
        foreach (var incident in SeverityJudge.Incidents(findings, state.Watches.Last!, CanGoBack(state) && !isPast, name, now).ToList())
        {
            incident["text"] = Ports.Shown(incident["text"]!.GetValue<string>());
            incident["detail"] = incident["text"]!.DeepClone();
            await Append(state, lease, run, WatchRecords.Incident, incident);
            texts.Add(incident["text"]!.GetValue<string>());
            environment.Screen.Warn(texts[^1]);
        }

        return texts.Count == 0 ? null : new(ExitStatus.Done, string.Join(" ", texts));
    }

    private static bool CanGoBack(EnvironmentState state) => state is { Previous: not null, LastPromoted: not null, Open: null };

    private async Task<RunResult> SumUp(EnvironmentState state, ILease lease, DateTimeOffset until, bool isLast = false)
    {
        var watch = state.Watches.Last!;
        var run = state.Run(watch.Run)!;
        var summary = new WatchSummary(watch, isLast ? watch.From : watch.SummedUntil, until, isLast);
        var (document, line) = (summary.Document(environment.Name, run.Opening.Target.Version), summary.Line(environment.Name, run.Opening.Target.Version));
        var day = watch.Schedule.DayOf(until.AddMinutes(-1)).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        await Put(state, lease, run, isLast ? "watch.json" : $"watch-{day}.json", document);
        await Append(state, lease, watch.Run, WatchRecords.Summary, new JsonObject
        {
            ["from"] = document["from"]!.DeepClone(),
            ["until"] = Notice.Time(until),
            ["text"] = Ports.Shown((isLast ? "The watch is over. " : "") + line),
            ["detail"] = Ports.Shown(line),
        });
        environment.Screen.Line(line);
        return new(ExitStatus.Done, line);
    }

    private async Task<RunResult> End(WatchDue due, EnvironmentState state, ILease lease)
    {
        var watch = state.Watches.Last!;
        var isReplaced = watch.Run != state.LastPromoted?.Id;

        // What was replaced has no incident any more; how it ended is in its run.
        await Close(watch, isReplaced ? $"{state.Stable?.Version ?? "nothing"} serves now" : "the watch is over", state, lease);

        // Up to its last record and not to now: made again after a crash it must be the same.
        var result = await SumUp(state, lease, isReplaced ? watch.LastLookAt : watch.Until, isLast: true);
        var why = isReplaced ? "another version serves, or none" : "its time is over";
        await Append(state, lease, due.Run, WatchRecords.Ended, new JsonObject { ["why"] = why, ["detail"] = why });
        return result;
    }

    private async Task Close(WatchState watch, string why, EnvironmentState state, ILease lease)
    {
        foreach (var incident in watch.Incidents.Where(i => i.ResolvedAt is null).ToList())
        {
            var text = $"Closed in {environment.Name}: {why} (incident {incident.Id}, severity {incident.Level}, since {Show.Time(incident.Since)}).";
            await Append(state, lease, watch.Run, WatchRecords.Incident, new JsonObject
            {
                ["incident"] = incident.Id,
                ["group"] = incident.Group,
                ["rule"] = incident.Rule,
                ["level"] = incident.Level,
                ["state"] = "resolved",
                ["since"] = Notice.Time(incident.Since),
                ["steps"] = new JsonArray([.. incident.Steps.Select(s => (JsonNode)s)]),
                ["tell"] = new JsonArray(Words.Of(NoticeKind.Resolved)),
                ["text"] = Ports.Shown(text),
                ["detail"] = Ports.Shown(text),
            });
        }
    }

    private async Task MakeTraffic()
    {
        if (environment.Options.Traffic.Synthetic is not { } synthetic || await Ports.Router.Endpoints(stop.Token) is not { } endpoints)
        {
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var making = Ports.Traffic.Generate(endpoints.Traffic, synthetic, end.Token);
        await Task.Delay(Sample, Ports.Clock, stop.Token);
        End(end);
        await making.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    // Here and not on the thread pool, as CancelAsync would: what ends at a moment of its own cannot be replayed.
    private static void End(CancellationTokenSource end) => end.Cancel();

    private async Task Put(EnvironmentState state, ILease lease, RunState run, string name, JsonObject content)
    {
        var (folder, text) = ($"run-{run.Id}-{run.Opening.PlanHash[..8]}", content.ToJsonString(EvidenceJson.Indented));
        EvidenceFile file;
        try
        {
            file = await Ports.Evidence.Put(folder, name, text, stop.Token);
        }
        catch (IOException)
        {
            // An earlier watch over the same run has a file of that name, or a process died after it: never overwritten, so another name.
            file = await Ports.Evidence.Put(folder, $"{Path.GetFileNameWithoutExtension(name)}-{run.LastSeq}{Path.GetExtension(name)}", text, stop.Token);
        }

        var data = new JsonObject { ["name"] = file.Name, ["sha256"] = file.Sha256, ["size"] = file.Size };
        state.Add(await Ports.Journal.Append(new JournalEntry(RecordType.Evidence, run.Id, WatchRecords.Phase, Data: data), lease, CancellationToken.None));
    }

    private async Task Append(EnvironmentState state, ILease lease, string run, string what, JsonObject data) =>
        state.Add(await Ports.Journal.Append(WatchRecords.Of(run, what, data), lease, CancellationToken.None));
}
