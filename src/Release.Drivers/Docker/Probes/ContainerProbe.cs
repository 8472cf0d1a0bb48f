using Release.Drivers.Compose;
using Release.Output;
using Release.Probes;

namespace Release.Drivers.Docker.Probes;

/// <summary>Looks at every container of a stack.</summary>
internal static class ContainerProbe
{
    /// <summary>Looks, for the factory of probes.</summary>
    public static async Task<ProbeResult> Look(ContainerProbeOptions options, ProbeContext probe, DriverContext context, CancellationToken cancellation)
    {
        using var engine = new ProbedEngine(options, probe, context);
        var all = await engine.OfStack(cancellation);
        var candidates = await engine.Candidates(cancellation);
        var counted = all.Where(container => !IsDone(container) || options.Expect.Contains(Service(container))).ToList();
        var running = counted.Count(container => container.State.Status == "running");
        var problems = new List<string>();
        problems.AddRange(options.Expect.Where(service => counted.All(container => Service(container) != service)).Select(service => $"{service} has no container"));
        problems.AddRange(counted.Concat(candidates).Select(container => Problem(container, options, context.Time.GetUtcNow())).OfType<string>());
        if (options.Count is { } expected && running != expected)
        {
            problems.Add($"{running} containers run: expected {expected}");
        }

        if (!options.Candidates && candidates.Count > 0)
        {
            problems.Add($"candidates of a release are left: {string.Join(", ", candidates.Select(container => container.Name))}");
        }

        if (all.Count == 0)
        {
            problems.Add($"the stack {engine.Project} has no container");
        }

        return problems.Count > 0
            ? new(ProbeVerdict.Fail, string.Join("; ", problems), $"Read the log of what does not run (docker logs), and mend it. The engine is {engine.Client.Host}.")
            : new(ProbeVerdict.Pass, $"{running} containers of {engine.Project} run{(options.Healthy ? $", {counted.Count(container => container.State.Health is not null)} of them with a health check, all healthy" : "")}");
    }

    // A task that prepares something, such as a migration: it ended well and nobody starts it again.
    private static bool IsDone(Container container) =>
        container.State is { Status: "exited", ExitCode: 0 } && container.Json["HostConfig"]?["RestartPolicy"]?["Name"]?.GetValue<string>() is null or "" or "no";

    private static string Service(Container container) => container.Labels.GetValueOrDefault(ComposeLabels.ProjectService) ?? container.Name;

    private static string? Problem(Container container, ContainerProbeOptions options, DateTimeOffset now)
    {
        var state = container.State;
        return state.Status != "running" ? $"{container.Name} is {state.Status}{How(state)}"
            : options.Healthy && state.Health is { IsHealthy: false } health ? $"{container.Name} is {Health(health)}"
            : options.MaxRestarts is { } most && state.RestartCount > most && (options.Since is not { } since || state.StartedAt > now - since)
                ? $"{container.Name} was started again {state.RestartCount} times, the last time at {state.StartedAt:yyyy-MM-dd HH:mm:ss} UTC: expected at most {most}"
            : null;
    }

    private static string How(ContainerState state) =>
        state.Error.Length > 0 ? $": {TerminalText.Line(state.Error, 150)}"
        : state.OomKilled ? ": it was killed for want of memory"
        : state.Status is "exited" or "dead" or "restarting" ? $" with exit code {state.ExitCode}"
        : "";

    private static string Health(ContainerHealth health) => health.Status == "starting"
        ? "not healthy yet: its check has not passed since it was started"
        : $"unhealthy: its check failed {health.FailingStreak} times{(health.LastOutput.Trim() is { Length: > 0 } said ? $": {TerminalText.Line(said, 100)}" : "")}";
}
