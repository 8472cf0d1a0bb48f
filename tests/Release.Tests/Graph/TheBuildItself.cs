using System.Diagnostics;
using System.Reflection;
using Nuke.Common.CI;
using Nuke.Common.ValueInjection;

namespace Release.Tests.Graph;

/// <summary>This project's own build: what is generated from it is in the repository as it would be generated now.</summary>
[Collection("Graph")]
public sealed class TheBuildItself
{
    private static readonly string Repository = Above(AppContext.BaseDirectory);

    [Fact]
    public async Task Has_the_schema_that_is_in_the_repository()
    {
        using var run = new GraphRun<Build>();
        foreach (var needed in new[] { "environments/local.json", "src/Release.Sample/Release.Sample.csproj" })
        {
            _ = Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(run.Root, needed))!);
            File.Copy(Path.Combine(Repository, needed), Path.Combine(run.Root, needed));
        }

        (await run.Run("History --verbosity quiet")).ShouldBe(0, run.Error);
        (await File.ReadAllTextAsync(Path.Combine(Repository, ".nuke", "build.schema.json"))).ShouldBe(
            await File.ReadAllTextAsync(Path.Combine(run.Root, ".nuke", "build.schema.json")), "run any target and commit .nuke/build.schema.json");
    }

    [Fact]
    public async Task Has_the_workflow_that_is_in_the_repository()
    {
        using var run = new GraphRun<Build>();
        (await run.Run("--generate-configuration GitHubActions_ci --host GitHubActions")).ShouldBe(0, run.Error);
        run.Out.ShouldContain("ci.yml is written.");
        (await File.ReadAllTextAsync(Path.Combine(Repository, ".github", "workflows", "ci.yml"))).ShouldBe(
            await File.ReadAllTextAsync(Path.Combine(run.Root, ".github", "workflows", "ci.yml")), "run ./build.sh --generate-configuration GitHubActions_ci");
        (await run.Run("--generate-configuration GitHubActions_ci")).ShouldBe(0, run.Error);
        run.Out.ShouldContain("ci.yml is as the build describes it.");
    }

    [Theory]
    [InlineData("Promote")]
    [InlineData("Rollback")]
    [InlineData("Handover")]
    public async Task Has_one_order_only(string target)
    {
        using var run = new GraphRun<Build>();
        (await run.Run($"{target} --strict --plan")).ShouldBe(0, run.Error);
    }

    [Fact]
    public async Task Guards_a_change_by_every_phase_before_it()
    {
        using var run = new GraphRun<Build>();
        foreach (var phase in (string[])["PreChecks", "Backup", "Tag", "Canary", "MetricsGate", "Verify"])
        {
            (await run.Run($"Promote --skip {phase}")).ShouldBe(2, phase);
            run.Error.ShouldContain($"{phase} cannot be skipped just so: it guards ");
        }
    }

    [Fact]
    public async Task Says_in_its_help_which_targets_belong_together()
    {
        using var run = new GraphRun<Build>();
        (await run.Run("--help")).ShouldBe(0, run.Error);
        string[] headings = ["Phases of a release", "Taking back", "Looking", "Supporting", "Targets of this build", "Parameters", "Options of the graph"];
        headings.Select(heading => run.Out.IndexOf($"\n{heading}", StringComparison.Ordinal)).ShouldBeInOrder();
        headings.ShouldAllBe(heading => run.Out.Contains($"\n{heading}", StringComparison.Ordinal));
        run.Out.ShouldContain("RELEASE_ENV");
    }

    [Fact]
    public void Describes_every_target_and_parameter()
    {
        ParameterTable.Of(typeof(Build)).All.Where(static parameter => string.IsNullOrEmpty(parameter.Description)).ShouldBeEmpty();
        typeof(Build).GetCustomAttributes<ConfigurationAttributeBase>().ShouldAllBe(static one => !one.AutoGenerate);
    }

    [ParsedByGitHubFact]
    public async Task Has_a_workflow_that_GitHubs_own_parser_takes()
    {
        var check = Path.Combine(ParsedByGitHubFactAttribute.Folder, "check.mjs");
        await File.WriteAllTextAsync(check, """
            import { readFileSync } from "node:fs";
            import { register } from "node:module";
            const hook = "export const load = (url, context, next) => next(url, url.endsWith('.json') ? { ...context, format: 'json', importAttributes: { type: 'json' } } : context);";
            register("data:text/javascript," + encodeURIComponent(hook));
            const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await import("@actions/workflow-parser");
            const result = parseWorkflow({ name: "ci.yml", content: readFileSync(process.argv[2], "utf8") }, new NoOperationTraceWriter());
            const template = result.value ? await convertWorkflowTemplate(result.context, result.value) : {};
            for (const error of result.context.errors.getErrors()) console.log(error.message);
            console.log("jobs " + (template.jobs?.length ?? 0));
            """);
        using var node = Process.Start(new ProcessStartInfo("node", [check, Path.Combine(Repository, ".github", "workflows", "ci.yml")]) { RedirectStandardOutput = true })!;
        (await node.StandardOutput.ReadToEndAsync()).Trim().ShouldBe("jobs 1");
        await node.WaitForExitAsync();
    }

    internal static string Above(string folder)
        => File.Exists(Path.Combine(folder, "Release.sln")) ? folder : Above(Path.GetDirectoryName(folder)!);
}

/// <summary>A test that needs GitHub's parser; skipped, saying so, where <c>./build.sh Servers</c> could not install it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ParsedByGitHubFactAttribute : FactAttribute
{
    public ParsedByGitHubFactAttribute() => Skip = Directory.Exists(Path.Combine(Folder, "node_modules", "@actions", "workflow-parser"))
        ? null
        : "@actions/workflow-parser is not installed here: ./build.sh Servers installs it where npm and a registry can be reached.";

    /// <summary>Gets where it is installed.</summary>
    public static string Folder { get; } = Path.Combine(TheBuildItself.Above(AppContext.BaseDirectory), "artifacts", "tools", "workflow-parser");
}
