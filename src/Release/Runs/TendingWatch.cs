using System.Text.Json.Nodes;
using Release.Output;

namespace Release.Runs;

/// <summary>
/// Tends an environment until it is told to end. Nothing that goes wrong with a turn ends the watch: it is said once, and what
/// failed is tried again after a pause that doubles each time.
/// </summary>
/// <param name="open">The environment as it is configured now, or as its open run recorded it; asked before every turn.</param>
/// <param name="stop">What ends it.</param>
/// <param name="every">How long to wait between two turns.</param>
public sealed class TendingWatch(Func<Task<ReleaseEnvironment>> open, StopSignal stop, TimeSpan every)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);

    private readonly Dictionary<string, (int Failures, DateTimeOffset NotBefore)> _pauses = [];
    private readonly List<Tended> _did = [];
    private ReleaseEnvironment? _environment;
    private string _said = "";
    private int _turns;
    private int _count;

    /// <summary>What was done last, as <see cref="Tending.Document"/>; at most a thousand things, since a watch may go on for years.</summary>
    public JsonObject Document(RunResult result) => Tended.Document(_environment?.Name ?? "", _did, result);

    /// <summary>Watches. Returns when a signal ends it, with the signal's exit code; or at once with 4 when another process watches.</summary>
    public async Task<RunResult> Run()
    {
        var environment = _environment = await open();
        await using var tender = await environment.Ports.Tenders.TryTend(environment.Inputs.Owner, stop.Token);
        if (tender is null)
        {
            var other = await environment.Ports.Tenders.Look(stop.Token);
            return new RunResult(ExitStatus.Held, $"{environment.Name} is watched already, by {other}: one tender is enough.", $"Look: {environment.Command("Status")}.");
        }

        environment.Screen.Line($"Watching {environment.Name}, a look every {Show.Duration(every)}, until Ctrl-C or SIGTERM.");
        try
        {
            while (true)
            {
                await Turn();
                await Task.Delay(every, environment.Ports.Clock, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.Cause is StopCause.Interrupted signal)
        {
            return new RunResult(
                (ExitStatus)(128 + signal.Signal),
                $"The watch of {environment.Name} was ended by {(signal.Signal == 2 ? "Ctrl-C" : "SIGTERM")} after {_turns} looks; done: {_count}. {Cut}Nobody tends it now.",
                $"Again: {environment.Command("Tend --watch")}.");
        }
    }

    // What the signal cut short says itself how it was left.
    private string Cut => _did.LastOrDefault() is { Result: { Status: ExitStatus.Interrupted or ExitStatus.Terminated } cut } ? $"{cut.Message} " : "";

    private async Task Turn()
    {
        _turns++;
        Tending? tending = null;
        try
        {
            _environment = await open();
            tending = new Tending(_environment, stop) { TriesAtOnce = true };
            var stands = await tending.Turn(MayTry);
            Tell(tending);
            Say(stands.LastLine, stands.Status is ExitStatus.Done);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            Tell(tending);
            throw;
        }
#pragma warning disable CA1031 // a damaged journal, a wrong configuration, a full disk: a tender that went away would mend none of them
        catch (Exception error)
#pragma warning restore CA1031
        {
            Tell(tending);
            Say(error.Message, isWell: false);
        }
    }

    private void Tell(Tending? tending) => tending?.Did.ToList().ForEach(Remember);

    // The same as at the last turn is not said again: a log that repeats itself is not read.
    private void Say(string line, bool isWell)
    {
        if (line == _said)
        {
            return;
        }

        _said = line;
        if (isWell)
        {
            _environment!.Screen.Line(line);
        }
        else
        {
            _environment!.Screen.Warn(line);
        }
    }

    private bool MayTry(Chore chore) =>
        !_pauses.TryGetValue(chore.Key, out var pause) || _environment!.Ports.Clock.GetUtcNow() >= pause.NotBefore;

    private void Remember(Tended tended)
    {
        _did.Add(tended);
        if (_did.Count > 1000)
        {
            _did.RemoveAt(0);
        }

        if (!tended.HasFailed)
        {
            _count += tended.IsDone ? 1 : 0;
            _environment!.Screen.Line(tended.Sentence);
            _ = _pauses.Remove(tended.Chore.Key);
            return;
        }

        var failures = _pauses.GetValueOrDefault(tended.Chore.Key).Failures + 1;
        var doubled = every * Math.Pow(2, Math.Min(failures, 20));
        var pause = doubled < LongestPause ? doubled : LongestPause;
        _pauses[tended.Chore.Key] = (failures, _environment!.Ports.Clock.GetUtcNow() + pause);
        _environment.Screen.Warn($"  not done ({Show.Duration(pause)} until it is tried again): {tended.Chore.What}: {tended.Result.Message}");
    }
}
