using System.Globalization;
using System.Text.Json.Nodes;
using Release.Planning;
using Release.Runs;

namespace Release.Views;

/// <summary>What a release would do: every step with what is observed now and what it would be. Changes nothing.</summary>
public sealed class PreviewView(ReleaseEnvironment environment)
{
    /// <summary>The plan of the next release.</summary>
    public async Task<JsonObject> Read(CancellationToken cancellation)
    {
        var state = await environment.ReadState(cancellation);
        using var stop = new StopSignal();
        var opener = new Opener(environment, stop);
        var (run, version) = (state.Open?.Id ?? NextRun(state), state.Open?.Opening.Target.Version ?? await opener.VersionToRelease(state));
        var stable = state.Stable;
        var target = state.Open?.Opening.Target ?? await opener.Target(run, version, stable);
        if (stable is null)
        {
            return await Describe(Plan(await opener.Target(run, Opener.FirstVersion), null), Opener.FirstVersion, "nothing is deployed yet: this is the first deployment, and the release follows it", cancellation);
        }

        var plan = Plan(target, stable);
        var preview = await Describe(plan, target.Version, $"{stable.Version} serves now", cancellation);
        preview["gates"] = new JsonArray([.. (await Outlook.Of(environment.Ports, environment.Options, [.. environment.Options.Services.Where(s => target.Beside(stable).Any(i => i.Artefact.Service == s.Name))], stable, cancellation)).Select(o => (JsonNode)o.ToJson())]);
        return preview;
    }

    // What is down is started by a run of its own first.
    private static string NextRun(EnvironmentState state) =>
        state.IsDown ? (int.Parse(state.NextRun, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture) : state.NextRun;

    /// <summary>The same for a person.</summary>
    public IReadOnlyList<string> Render(JsonObject preview)
    {
        var lines = new List<string> { $"{preview["version"]} to {preview["env"]} ({preview["note"]})" };
        foreach (var step in preview["steps"]!.AsArray())
        {
            lines.Add($"  {step!["phase"]}: {step["step"]}");
            lines.Add($"    now:  {step["observed"]}");
            lines.Add($"    then: {step["target"]}");
        }

        lines.AddRange(preview["gates"]!.AsArray().SelectMany(g => g!["says"]!.AsArray()).Select(l => $"{l}"));
        lines.Add($"plan {preview["planHash"]}");
        lines.Add($"Nothing was changed. Release it: {environment.Command($"Promote --version {preview["version"]}")}.");
        return lines;
    }

    private ReleasePlan Plan(DeployedRelease target, DeployedRelease? stable) =>
        environment.Planner.Of(new RunOpening(RunKind.Release, target, stable, "", "", "", "", "", "", "", null));

    private async Task<JsonObject> Describe(ReleasePlan plan, string version, string note, CancellationToken cancellation)
    {
        var steps = new JsonArray();
        foreach (var planned in plan.Steps)
        {
            var seen = await planned.Step.Observe(cancellation);
            steps.Add(new JsonObject
            {
                ["phase"] = planned.Phase,
                ["step"] = planned.Step.Id,
                ["state"] = Words.Of(seen.State),
                ["observed"] = seen.Detail,
                ["target"] = planned.Step.Describe(),
            });
        }

        return new JsonObject { ["env"] = environment.Name, ["version"] = version, ["note"] = note, ["planHash"] = plan.Hash, ["steps"] = steps, ["gates"] = new JsonArray() };
    }
}
