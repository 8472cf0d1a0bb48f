namespace Nuke.Common.Execution;

/// <summary>
/// Runs a plan in order, one target at a time. After a failure only targets that are assured go on; after a signal none
/// starts. Skipping one target by name skips that one alone: what guards it must not disappear with it.
/// </summary>
internal sealed class TargetExecutor(BuildRun run, NukeBuild build)
{
    private bool _halted;

    private CancellationToken Interruption => run.Surroundings.Interruption.Token;

    /// <param name="skip">Null: nothing; empty: everything that was not asked for.</param>
    public void MarkSkipped(IReadOnlyCollection<ExecutableTarget>? skip)
    {
        foreach (var target in build.ExecutionPlan)
        {
            target.Status = ExecutionStatus.Scheduled;
        }

        foreach (var target in build.ExecutionPlan)
        {
            if (skip is not null && (skip.Count == 0 ? !target.Invoked : skip.Contains(target)))
            {
                target.Status = ExecutionStatus.Skipped;
                target.Skipped = run.Options.Reason.Length == 0 ? "via parameter" : $"via parameter: {run.Options.Reason}";
            }
        }

        foreach (var target in build.ExecutionPlan)
        {
            if (target.Status == ExecutionStatus.Scheduled && Violated(target.StaticConditions) is { } violated)
            {
                target.OnlyWhen = violated;
                Skip(target, reason: null);
            }
        }
    }

    public async Task Run()
    {
        foreach (var target in build.ExecutionPlan)
        {
            var mayStart = !Interruption.IsCancellationRequested && (!_halted || target.AssuredAfterFailure);
            if (target.Status == ExecutionStatus.Scheduled && !mayStart)
            {
                target.Status = ExecutionStatus.NotRun;
            }
            else
            {
                await Turn(target);
            }
        }
    }

    private static string? Violated(List<(string Text, Func<bool> Delegate)> conditions)
    {
        if (conditions.Count == 0)
        {
            return null;
        }

        var violated = conditions.FindAll(static condition => !condition.Delegate());
        return violated.Count == 0 ? null : string.Join(" && ", violated.Select(static condition => condition.Text));
    }

    private async Task Turn(ExecutableTarget target)
    {
        try
        {
            if (target.Status == ExecutionStatus.Scheduled && Violated(target.DynamicConditions) is { } violated)
            {
                target.OnlyWhen = violated;
                target.Status = ExecutionStatus.Skipped;
            }
        }
#pragma warning disable CA1031 // A condition is the build's code; whatever it meets fails its target, not the summary.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(target, exception);
            run.Log.Target = null;
            return;
        }

        if (target.Status == ExecutionStatus.Skipped)
        {
            build.OnTargetSkipped(target.Name);
        }
        else if (target.Actions.Count == 0)
        {
            target.Status = ExecutionStatus.Collective;
        }
        else
        {
            await RunActions(target);
        }
    }

    private async Task RunActions(ExecutableTarget target)
    {
        run.Log.Target = target;
        var block = run.Host.WriteBlock(target.Name);
        var started = run.Clock.GetTimestamp();
        target.Status = ExecutionStatus.Running;
        try
        {
            build.OnTargetRunning(target.Name);
            foreach (var action in target.Actions)
            {
                if (action.Target is AwaitedAction awaited)
                {
                    await awaited.Start();
                }
                else
                {
                    action();
                }
            }

            target.Duration = run.Clock.GetElapsedTime(started);
            target.Status = ExecutionStatus.Succeeded;
            build.OnTargetSucceeded(target.Name);
        }
        catch (OperationCanceledException) when (Interruption.IsCancellationRequested)
        {
            target.Duration = run.Clock.GetElapsedTime(started);
            target.Status = ExecutionStatus.Aborted;
            run.Log.Write(Severity.Warning, "cut short by a signal");
        }
#pragma warning disable CA1031 // A target is the build's code: whatever it throws is its failure, shown in the summary.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            target.Duration = run.Clock.GetElapsedTime(started);
            Fail(target, exception);
        }
        finally
        {
            block?.Dispose();
            run.Log.Target = null;
        }
    }

    private void Fail(ExecutableTarget target, Exception exception)
    {
        target.Status = ExecutionStatus.Failed;
        _ = target.SummaryInformation.TryAdd(exception.GetType().Name, RunLog.FirstLine(exception.Message));
        _halted |= !target.ProceedAfterFailure;
        run.Log.Target = target;
        run.Log.Fail(exception);
        build.OnTargetFailed(target.Name);
    }

    // As NUKE does for conditions: what only the skipped target needed goes with it, unless it says otherwise.
    private void Skip(ExecutableTarget target, string? reason)
    {
        target.Status = ExecutionStatus.Skipped;
        target.Skipped ??= reason;
        if (target.DependencyBehavior == DependencyBehavior.Execute || target.Invoked)
        {
            return;
        }

        foreach (var other in target.ExecutionDependencies.Concat(target.Triggers))
        {
            var isNeeded = other.Invoked || other.Status != ExecutionStatus.Scheduled
                || build.ExecutionPlan.Any(third => third.Status == ExecutionStatus.Scheduled
                    && (third.ExecutionDependencies.Contains(other) || third.Triggers.Contains(other)));
            if (!isNeeded)
            {
                Skip(other, $"because of {target.Name}");
            }
        }
    }
}
