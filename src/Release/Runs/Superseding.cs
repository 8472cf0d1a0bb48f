namespace Release.Runs;

/// <summary>Withdraws an open run for the release of a newer version, whoever holds it: the first half of <c>Promote --supersede</c>.</summary>
/// <param name="environment">As the open run recorded it.</param>
/// <param name="stop">What may stop it.</param>
public sealed class Superseding(ReleaseEnvironment environment, StopSignal stop)
{
    /// <summary>Withdraws what is open.</summary>
    /// <returns>The run that was withdrawn, null when none was open; and how that ended when it did not end well.</returns>
    public async Task<(string? Run, RunResult? Stopped)> Withdraw()
    {
        var (state, _) = await EnvironmentState.Read(environment.Ports.Journal, stop.Token);
        if (state.Open is not { } open)
        {
            environment.Screen.Line($"No run of {environment.Name} is open, so nothing is superseded: a release as any other.");
            return (null, null);
        }

        environment.Screen.Line($"Run {open.Id} ({Words.Of(open.Opening.Kind)} {open.Opening.Target.Version}) is superseded: it is taken back first.");
        var reason = $"superseded{(environment.Inputs.Reason.Length > 0 ? $": {environment.Inputs.Reason}" : "")}";
        var result = await new Rollback(environment with { Inputs = environment.Inputs with { Reason = reason } }, stop).Run();
        return (open.Id, result.Status is ExitStatus.Done ? null : result);
    }
}
