using System.ComponentModel;
using Nuke.Common;
using Nuke.Common.IO;
using Nuke.Common.Tooling;

namespace Release.Tests.Graph;

[Collection("Graph")]
public sealed class GivingParameters
{
    [Theory]
    [InlineData("Show --env prod", "env=prod")]
    [InlineData("--env=prod Show", "env=prod")]
    [InlineData("--ENV prod --dry-run Show", "env=prod dry")]
    [InlineData("Show --dryrun=false", "")]
    [InlineData("Show --percent -5", "percent=-5")]
    [InlineData("Show --ratio 0.5 --size 3000000000 --price 1.10", "size=3000000000 ratio=0.5 price=1.10")]
    [InlineData("Show --regions a b", "regions=a|b")]
    [InlineData("--regions a,b Show", "regions=a|b")]
    [InlineData("--regions a b Show", "regions=a|b")]
    [InlineData("Show --mode fast", "mode=Fast")]
    [InlineData("Show --colour green", "colour=Green")]
    [InlineData("Show --canary-bake-minutes 7", "bake=7")]
    public async Task On_the_command_line(string arguments, string expected)
    {
        using var run = new GraphRun<Everything>();
        (await run.Run(arguments)).ShouldBe(0, run.Error);
        string.Join(' ', run.Ran).ShouldBe(expected);
    }

    [Fact]
    public async Task Takes_a_path_from_the_working_directory()
    {
        using var run = new GraphRun<Everything>();
        (await run.Run("Show --folder sub/../other")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe([$"folder={Path.Combine(run.Root, "other")}"]);
    }

    [Fact]
    public async Task Counts_the_command_line_before_the_environment_before_profiles_before_the_file()
    {
        using var run = new GraphRun<Everything>();
        _ = run.WithFile("parameters.json", """{ "$schema": "x", "Env": "file", "Percent": 1, "Size": 1, "Regions": ["a", "b"] }""")
            .WithFile("parameters.one.json", """{ "Percent": 2, "Size": 2 }""")
            .WithFile("parameters.two.json", """{ "Size": 3 }""");
        (await run.Run("Show")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["env=file", "percent=1", "size=1", "regions=a|b"]);
        Trace.Clear();
        (await run.Run("Show --profile one two --regions c")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["env=file", "percent=2", "size=3", "regions=c"]);
        Trace.Clear();
        _ = run.With("RELEASE_ENV", "variable").With("NUKE_PERCENT", "4");
        (await run.Run("Show --profile one --env line --regions c")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["env=line", "percent=4", "size=2", "regions=c"]);
    }

    [Fact]
    public async Task Ignores_variables_without_our_prefix_and_empty_ones()
    {
        using var run = new GraphRun<Everything>();
        _ = run.With("ENV", "prod").With("PERCENT", "x").With("RELEASE_ENV", "").With("NUKE_TELEMETRY_OPTOUT", "1");
        (await run.Run("Show")).ShouldBe(0, run.Error);
        run.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task Writes_the_schema_once_and_only_where_it_changed()
    {
        using var run = new GraphRun<Everything>();
        (await run.Run("Show")).ShouldBe(0, run.Error);
        var schema = Path.Combine(run.Root, ".nuke", "build.schema.json");
        using var document = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(schema));
        document.RootElement.GetProperty("$schema").GetString().ShouldBe("http://json-schema.org/draft-04/schema#");
        var properties = document.RootElement.GetProperty("definitions").GetProperty("build").GetProperty("properties");
        properties.GetProperty("CanaryBakeMinutes").GetProperty("type").GetString().ShouldBe("integer");
        properties.GetProperty("Mode").GetProperty("enum").GetArrayLength().ShouldBe(2);
        properties.GetProperty("Target").GetProperty("items").GetProperty("enum")[0].GetString().ShouldBe("Show");
        var written = File.GetLastWriteTimeUtc(schema);
        (await run.Run("Show")).ShouldBe(0);
        File.GetLastWriteTimeUtc(schema).ShouldBe(written);
        File.Delete(schema);
        (await run.Run("Show")).ShouldBe(0);
        File.Exists(schema).ShouldBeTrue();
    }

    [Fact]
    public async Task Is_explained_by_help()
    {
        using var run = new GraphRun<Everything>();
        (await run.Run("--help --no-such-thing")).ShouldBe(0, run.Error);
        run.Out.ShouldContain("Show");
        run.Out.ShouldContain("--canary-bake-minutes");
        run.Out.ShouldContain("--mode");
        run.Out.ShouldContain("one of Slow, Fast");
    }

    internal enum Mode
    {
        Slow,
        Fast,
    }

    [TypeConverter(typeof(TypeConverter<Colour>))]
    internal sealed class Colour : Enumeration
    {
        public static readonly Colour Red = new() { Value = "Red" };
        public static readonly Colour Green = new() { Value = "Green" };
    }

    [ParameterPrefix("Canary")]
    internal interface ICanary : INukeBuild
    {
        [Parameter("How long.")]
        int? BakeMinutes => TryGetValue<int?>(() => BakeMinutes);
    }

    internal sealed class Everything : NukeBuild, ICanary
    {
        [Parameter("Where.")] public string? Env { get; }
        [Parameter] public bool DryRun { get; }
        [Parameter] public int? Percent { get; }
        [Parameter] public long? Size { get; }
        [Parameter] public double? Ratio { get; }
        [Parameter] public decimal? Price { get; }
        [Parameter] public Mode? Mode { get; set; }
        [Parameter] public Colour? Colour { get; }
        [Parameter] public AbsolutePath? Folder { get; }
        [Parameter(Separator = ",")] public string[] Regions { get; } = [];

        public Target Show => _ => _.Executes(() =>
        {
            Add("env", Env);
            Add("percent", Percent);
            Add("size", Size);
            Add("ratio", Ratio);
            Add("price", Price);
            Add("mode", Mode);
            Add("colour", Colour);
            Add("folder", Folder);
            Add("regions", Regions.Length == 0 ? null : string.Join('|', Regions));
            Add("bake", ((ICanary)this).BakeMinutes);
            if (DryRun)
            {
                Trace.Ran.Add("dry");
            }
        });

        private static void Add(string name, object? value)
        {
            if (value is not null)
            {
                Trace.Ran.Add(FormattableString.Invariant($"{name}={value}"));
            }
        }
    }
}
