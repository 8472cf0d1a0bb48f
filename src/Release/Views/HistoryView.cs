using System.Text.Json.Nodes;
using Release.Output;
using Release.Runs;

namespace Release.Views;

/// <summary>The runs of an environment, newest first.</summary>
public sealed class HistoryView(ReleaseEnvironment environment)
{
    /// <summary>Every run as JSON.</summary>
    public async Task<JsonObject> Read(CancellationToken cancellation)
    {
        var state = await environment.ReadState(cancellation);
        return new JsonObject
        {
            ["env"] = environment.Name,
            ["runs"] = new JsonArray([.. state.Runs.Reverse().Select(r => StatusView.Run(r))]),
        };
    }

    /// <summary>A line a run.</summary>
    public async Task<IReadOnlyList<string>> Render(CancellationToken cancellation)
    {
        var state = await environment.ReadState(cancellation);
        return state.Runs.Count == 0
            ? [$"Nothing was ever released to {environment.Name}. Release: {environment.Command("Promote")}."]
            :
            [
                " run  started (UTC)         kind      version       outcome        took  by",
                .. state.Runs.Reverse().SelectMany(Lines),
                $"One of them in full: {environment.Command($"Report --run {state.Runs[^1].Id}")}.",
            ];
    }

    private static IEnumerable<string> Lines(RunState run)
    {
        var took = run.FinishedAt is { } finished ? Show.Duration(finished - run.StartedAt) : "open";
        var outcome = run.Outcome is { } ended ? Words.Of(ended) : run.IsParked ? "parked" : "open";
        yield return $"{run.Id,4}  {Show.Time(run.StartedAt)}  {Words.Of(run.Opening.Kind),-8}  {run.Opening.Target.Version,-12}  {outcome,-11}  {took,6}  {run.Opening.Owner}";
        if ((run.StuckBecause ?? run.Reason) is { Length: > 0 } reason)
        {
            yield return $"      {reason}";
        }

        foreach (var skipped in run.Phases.Where(p => p.Status == PhaseSkips.Status))
        {
            yield return $"      {skipped.Name} skipped: {skipped.Reason}";
        }
    }
}
