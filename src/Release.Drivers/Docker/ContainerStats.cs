namespace Release.Drivers.Docker;

/// <summary>What a container uses.</summary>
/// <param name="At">When the engine looked.</param>
/// <param name="Cores">How many processors it kept busy over the last second; null when the engine cannot say.</param>
/// <param name="Memory">What it holds in bytes, without what the kernel can take back at once.</param>
/// <param name="MemoryLimit">What it may hold in bytes; that of the machine when it has no limit.</param>
/// <param name="Pids">Its processes and threads.</param>
public sealed record ContainerStats(DateTimeOffset At, double? Cores, long Memory, long MemoryLimit, long Pids)
{
    internal static ContainerStats Read(EngineDocument document)
    {
        var memory = document.OptionalDocument("memory_stats");
        var usage = memory?.OptionalNumber("usage") ?? 0;
        var details = memory?.OptionalDocument("stats");

        // What docker stats takes off: the names of control groups 2, then 1.
        var cached = details?.OptionalNumber("inactive_file") ?? details?.OptionalNumber("total_inactive_file") ?? 0;
        return new(
            document.Time("read") ?? throw new FormatException("the container does not run"),
            CoresOf(document),
            Math.Max(0, usage - cached),
            memory?.OptionalNumber("limit") ?? 0,
            document.OptionalDocument("pids_stats")?.OptionalNumber("current") ?? 0);
    }

    private static double? CoresOf(EngineDocument document)
    {
        if (document.Time("preread") is not { } before || document.Time("read") is not { } now || now <= before)
        {
            return null;
        }

        var used = Used(document, "cpu_stats") - Used(document, "precpu_stats");
        return used is { } nanoseconds ? Math.Max(0, nanoseconds / ((now - before).TotalSeconds * 1e9)) : null;
    }

    private static long? Used(EngineDocument document, string name) =>
        document.OptionalDocument(name)?.OptionalDocument("cpu_usage")?.OptionalNumber("total_usage");
}
