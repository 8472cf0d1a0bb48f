using Release.Planning;
using Release.Runs;

namespace Release.Views;

/// <summary>A phase with its steps.</summary>
/// <param name="Name">The phase.</param>
/// <param name="Status"><see cref="ToCome"/>, or as in <see cref="PhaseState.Status"/>.</param>
/// <param name="StartedAt">When it (last) began; null when it did not.</param>
/// <param name="FinishedAt">When it ended; null while it runs.</param>
/// <param name="Steps">Its steps, in the order of the plan.</param>
public sealed record PhasePicture(
    string Name, string Status, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, IReadOnlyList<StepPicture> Steps)
{
    /// <summary>The status of a phase that was not begun.</summary>
    public const string ToCome = "to come";

    /// <summary>The phases of a run, up to the one that was asked for.</summary>
    public static IReadOnlyList<PhasePicture> Of(RunState run, ReleasePlan plan)
    {
        var isRelease = run.Opening is { Kind: RunKind.Release, IsFirst: false };
        var planned = isRelease
            ? Phases.OfARelease.TakeWhile(p => p != run.Goal).Append(run.Goal)
            : plan.Steps.Select(s => s.Phase).Distinct();

        // What is done on the way back belongs to no phase of the plan.
        var names = planned.Union(run.Phases.Select(p => p.Name)).Union(run.Steps.Select(s => s.Phase));
        return [.. names.Select(name => Of(name, run, plan))];
    }

    private static PhasePicture Of(string name, RunState run, ReleasePlan plan)
    {
        var state = run.Phases.FirstOrDefault(p => p.Name == name);
        var planned = plan.Of(name).ToList();
        var others = run.Steps.Where(s => s.Phase == name && planned.All(p => p.Step.Id != s.Id));
        return new(
            name,
            state?.Status ?? ToCome,
            state?.StartedAt,
            state?.FinishedAt,
            [.. planned.Select(p => StepPicture.Of(run.Step(p.Step.Id), p.Step.Deadline)), .. others.Select(s => StepPicture.Of(s, null))]);
    }
}

/// <summary>A step.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="StartedAt">When its last intent was recorded; null before the first.</param>
/// <param name="FinishedAt">When the outcome of that was recorded; null while it is not known.</param>
/// <param name="AtMost">How long it may take; null where that is not known.</param>
/// <param name="Text">What it saw or what went wrong, else what it does.</param>
public sealed record StepPicture(
    string Id, StepStatus Status, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, TimeSpan? AtMost, string Text)
{
    /// <summary>Gets a value indicating whether its outcome is awaited.</summary>
    public bool IsActive => Status is StepStatus.Intended or StepStatus.UndoIntended;

    /// <summary>A step by its record.</summary>
    public static StepPicture Of(StepRecord step, TimeSpan? atMost) => new(
        step.Id,
        step.Status,
        step.StartedAt,
        step.FinishedAt,
        atMost,
        step.Status is StepStatus.Intended or StepStatus.UndoIntended or StepStatus.None || step.Detail.Length == 0 ? step.Describe : step.Detail);
}
