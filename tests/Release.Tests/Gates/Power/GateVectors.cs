using System.Text.Json.Nodes;
using Release.Tests.Graph;

namespace Release.Tests.Gates.Power;

/// <summary>Vectors of gate.md, section 7: the project's own, which lie beside this file.</summary>
internal static class GateVectors
{
    private static readonly JsonObject Own = Parse(
        Path.Combine(TheBuildItself.Above(AppContext.BaseDirectory), "tests", "Release.Tests", "Gates", "Power", "vectors.json"));

    public static IEnumerable<JsonNode> Of(string group) => Own[group]!.AsArray().Select(v => v!);

    public static JsonObject Parse(string file) => JsonNode.Parse(File.ReadAllText(file))!.AsObject();

    public static double Number(this JsonNode vector, string name) => vector[name]!.GetValue<double>();

    public static string Text(this JsonNode vector, string name) => vector[name]!.GetValue<string>();

    public static double[] Numbers(this JsonNode vector, string name) =>
        [.. vector[name]!.AsArray().Select(v => v!.GetValue<double>())];

    /// <summary>Within so much of the number's own size.</summary>
    public static void ShouldAgree(this double actual, double expected, double relative, string where) =>
        Math.Abs(actual - expected).ShouldBeLessThanOrEqualTo(relative * Math.Abs(expected), $"{where}: {actual:R} instead of {expected:R}");
}
