using System.Text.RegularExpressions;
using Release.Configuration;

namespace Release.Tests.Configuration;

/// <summary>Stands for a platform of a driver.</summary>
public sealed record FakePlatformOptions : PlatformOptions
{
    public required string Project { get; init; }
}

/// <summary>Stands for a router of a driver.</summary>
public sealed record FakeTrafficOptions : TrafficOptions
{
    [MayHoldPlaceholders]
    public required string Admin { get; init; }
}

/// <summary>A configuration that is right, to be broken line by line.</summary>
internal static partial class SampleEnvironment
{
    public const string File = "environments/local.json";

    public const string Text = """
        {
          "$schema": "../.nuke/environment.schema.json",
          "name": "local",
          "services": [{ "name": "ping", "health": "/health", "metrics": "/metrics" }],
          "platform": { "type": "process", "project": "src/Release.Sample", "bootTimeout": "30s" },
          "traffic": {
            "type": "kong", "admin": "embedded", "steps": [10, 50, 100],
            "synthetic": { "rate": 500, "method": "POST", "path": "/ai/execute" }
          },
          "checks": [
            { "id": "gateway-up", "type": "http", "url": "${gateway.admin}/status", "expect": 200 },
            { "id": "disk", "type": "disk", "minFree": "500MB" }
          ],
          "backup": [{ "type": "git" }, { "type": "images" }],
          "smoke": [{ "id": "ping-pong", "type": "http", "path": "/ai/execute", "expectBody": { "$.output": "pong" } }],
          "gate": {
            "metrics": { "type": "scrape" },
            "tick": "1s",
            "warmUp": "0s",
            "stepDuration": { "min": "3s", "max": "60s" },
            "objectives": [
              { "id": "error-rate", "type": "errors", "max": "1%" },
              { "id": "latency-p95", "type": "latency", "quantile": 0.95, "max": "250ms" }
            ],
            "onInconclusive": "rollback"
          }
        }

        """;

    public static OptionTypes Types() => OptionTypes.Core()
        .Add<PlatformOptions, FakePlatformOptions>("process")
        .Add<TrafficOptions, FakeTrafficOptions>("kong");

    public static LoadedEnvironment Parse(string text) => EnvironmentFile.Parse(text, File, Types());

    public static IReadOnlyList<string> Errors(string text)
        => [.. Should.Throw<ConfigurationException>(() => Parse(text)).Errors
            .Select(error => WithoutColumn().Replace(error.ToString().Replace(File + ":", "", StringComparison.Ordinal), ""))];

    /// <summary>The column would make each row of a table hard to write; the golden file has it.</summary>
    [GeneratedRegex(@"(?<=\A\d+):\d+")]
    private static partial Regex WithoutColumn();
}
