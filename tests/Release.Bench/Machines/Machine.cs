using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Release.Bench.Machines;

/// <summary>The machine that is measured on: what else it does decides half of a figure.</summary>
internal static class Machine
{
    private const string LoadFile = "/proc/loadavg";
    private const string ProcessorFile = "/proc/cpuinfo";

    /// <summary>The load average of the last minute; null where the system tells none.</summary>
    public static double? Load() =>
        File.Exists(LoadFile) ? double.Parse(File.ReadAllText(LoadFile).Split(' ')[0], CultureInfo.InvariantCulture) : null;

    public static JsonObject Describe(DateTimeOffset at, double? loadBefore) => new()
    {
        ["at"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["system"] = RuntimeInformation.OSDescription,
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["processor"] = Processor(),
        ["cores"] = Environment.ProcessorCount,
        ["memoryBytes"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        ["loadBefore"] = loadBefore,
        ["loadAfter"] = Load(),
        ["loadGenerator"] = "our own, in this process: SocketsHttpHandler, ClientWebSocket",
    };

    private static string? Processor() => !File.Exists(ProcessorFile) ? null : File.ReadLines(ProcessorFile)
        .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
