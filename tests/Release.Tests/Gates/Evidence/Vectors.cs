using System.Text.Json;
using System.Text.Json.Nodes;
using Release.Tests.Graph;

namespace Release.Tests.Gates.Evidence;

/// <summary>The project's own vectors: gate.md, section 7.</summary>
internal static class Vectors
{
    private static readonly JsonObject All = JsonNode.Parse(File.ReadAllText(
        Path.Combine(TheBuildItself.Above(AppContext.BaseDirectory), "tests", "Release.Tests", "Gates", "Evidence", "vectors", "anytime.json")))!.AsObject();

    public static JsonNode Group(string name) => All[name]!;

    public static IEnumerable<JsonNode> Of(string group, string list = "vectors") => Group(group)[list]!.AsArray().Select(v => v!);

    public static double Number(this JsonNode vector, string name) => vector[name]!.GetValue<double>();

    public static string Text(this JsonNode vector, string name) => vector[name]!.GetValue<string>();

    public static double[] Numbers(this JsonNode vector, string name) => vector[name].Deserialize<double[]>()!;

    /// <summary>Relative to the size of the number, and for a logarithm near 0 to that of its argument.</summary>
    public static void ShouldAgree(this double actual, double expected, double relative, string? where = null) =>
        Math.Abs(actual - expected).ShouldBeLessThanOrEqualTo((relative * Math.Abs(expected)) + 1e-12, $"{where}: {actual} instead of {expected}");
}
