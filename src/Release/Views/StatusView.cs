using System.Text.Json.Nodes;
using Release.Journal;
using Release.Output;
using Release.Runs;

namespace Release.Views;

/// <summary>What an environment is now. Reads; takes no lease and changes nothing.</summary>
public sealed class StatusView(ReleaseEnvironment environment)
{
    /// <summary>The state as one JSON document (design.md, section 8).</summary>
    public async Task<JsonObject> Read(CancellationToken cancellation)
    {
        var ports = environment.Ports;
        var state = await environment.ReadState(cancellation);
        var holder = await ports.Leases.Look(cancellation);
        var open = state.Open;
        var endpoints = await ports.Router.Endpoints(cancellation);
        return new JsonObject
        {
            ["env"] = environment.Name,
            ["state"] = StateOf(open, holder),
            ["stable"] = state.Stable is { } stable ? Release(stable) : null,
            ["previous"] = state.Previous?.Version,
            ["candidate"] = open is { Opening: { Kind: RunKind.Release, IsFirst: false } } ? Release(open.Opening.Target) : null,
            ["endpoints"] = endpoints is null ? null : new JsonObject { ["traffic"] = Text(endpoints.Traffic), ["admin"] = Text(endpoints.Admin) },
            ["split"] = new JsonObject
            {
                ["requested"] = await Requested(state, open, cancellation),
                ["observed"] = open is null || open.IsParked ? null : Observed(open, environment.Options.Services[0].Name),
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
            ["watchedBy"] = open is not null && holder is not null ? $"{holder.Owner} (process {holder.ProcessId} on {holder.Host})" : null,
            ["due"] = new JsonArray([.. state.Due.Select(d => new JsonObject { ["step"] = d.Step, ["at"] = Time(d.At) })]),
            ["down"] = state.IsDown,
            ["unwatched"] = open is { CandidateHasTraffic: true } && holder is null,
        };
    }

    /// <summary>The same for a person, and what to do next.</summary>
    public IReadOnlyList<string> Render(JsonObject status)
    {
        var run = status["run"] as JsonObject;
        var lines = new List<string>
        {
            $"{environment.Name}: {status["state"]}{(status["down"]!.GetValue<bool>() ? ", stopped by Down" : "")}",
            Line("serves", $"{Version(status["stable"])}{(status["endpoints"] is JsonObject e ? $" at {e["traffic"]}" : "")}"),
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

        lines.AddRange(status["due"]!.AsArray().Select(d => Line("due", $"{d!["step"]} at {Shown(d["at"])}")));
        if (status["unwatched"]!.GetValue<bool>())
        {
            lines.Add(Line("UNWATCHED", "the candidate has traffic and no process judges it: the next command that changes anything takes its share away"));
        }

        lines.Add(Next(status["state"]!.GetValue<string>(), status["previous"] is not null));
        return lines;
    }

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

    private async Task<JsonObject?> Requested(EnvironmentState state, RunState? open, CancellationToken cancellation)
    {
        var service = environment.Options.Services[0];
        var candidate = open is { Opening: { Kind: RunKind.Release, IsFirst: false } } ? open.Opening.Target.Of(service.Name) : null;
        if (state.Stable?.Of(service.Name) is null || await environment.Ports.Router.Observe(service, cancellation) is not { } weights)
        {
            return null;
        }

        var address = candidate is null ? null : (await environment.Ports.Platform.Look(candidate.Id, cancellation)).Address;
        var share = weights.ShareOf(address);
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
