using System.Globalization;
using System.Xml.Linq;
using Release.Output;
using Release.Runs;
using Release.Tools;
using Serilog;

/// <summary>Runs the test projects of a repository and counts what they say.</summary>
static class TestRun
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(40);
    private const int MostLines = 200;
    private const int Beginning = 200;
    private const int Closing = 600;
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
    private static string? Result;
#pragma warning disable RS0030 // a program names the clock that all the others take
    private static readonly TimeProvider Clock = TimeProvider.System;
#pragma warning restore RS0030

    /// <summary>Prints <c>N passed, N failed, N skipped</c> alone on the last line, if tests ran.</summary>
    public static int End(int exitCode)
    {
        if (Result is not null)
        {
            Console.Out.WriteLine(Result);
        }

        return exitCode;
    }

    /// <summary>Builds and runs every test project below <c>tests</c>. Throws when a test failed, or none ran.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="requireServers">Fail instead of skipping what can be had here.</param>
    public static async Task Start(string root, bool requireServers)
    {
        var results = Path.Combine(root, "artifacts", "test-results");
        if (Directory.Exists(results))
        {
            Directory.Delete(results, recursive: true);
        }

        var tool = new Tool(Clock, new SecretMask());
        var passing = true;
        foreach (var project in Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.csproj", SearchOption.AllDirectories)
            .Where(file => Path.GetFileNameWithoutExtension(file) != BenchRun.Project).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(project);
            Log.Information("{Name:l}", name);
            var command = new ToolCommand(
                Dotnet(), "test", project, "--nologo", "--verbosity", "quiet", "--logger", $"trx;LogFileName={name}.trx", "--results-directory", results)
            {
                WorkingFolder = root,
                Timeout = Longest,
                Environment = new Dictionary<string, string?>
                {
                    ["RELEASE_REQUIRE_SERVERS"] = requireServers ? "true" : null,
                    ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
                    ["DOTNET_TieredPGO"] = null,
                },
                OnLine = line => Log.Information("  {Line:l}", TerminalText.Line(line)),
            };
            passing &= (await tool.Run(command, CancellationToken.None)).Succeeded;
        }

        Count(results, passing);
    }

    private static void Count(string results, bool passing)
    {
        var (passed, failed, skipped) = (0, 0, 0);
        foreach (var file in Directory.Exists(results) ? Directory.EnumerateFiles(results, "*.trx") : [])
        {
            foreach (var result in XDocument.Load(file).Descendants(Trx + "UnitTestResult"))
            {
                switch (result.Attribute("outcome")?.Value)
                {
                    case "Passed":
                        passed++;
                        break;
                    case "NotExecuted":
                        skipped++;
                        Log.Warning("Skipped {Test:l}: {Reason:l}", result.Attribute("testName")?.Value, Message(result));
                        break;
                    default:
                        failed++;
                        Log.Error("Failed {Test:l}: {Reason:l}", result.Attribute("testName")?.Value, Message(result));
                        Tell(result);
                        break;
                }
            }
        }

        Result = string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed, {skipped} skipped");
        if (failed > 0 || !passing || passed == 0)
        {
            throw new ReleaseException(ExitStatus.Failed, failed > 0 ? $"{failed} tests failed." : "The tests did not all run.", "See the lines above.");
        }
    }

    // All that a failed test has to say: where it failed may be a machine that nobody can look at afterwards.
    private static void Tell(XElement result)
    {
        foreach (var line in result.Descendants(Trx + "Message").Concat(result.Descendants(Trx + "StackTrace")).Concat(result.Descendants(Trx + "StdOut"))
            .SelectMany(text => text.Value.Split('\n')).Take(MostLines))
        {
            Log.Information("  {Line:l}", TerminalText.Line(line, 400));
        }
    }

    // What was expected stands at the beginning; what the command said that was run, at the end.
    private static string Message(XElement result)
    {
        var all = TerminalText.Line(result.Descendants(Trx + "Message").FirstOrDefault()?.Value
            ?? result.Descendants(Trx + "StdOut").FirstOrDefault()?.Value ?? "");
        return all.Length <= Beginning + Closing ? all : $"{TerminalText.Line(all, Beginning)} {TerminalText.Line(all[^Closing..])}";
    }

    // The SDK that build.sh found: it need not be on the path.
    internal static string Dotnet()
    {
        var root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        var beside = root is null ? null : Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return beside is not null && File.Exists(beside) ? beside : "dotnet";
    }
}
