using System.Globalization;
using System.Text.Json.Nodes;
using Release.Components;
using Release.Output;
using Release.Tools;
using Serilog;

/// <summary>Compiles the program that measures, and runs it.</summary>
static class BenchRun
{
    /// <summary>The project that measures. It has no tests.</summary>
    public const string Project = "Release.Bench";

    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);
#pragma warning disable RS0030 // a program names the clock that all the others take
    private static readonly TimeProvider Clock = TimeProvider.System;
#pragma warning restore RS0030

    /// <summary>Measures. Slow is no failure; throws only when something broke.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="options">What is measured.</param>
    /// <param name="result">The name of the file in artifacts that holds the result, without its extension.</param>
    /// <param name="json">The result is a part of the one JSON document.</param>
    public static async Task Start(string root, IEnumerable<string> options, string result, bool json)
    {
        var project = Path.Combine(root, "tests", Project, $"{Project}.csproj");
        var compiled = Path.Combine(root, "artifacts", "quick", "bin", Project, "release", $"{Project}.dll");
        await Run(root, "build", project, "--configuration", "Release", "--nologo", "--verbosity", "quiet", "-consoleLoggerParameters:ErrorsOnly;NoSummary", "-p:QuickBuild=true", "-p:UseSharedCompilation=false", "-nodeReuse:false");
        await Run(root, [compiled, "--root", root, "--program", AppContext.BaseDirectory, .. options]);
        if (json)
        {
            var measured = await File.ReadAllTextAsync(Path.Combine(root, "artifacts", $"{result}.json"));
            ReleaseCommand.Answer("Bench", JsonNode.Parse(measured)!.AsObject());
        }
    }

    /// <summary>The options of the program that measures.</summary>
    /// <param name="requests">How many requests must not fail; null for the default.</param>
    /// <param name="figures">Which figures; empty for all.</param>
    /// <param name="suite">The suite instead of the figures, or null.</param>
    /// <param name="runs">How many runs a scenario of the suite has; null for the default.</param>
    public static IEnumerable<string> Options(int? requests, IReadOnlyList<string> figures, string? suite, int? runs) =>
    [
        .. requests is { } number ? ["--requests", number.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
        .. suite is not null ? ["--suite", suite] : Array.Empty<string>(),
        .. runs is { } many ? ["--runs", many.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
        .. figures.Count > 0 ? ["--figures", string.Join(',', figures)] : Array.Empty<string>(),
    ];

    private static async Task Run(string root, params IReadOnlyList<string> arguments) =>
        await new Tool(Clock, new SecretMask()).Require(
            new ToolCommand(TestRun.Dotnet(), arguments)
            {
                WorkingFolder = root,
                Timeout = Longest,
                Environment = new Dictionary<string, string?> { ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_TieredPGO"] = null },
                OnLine = line => Log.Information("  {Line:l}", line),
            },
            CancellationToken.None);
}
