using System.Text.Json.Nodes;
using Release.Output;
using Release.Runs;

namespace Release.Views;

/// <summary>The runs of an environment, newest first.</summary>
public sealed class HistoryView(ReleaseEnvironment environment)
{
    /// <summary>Gets how the look ended: exit code 5 and the next command where the journal is damaged, else null. Known after <see cref="Read"/>.</summary>
    public RunResult? Result { get; private set; }

    /// <summary>Every run that can be read as JSON.</summary>
    public async Task<JsonObject> Read(CancellationToken cancellation)
    {
        var journal = await JournalDoubt.Read(environment, cancellation);
        Result = journal.Result();
        return new JsonObject
        {
            ["env"] = environment.Name,
            ["runs"] = new JsonArray([.. journal.State.Runs.Reverse().Select(r => StatusView.Run(r))]),
            ["damages"] = journal.ToJson(),
        };
    }

    /// <summary>A line a run.</summary>
    public async Task<IReadOnlyList<string>> Render(CancellationToken cancellation)
    {
        var state = (await JournalDoubt.Read(environment, cancellation)).State;
        return state.Runs.Count == 0
            ? Result is not null ? [] : [$"Nothing was ever released to {environment.Name}. Release: {environment.Command("Promote")}."]
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
