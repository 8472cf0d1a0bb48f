using System.Text.Json.Nodes;
using Release.Journal;
using Release.Output;
using Release.Runs;

namespace Release.Views;

/// <summary>
/// What an environment is now, as far as that can be known: a damaged journal is said and does not keep anybody from
/// looking. Reads; takes no lease and changes nothing.
/// </summary>
public sealed class StatusView(ReleaseEnvironment environment)
{
    /// <summary>Gets how the look ended: exit code 5 and the next command where the journal is damaged, else null. Known after <see cref="Read"/>.</summary>
    public RunResult? Result { get; private set; }

    /// <summary>The state as one JSON document (design.md, section 8).</summary>
    public async Task<JsonObject> Read(CancellationToken cancellation)
    {
        var ports = environment.Ports;
        var journal = await JournalDoubt.Read(environment, cancellation);
        (var state, Result) = (journal.State, journal.Result());
        var holder = await ports.Leases.Look(cancellation);
        var open = state.Open;
        var tender = await ports.Tenders.Look(cancellation);
        var endpoints = await ports.Router.Endpoints(cancellation);
        return new JsonObject
        {
            ["env"] = environment.Name,
            ["state"] = StateOf(open, holder),
            ["stable"] = state.Stable is { } stable ? Release(stable) : null,
            ["previous"] = state.Previous?.Version,
            ["candidate"] = open is { Opening: { Kind: RunKind.Release, IsFirst: false } } ? Release(open.Opening.Target with { Instances = open.Opening.Brings }) : null,
            ["endpoints"] = endpoints is null ? null : new JsonObject { ["traffic"] = Text(endpoints.Traffic), ["admin"] = Text(endpoints.Admin) },
            ["split"] = new JsonObject
            {
                ["requested"] = await Requested(state, open, cancellation),
                ["observed"] = open is null || open.IsParked ? null : Observed(open, SplitOf(open).Name),
            },
            ["run"] = (open ?? (state.Runs.Count > 0 ? state.Runs[^1] : null)) is { } run ? Run(run) : null,
            ["lease"] = holder is null ? null : new JsonObject
            {
                ["owner"] = holder.Owner,
                ["token"] = holder.Token,
                ["expiresAt"] = Time(holder.ExpiresAt),
                ["host"] = holder.Host,
                ["pid"] = holder.ProcessId,
            },
            ["watchedBy"] = WatchedBy(open, holder, tender),
            ["due"] = new JsonArray([.. DueOf(state, ports.Clock.GetUtcNow())]),
            ["down"] = state.IsDown,
            ["unwatched"] = open is { CandidateMayHaveTraffic: true } && holder is null,
            ["orphan"] = open is not null && holder is null ? Orphan(open, tender) : null,
            ["damages"] = journal.ToJson(),
        };
    }

    /// <summary>The same for a person, and what to do next.</summary>
    public IReadOnlyList<string> Render(JsonObject status)
    {
        var run = status["run"] as JsonObject;
        var isDamaged = status["damages"]!.AsArray().Count > 0;
        var lines = new List<string>
        {
            $"{environment.Name}: {status["state"]}{(status["down"]!.GetValue<bool>() ? ", stopped by Down" : "")}{(isDamaged ? ", as far as the journal can be read" : "")}",
            Line("serves", $"{(isDamaged && status["stable"] is null ? "not known" : Version(status["stable"]))}{(status["endpoints"] is JsonObject e ? $" at {e["traffic"]}" : "")}"),
        };
        if (status["candidate"] is JsonObject candidate)
        {
            lines.Add(Line("candidate", Version(candidate)));
        }

        if (status["split"]!["requested"] is JsonObject requested)
        {
            lines.Add(Line("split", $"stable {requested["stable"]} %, candidate {requested["candidate"]} %"
                + (status["split"]!["observed"] is JsonObject observed ? $" (observed {observed["stable"]} % and {observed["candidate"]} %)" : "")));
        }

        if (run is not null)
        {
            lines.Add(Line($"run {run["id"]}", $"{run["kind"]} {run["version"]}: {run["state"]}{(run["verdict"] is { } verdict ? $", gate {verdict}" : "")}, started {Shown(run["startedAt"])}"));
            if (run["phases"]!.AsArray().LastOrDefault(p => p!["status"]!.GetValue<string>() == "running") is { } phase)
            {
                lines.Add(Line("phase", $"{phase["name"]} since {Shown(phase["startedAt"])}"));
            }

            lines.AddRange(run["phases"]!.AsArray().Where(p => p!["status"]!.GetValue<string>() == PhaseSkips.Status)
                .Select(p => Line("skipped", $"{p!["name"]}: {p["reason"]}")));
            if (run["reason"]!.GetValue<string>() is { Length: > 0 } reason)
            {
                lines.Add(Line("because", reason));
            }
        }

        if (status["lease"] is JsonObject lease)
        {
            lines.Add(Line("held by", $"{lease["owner"]} (process {lease["pid"]} on {lease["host"]})"));
        }

        if (status["watchedBy"] is JsonValue watchedBy && status["lease"] is null)
        {
            lines.Add(Line("watched by", watchedBy.GetValue<string>()));
        }

        lines.AddRange(status["due"]!.AsArray().Select(d => Line("due", Due(d!))));
        if (status["orphan"] is JsonValue orphan)
        {
            lines.Add(Line(status["unwatched"]!.GetValue<bool>() ? "UNWATCHED" : "orphan", orphan.GetValue<string>()));
        }

        if (isDamaged)
        {
            // The last line says what to do then.
            lines.AddRange(JournalDoubt.Lines(status["damages"]!.AsArray()).Select(d => Line("DAMAGED", d)));
            return lines;
        }

        lines.Add(status["due"]!.AsArray().Any(d => d!["step"]!.GetValue<string>() == "decide") ? Decide() : Next(status["state"]!.GetValue<string>(), status["previous"] is not null));
        return lines;
    }

    private string? WatchedBy(RunState? open, LeaseHolder? holder, Tender? tender) =>
        open is not null && holder is not null ? $"{holder.Owner} (process {holder.ProcessId} on {holder.Host})"
        : tender is null ? null
        : tender.IsAlive(environment.Ports.Clock.GetUtcNow()) ? $"the tender of {tender}"
        : $"nobody: the tender of {tender} does not answer since {Show.Time(tender.SeenAt)}";

    private static IEnumerable<JsonObject> DueOf(EnvironmentState state, DateTimeOffset now)
    {
        if (state.Open is { Waits: { } waits } parked)
        {
            yield return new JsonObject
            {
                ["step"] = waits.IsHeld ? "decide" : "go-on",
                ["at"] = waits.Until is { } until ? Time(until) : null,
                ["run"] = parked.Id,
                ["waitsFor"] = waits.For,
                ["then"] = waits.Until is null ? null : "rollback",
            };
        }

        foreach (var due in state.Due)
        {
            yield return new JsonObject { ["step"] = due.Step, ["at"] = Time(due.At), ["run"] = due.Run };
        }

        if (Watching.WatchDue.Next(state.Watches.Last, now) is { } look && state.Watches.Last!.Run == state.LastPromoted?.Id)
        {
            yield return new JsonObject { ["step"] = "watch", ["at"] = Time(look), ["run"] = state.Watches.Last.Run, ["until"] = Time(state.Watches.Last.Until) };
        }
    }

    private static string Due(JsonNode due) => due["waitsFor"] is { } waitsFor
        ? $"{waitsFor}{(due["at"] is { } until ? $", until {Shown(until)}: then the run is undone" : "")}"
        : $"{due["step"]} at {Shown(due["at"])}";

    // Who will do what about a run without a process, and when; or that nobody will.
    private string? Orphan(RunState open, Tender? tender)
    {
        if (Chore.OrphanOf(open, environment.Options) is not { } orphan)
        {
            return null;
        }

        var what = open.CandidateHasTraffic ? "the candidate has traffic and no process judges it"
            : open.CandidateMayHaveTraffic ? "a call of the process that is gone may still give the candidate traffic, and no process judges it"
            : "the run has no process";
        var at = Show.Time(orphan.At(environment.Options));
        return tender?.IsAlive(environment.Ports.Clock.GetUtcNow()) == true ? $"{what}: from {at} on the tender will {orphan.What}"
            : open.CandidateMayHaveTraffic ? $"{what}, and no tender watches: from {at} on the next command that changes anything takes its share away; {environment.Command("Tend")} does that"
            : $"{what}, and no tender watches: from {at} on {environment.Command("Tend")} will {orphan.What}";
    }

    private string Decide() => $"Go on: {environment.Command("Decide --go --reason \"…\"")}; take it back: {environment.Command("Decide --no-go --reason \"…\"")}; judge it again: {environment.Command("Promote")}.";

    private static string Line(string name, string text) => $"  {name,-12} {text}";

    private static string Shown(JsonNode? time) => Show.Time(DateTimeOffset.Parse(time!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture));

    private string Next(string state, bool canGoBack) => state switch
    {
        "interrupted" => $"Go on: {environment.Command("Resume")}; take it back: {environment.Command("Rollback")}; close it as it stands: {environment.Command("Abandon --reason \"…\"")}.",
        "stuck" => $"Mend the cause, then {environment.Command("Rollback")}; or {environment.Command("Resume --accept-as-is --reason \"…\"")}.",
        "parked" => $"Go on: {environment.Command("Promote")}; take it back: {environment.Command("Rollback")}.",
        "running" => $"Make it undo: {environment.Command("Rollback")}.",
        _ => $"Release: {environment.Command("Promote")}{(canGoBack ? $"; take the last one back: {environment.Command("Rollback")}" : "")}.",
    };

    private static string StateOf(RunState? open, LeaseHolder? holder) => open switch
    {
        null => "idle",
        { StuckBecause: not null } => "stuck",
        _ when holder is not null => "running",
        { IsParked: true } => "parked",
        _ => "interrupted",
    };

    // What an open run brings is told: another service has no split.
    private Configuration.ServiceOptions SplitOf(RunState? open) =>
        environment.Options.Services.FirstOrDefault(s => open?.Opening.Brings.Any(i => i.Artefact.Service == s.Name) is true) ?? environment.Options.Services[0];

    private async Task<JsonObject?> Requested(EnvironmentState state, RunState? open, CancellationToken cancellation)
    {
        var service = SplitOf(open);
        var candidate = open is { Opening: { Kind: RunKind.Release, IsFirst: false } } ? open.Opening.Target.Of(service.Name) : null;
        if (state.Stable?.Of(service.Name) is null || await environment.Ports.Router.Observe(service, cancellation) is not { } weights)
        {
            return null;
        }

        var share = candidate is null ? Percent.Zero : weights.ShareOf((await environment.Ports.Platform.Look(candidate.Id, cancellation)).Routed);
        return new JsonObject { ["stable"] = (double)share.Rest.Value, ["candidate"] = (double)share.Value };
    }

    private static JsonObject? Observed(RunState open, string service)
    {
        if (!open.Samples.TryGetValue(service, out var sample) || sample["split"] is not JsonObject split || split["requests"]!.GetValue<double>() is not (> 0 and var requests))
        {
            return null;
        }

        var share = Math.Round(100 * split["candidate"]!.GetValue<double>() / requests, 2);
        return new JsonObject { ["stable"] = Math.Round(100 - share, 2), ["candidate"] = share };
    }

    private static JsonObject Release(DeployedRelease release) => new()
    {
        ["version"] = release.Version,
        ["services"] = new JsonArray([.. release.Instances.Select(i => new JsonObject
        {
            ["name"] = i.Artefact.Service,
            ["version"] = i.Artefact.Version,
            ["artefact"] = i.Artefact.Digest,
        })]),
    };

    internal static JsonObject Run(RunState run) => new()
    {
        ["id"] = run.Id,
        ["kind"] = Words.Of(run.Opening.Kind),
        ["version"] = run.Opening.Target.Version,
        ["state"] = run.Outcome is { } outcome ? Words.Of(outcome) : run.IsParked ? "parked" : run.StuckBecause is not null ? "stuck" : "open",
        ["reason"] = run.StuckBecause ?? run.Reason,
        ["startedAt"] = Time(run.StartedAt),
        ["finishedAt"] = run.FinishedAt is { } at ? Time(at) : null,
        ["phases"] = new JsonArray([.. run.Phases.Select(p => new JsonObject
        {
            ["name"] = p.Name,
            ["status"] = p.Status,
            ["startedAt"] = Time(p.StartedAt),
            ["finishedAt"] = p.FinishedAt is { } finished ? Time(finished) : null,
            ["reason"] = p.Reason.Length > 0 ? p.Reason : null,
        })]),
        ["verdict"] = run.Verdict,
    };

    private static string Version(JsonNode? release) => release is null ? "nothing" : release["version"]!.GetValue<string>();

    private static string? Text(Uri? uri) => uri?.ToString().TrimEnd('/');

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
