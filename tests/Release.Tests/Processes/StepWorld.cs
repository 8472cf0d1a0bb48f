using Release.Runs;

namespace Release.Tests.Processes;

/// <summary>A step and the world that it changes.</summary>
public sealed class StepWorld(
    IStep step, Func<Task<string>> show, Func<Task>? applyHalf = null, bool keeps = false, Func<Task>? end = null) : IAsyncDisposable
{
    public IStep Step => step;

    /// <summary>Gets whether an undo leaves what apply made (an immutable artefact, a pushed tag).</summary>
    public bool Keeps => keeps;

    /// <summary>What the step may change, as text.</summary>
    public Task<string> Show() => show();

    /// <summary>Does the first part of an apply, as a process that is killed in the middle does.</summary>
    public Task ApplyHalf() => applyHalf?.Invoke() ?? Task.CompletedTask;

    /// <summary>The world and what the runner would record before the intent.</summary>
    public async Task<(string Shown, Before Before)> Look() =>
        (await show(), new Before((await step.Observe(default)).Seen));

    public async ValueTask DisposeAsync()
    {
        if (end is not null)
        {
            await end();
        }
    }
}
