using System.Text.Json.Nodes;
using Release.Journal;
using Release.Runs;

namespace Release.Views;

/// <summary>
/// What is read for a look. A look never refuses: where the journal is damaged, or its disk does not give it, it shows what
/// is left and says so.
/// </summary>
internal sealed record JournalDoubt(ReleaseEnvironment Environment, EnvironmentState State, IReadOnlyList<JournalDamage> Damages)
{
    // Nothing of the file could be read; records are counted from 1.
    private const long Nowhere = 0;

    /// <summary>Reads and folds what can be read.</summary>
    public static async Task<JournalDoubt> Read(ReleaseEnvironment environment, CancellationToken cancellation)
    {
        try
        {
            var (state, damages) = await EnvironmentState.Read(environment.Ports.Journal, cancellation);
            return new(environment, state, damages);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return new(environment, new EnvironmentState([]), [new JournalDamage(Nowhere, 0, $"it cannot be read: {refused.Message.TrimEnd('.')}")]);
        }
    }

    /// <summary>The damages as they stand in a document: <c>seq</c>, <c>line</c>, <c>what</c>.</summary>
    public JsonArray ToJson() => new([.. Damages.Select(d => new JsonObject { ["seq"] = d.Seq, ["line"] = d.Line, ["what"] = d.What })]);

    /// <summary>The damages for a person, a line each.</summary>
    public static IEnumerable<string> Lines(JsonArray damages) =>
        damages.Select(d => d!["seq"]!.GetValue<long>() is Nowhere ? $"{d["what"]}" : $"at record {d["seq"]} (line {d["line"]}): {d["what"]}");

    /// <summary>How a look ends: with what is damaged and the next command; null where everything that is shown can be trusted.</summary>
    public RunResult? Result()
    {
        if (Damages is not [var first, ..])
        {
            return null;
        }

        if (first.Seq is Nowhere)
        {
            return new RunResult(
                ExitStatus.Open,
                $"The journal of {Environment.Name} tells nothing: {first.What}. What is shown is what the peers say.",
                $"Bring its disk back, then {Environment.Command("Status")}"
                    + (Environment.Options.Journal.Copy is null ? "." : $"; take the last run back meanwhile: {Environment.Command("Rollback --break-glass --reason \"…\"")}."));
        }

        var more = Damages.Count > 1 ? $", and at {Damages.Count - 1} more place{(Damages.Count > 2 ? "s" : "")}" : "";
        var back = State.IsInDoubt(Damages)
            ? $"the damage reaches the run that would be taken back, which then takes a reason: {Environment.Command("Rollback --accept-journal --reason \"…\"")}."
            : $"the run that would be taken back is whole: {Environment.Command("Rollback")}.";
        return new RunResult(
            ExitStatus.Open,
            $"The journal of {Environment.Name} is damaged at record {first.Seq} (line {first.Line}): {first.What}{more}. What is shown is what can be read; nothing new may begin.",
            $"Look: {Environment.Command("Audit")}. Restore the journal from a copy; {back}");
    }
}
