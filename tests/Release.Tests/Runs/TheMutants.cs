using System.Text.Json.Nodes;

namespace Release.Tests.Runs;

/// <summary><c>tests/mutants/run.py</c> switches the guard of each invariant off: the list must stay true to the sources.</summary>
public sealed class TheMutants
{
    private static readonly string Repository = Find();

    [Fact]
    public void Each_applies_to_one_place_of_the_sources()
    {
        foreach (var mutant in All())
        {
            var (file, old) = (Text(mutant, "file"), Text(mutant, "old"));
            var source = File.ReadAllText(Path.Combine(Repository, file));
            (source.Split(old).Length - 1).ShouldBe(1, $"{file}: {Text(mutant, "name")}");
            Text(mutant, "new").ShouldNotBe(old);
        }
    }

    [Fact]
    public void There_is_one_for_each_invariant() =>
        All().Select(m => m["invariant"]!.GetValue<int>()).Distinct().Order().ShouldBe(Enumerable.Range(1, 16));

    private static IEnumerable<JsonNode> All() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository, "tests", "mutants", "mutants.json")))!.AsArray().Select(m => m!);

    private static string Text(JsonNode mutant, string name) => mutant[name]!.GetValue<string>();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Release.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
