using System.Text.RegularExpressions;
using Release.Configuration;
using Release.Drivers;

namespace Release.Tests.Configuration.Reference;

/// <summary>
/// <c>.nuke/environment.schema.json</c> and <c>docs/configuration.md</c> are made of the option types and their documentation.
/// <c>GOLDEN=overwrite</c> makes them again.
/// </summary>
public sealed partial class TheReference
{
    [Fact]
    public void The_schema_is_that_of_the_types() => Golden.CompareFile(".nuke/environment.schema.json", SchemaText.Make());

    [Fact]
    public void The_schema_of_runbooks_is_that_of_the_types() => Golden.CompareFile(".nuke/runbook.schema.json", SchemaText.OfRunbooks());

    [Fact]
    public void The_documentation_is_that_of_the_types()
        => Golden.CompareFile("docs/configuration.md", ReferenceText.Make(Introduction()));

    [Fact]
    public void Every_example_is_right()
    {
        var examples = Example().Matches(Introduction()).Select(match => match.Groups[1].Value).ToList();
        examples.Count.ShouldBeGreaterThan(1);
        foreach (var example in examples)
        {
            EnvironmentFile.Parse(example, "docs/configuration.md", DriverTypes.All);
        }
    }

    [Fact]
    public void Every_type_of_every_driver_is_in_it()
    {
        var text = ReferenceText.Make("");
        foreach (var chosen in new[] { typeof(PlatformOptions), typeof(TrafficOptions), typeof(ProbeOptions), typeof(MetricsOptions), typeof(JournalOptions), typeof(EvidenceOptions) })
        {
            foreach (var word in DriverTypes.All.Of(chosen).Keys)
            {
                text.ShouldContain($": `{word}`\n");
            }
        }
    }

    private static string Introduction()
        => File.ReadAllText(Path.Combine(Golden.Root, "tests", "Release.Tests", "Configuration", "Reference", "introduction.md"));

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
