using Nuke.Common;

namespace Release.Tests.Graph;

[Collection("Graph")]
public sealed class LoadingProfiles
{
    [Fact]
    public async Task The_last_one_named_wins()
    {
        using var run = new GraphRun<Profiled>();
        _ = run.WithFile("parameters.one.json", """{ "Env": "one", "Size": 1 }""").WithFile("parameters.two.json", """{ "Env": "two" }""");
        (await run.Run("Show --profile one --profile two")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["two 1"]);
        Trace.Clear();
        (await run.Run("Show --profile two+one")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["one 1"]);
    }

    [Fact]
    public async Task An_unknown_one_names_those_there_are()
    {
        using var run = new GraphRun<Profiled>();
        _ = run.WithFile("parameters.json", "{}").WithFile("parameters.prod.json", "{}").WithFile("parameters.test.json", "{}");
        (await run.Run("Show --profile prdo")).ShouldBe(2);
        run.Error.ShouldContain("--profile prdo (command line): there is no such profile. Did you mean prod? There are: prod, test.");
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("a\u0000b")]
    public async Task One_cannot_lead_to_another_folder(string profile)
    {
        using var run = new GraphRun<Profiled>();
        (await run.Run(["Show", "--profile", profile])).ShouldBe(2);
        run.Error.ShouldContain("there is no such profile");
    }

    [Theory]
    [InlineData("{\n  \"Env\": \"x\",\n  \"Size\": }", ".nuke/parameters.json:3: this is not valid JSON: '}' is an invalid start of a value.")]
    [InlineData("{ \"Env\": \"x\" } more", ".nuke/parameters.json:1: this is not valid JSON")]
    [InlineData("{", ".nuke/parameters.json:1: this is not valid JSON")]
    [InlineData("{\n\n  \"Size\": \"big\" }", "--size: 'big' (.nuke/parameters.json:3) is not valid; expected a whole number")]
    [InlineData("{\n  \"Sise\": 1 }", ".nuke/parameters.json:2: Sise: did you mean Size?")]
    [InlineData("{\n  \"Size\": { } }", ".nuke/parameters.json:2: Size: expected text, a number, true, false, or a list of these.")]
    [InlineData("{\n  \"Size\": [[1]] }", ".nuke/parameters.json:2: Size: expected text")]
    [InlineData("{ \"Size\": 1,\n \"size\": 2 }", ".nuke/parameters.json:2: size is given twice in this file; give it once.")]
    [InlineData("{ \"Profile\": \"x\" }", "Profile: belongs on the command line or in RELEASE_PROFILE, not into a file.")]
    [InlineData("{ \"Plan\": true }", "Plan: belongs on the command line, not into a file.")]
    [InlineData("null", ".nuke/parameters.json:1: expected one JSON object of parameters")]
    public async Task A_broken_file_says_file_line_and_what(string json, string expected)
    {
        using var run = new GraphRun<Profiled>();
        (await run.WithFile("parameters.json", json).Run("Show")).ShouldBe(2);
        run.Error.ShouldContain(expected);
        run.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_not_text_or_cannot_be_read_is_told()
    {
        using var run = new GraphRun<Profiled>();
        await File.WriteAllBytesAsync(Path.Combine(run.Root, ".nuke", "parameters.json"), [(byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)':', (byte)'1', (byte)'}']);
        (await run.Run("Show")).ShouldBe(2);
        run.Error.ShouldContain(".nuke/parameters.json:1: this is not valid JSON");
        run.Error.ShouldNotContain("   at ");
    }

    internal sealed class Profiled : NukeBuild
    {
        [Parameter] public string? Env { get; }
        [Parameter] public int? Size { get; }
        public Target Show => _ => _.Executes(() => Trace.Ran.Add($"{Env} {Size}"));
    }
}
