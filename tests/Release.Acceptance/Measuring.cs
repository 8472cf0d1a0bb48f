using System.Text.Json.Nodes;
using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>What <c>./build.sh Bench</c> starts, with the least counts: that it measures everything, never how fast that was.</summary>
[Collection(TheClone.Releases)]
public sealed class Measuring(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    /// <summary>A guard against hanging: hello-world is compiled, and three versions are released.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(8);

    private static readonly string[] Figures = ["start", "rollback", "requests", "journal", "gates", "gateway"];

    [ReleaseFact]
    public async Task Every_figure_has_its_floor_and_nothing_is_left() => await Given().A_clone_after_its_first_promotion()
        .When().Something_else("Everything_is_measured", async w => _ = await w.Run(
            w.Root.Start("dotnet", [Program, "--root", w.Root.Folder, "--program", w.Clone.Compiled, "--smoke"], w.Clone.Environment()), Longest))
        .Then().It_exits_with(0)
        .That("The_result_is_whole", w =>
        {
            var rows = Result(w)["rows"]!.AsArray().Select(r => r!.AsObject()).ToList();
            rows.Select(r => Text(r, "figure")).Distinct().ShouldBe(Figures);
            foreach (var row in rows.Where(r => Text(r, "verdict") != "skipped"))
            {
                w.Last.Output.ShouldContain(Text(row, "what"));
                row["measured"]!["median"]!.GetValue<double>().ShouldBeGreaterThanOrEqualTo(0);
                (row["floor"]?["median"]?.GetValue<double>() ?? 1).ShouldBeGreaterThan(0);
            }

            rows.Where(r => Text(r, "verdict") == "skipped").ShouldAllBe(r => Text(r, "why").Contains("haproxy", StringComparison.Ordinal));
            rows.Single(r => Text(r, "figure") == "requests")["measured"]!["median"]!.GetValue<double>().ShouldBe(0, w.Last.ToString());
        })
        .That("Nothing_is_left", w => Directory.GetFileSystemEntries(Path.Combine(w.Root.Folder, "artifacts", "bench")).ShouldBeEmpty());

    // Compiled with this project, beside it.
    private static string Program
    {
        get
        {
            var here = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(here.Parent!.Parent!.FullName, "Release.Bench", here.Name, "Release.Bench.dll");
        }
    }

    private static JsonObject Result(World world) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(world.Root.Folder, "artifacts", "bench.json")))!.AsObject();

    private static string Text(JsonObject row, string name) => row[name]!.GetValue<string>();
}
