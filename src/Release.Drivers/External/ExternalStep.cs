using System.Text.Json.Nodes;
using Release.Runs;

namespace Release.Drivers.External;

/// <summary>
/// A step that a driver's program observes, applies and undoes. A program that answers no fails the step. One that does not
/// answer has perhaps done it all the same: then the step is settled by looking (invariant 7).
/// </summary>
/// <param name="program">The program.</param>
/// <param name="id">The step's id.</param>
/// <param name="kind">The kind of step, as the protocol calls it.</param>
/// <param name="describe">What it does, in one sentence.</param>
/// <param name="timeout">How long an apply or undo may take.</param>
/// <param name="subject">What it is about.</param>
internal sealed class ExternalStep(
    ExternalProgram program, string id, string kind, string describe, TimeSpan timeout, JsonObject subject) : IStep
{
    public string Id => id;

    /// <summary>
    /// Gets <see cref="StepSafety.Absolute"/>: that a program really deduplicates by the key is its own word, and a call of
    /// a process that was killed may still land.
    /// </summary>
    public StepSafety Safety => StepSafety.Absolute;

    public TimeSpan Deadline => timeout + Settling.For(program) + TimeSpan.FromSeconds(5);

    public string Describe() => describe;

    /// <summary>Gets what the undo gets besides.</summary>
    public JsonObject OfUndo { get; init; } = [];

    public async Task<Observation> Observe(CancellationToken cancellation)
    {
        try
        {
            var answer = await program.Ask(ExternalProtocol.Observe, kind, Members([]), program.Timeout, cancellation);
            var seen = program.Shown(answer.Object("seen"));
            var detail = answer.Detail.Length == 0 ? $"{kind} is {answer.State}." : program.Shown(answer.Detail);
            return new(Enum.Parse<StepState>(answer.State, ignoreCase: true), seen, detail);
        }
        catch (ExternalException problem)
        {
            return Observation.Unknown(problem.Message);
        }
    }

    public async Task Apply(StepKey key, CancellationToken cancellation)
    {
        try
        {
            await Change(ExternalProtocol.Apply, new() { ["key"] = key.Value }, cancellation);
        }
        catch (ExternalSilentException silent)
        {
            program.Report($"  {id}: {silent.Message} Looking whether it was done all the same.");
            var seen = await Settling.Until(s => s.State is StepState.Applied, program, Observe, cancellation);

            // Not known: the runner looks once more and leaves the run open, with the intent in the journal.
            if (seen.State is not StepState.Applied and not StepState.Unknown)
            {
                throw new ExternalSilentException($"{silent.Message} Looking says: {seen.Detail}", silent);
            }
        }
    }

    public async Task Undo(Before before, StepKey key, CancellationToken cancellation)
    {
        var members = new JsonObject { ["key"] = key.Value, ["before"] = before.Seen.DeepClone() };
        foreach (var (name, value) in OfUndo)
        {
            members[name] = value?.DeepClone();
        }

        try
        {
            await Change(ExternalProtocol.Undo, members, cancellation);
        }
        catch (ExternalSilentException silent)
        {
            program.Report($"  {id}: {silent.Message} Undoing it once more under the same key.");
            await Change(ExternalProtocol.Undo, members, cancellation);
        }
    }

    private async Task Change(string call, JsonObject more, CancellationToken cancellation)
    {
        try
        {
            _ = await program.Ask(call, kind, Members(more), timeout, cancellation);
        }
        catch (ExternalRefusedException no)
        {
            throw new ReleaseException(ExitStatus.Failed, no.Message);
        }
    }

    private JsonObject Members(JsonObject more)
    {
        var members = new JsonObject { ["stepId"] = id };
        foreach (var (name, value) in subject.Concat(more))
        {
            members[name] = value?.DeepClone();
        }

        return members;
    }
}
