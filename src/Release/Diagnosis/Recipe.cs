namespace Release.Diagnosis;

/// <summary>What a diagnosis is about.</summary>
public enum Symptom
{
    /// <summary>What should get traffic gets none, or is not fit for it.</summary>
    NotReceivingTraffic,

    /// <summary>More requests fail than the gate allows.</summary>
    HighErrorRate,

    /// <summary>More requests are slow than the gate allows.</summary>
    HighLatency,

    /// <summary>Counters cannot be read, or do not grow.</summary>
    NoMetrics,

    /// <summary>What people open does not load.</summary>
    NotLoading,
}

/// <summary>How a symptom is looked into: which of the environment's own checks say something about it, and what to do then.</summary>
/// <param name="Symptom">The symptom.</param>
/// <param name="Title">It, in a person's words.</param>
/// <param name="Checks">The types of checks that say something about its cause.</param>
/// <param name="Advice">What to do, the mildest first; commands as targets of the build.</param>
public sealed record Recipe(Symptom Symptom, string Title, IReadOnlyList<string> Checks, IReadOnlyList<string> Advice)
{
    /// <summary>Gets the recipes, in the order of the runbook.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        new(
            Symptom.NotReceivingTraffic,
            "A version does not get its traffic",
            ["container", "tcp", "redis", "sql", "external"],
            ["Read the logs of what is not healthy, and mend what it depends on first.", "Restart what hangs: {Restart}.", "Take a candidate that does not get well back: {Rollback}."]),
        new(
            Symptom.HighErrorRate,
            "Too many requests fail",
            ["logs", "http", "mixed", "sequence", "external"],
            ["Look at the errors in the logs, of this service and of those that it calls.", "If it lasts, take the version back: {Rollback}."]),
        new(
            Symptom.HighLatency,
            "Too many requests are slow",
            ["container", "disk", "redis", "sql", "external"],
            ["Look at what the containers use, at the database's sessions and at the cache.", "If it lasts, take the version back: {Rollback}, or run more copies of what is busy: {Scale}."]),
        new(
            Symptom.NoMetrics,
            "Metrics do not appear",
            ["prometheus", "grafana"],
            ["See that the targets of the metric server are up, and that gate.metrics names the metrics as the service shows them.", "Until then a gate cannot decide: release nothing."]),
        new(
            Symptom.NotLoading,
            "What people open does not load",
            ["http", "file", "logs", "tls", "dns"],
            ["Read the logs of the frontend, and see that its built files are there.", "Build it in a container that is thrown away, never in the one that serves."]),
    ];
}
