using System.Text.Json.Nodes;

namespace Release.Runs;

/// <summary>One thing that a tender did, or tried to.</summary>
/// <param name="Chore">What.</param>
/// <param name="Result">How it ended.</param>
internal sealed record Tended(Chore Chore, RunResult Result)
{
    /// <summary>Gets a value indicating whether it was left to somebody who asked for a rollback.</summary>
    public bool IsLetGo { get; init; }

    /// <summary>
    /// Gets a value indicating whether it is still to be done: a peer did not answer, or a call failed. A run that was undone
    /// or parked is done with, whatever its own exit code.
    /// </summary>
    public bool HasFailed => Result.Status is not (ExitStatus.Done or ExitStatus.Failed or ExitStatus.GateSaidNo or ExitStatus.Parked
        or ExitStatus.Interrupted or ExitStatus.Terminated);

    /// <summary>Gets a value indicating whether it was brought to its end.</summary>
    public bool IsDone => !HasFailed && !IsLetGo && Result.Status is not (ExitStatus.Interrupted or ExitStatus.Terminated);

    /// <summary>What was done, how it ended, and what to do next, as <c>--json</c> prints it.</summary>
    public static JsonObject Document(
        string environment,
        IReadOnlyList<Tended> did,
        RunResult result,
        IReadOnlyList<(Chore Chore, int Tries, DateTimeOffset Last, DateTimeOffset Again)>? waits = null) => new()
    {
        ["env"] = environment,
        ["status"] = (int)result.Status,
        ["message"] = result.Message,
        ["next"] = result.Next,
        ["did"] = new JsonArray([.. did.Select(d => new JsonObject
        {
            ["what"] = d.Chore.What,
            ["run"] = d.Chore.Run,
            ["done"] = d.IsDone,
            ["status"] = (int)d.Result.Status,
            ["message"] = d.Result.Message,
        })]),
        ["waits"] = new JsonArray([.. (waits ?? []).Select(w => new JsonObject
        {
            ["what"] = w.Chore.What,
            ["run"] = w.Chore.Run,
            ["tries"] = w.Tries,
            ["lastAt"] = w.Last.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["againAt"] = w.Again.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        })]),
    };

    /// <summary>Gets it as one sentence.</summary>
    public string Sentence => $"{(HasFailed ? "Not done: " : "")}{Chore.What}: {Result.Message.TrimEnd('.')}.";
}
