using System.Globalization;
using System.Runtime.InteropServices;
using Release;
using Release.Output;
using Release.Runs;
using Release.Tools;
using Serilog;

/// <summary>
/// Makes the packed program: <c>artifacts/pack/release</c>. The same commit gives the same bytes wherever it is packed
/// with the same SDK: no path, no time and no name of the machine goes into it.
/// </summary>
static class Packing
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
#pragma warning disable RS0030 // a program names the clock that all the others take
    private static readonly TimeProvider Clock = TimeProvider.System;
#pragma warning restore RS0030

    /// <summary>Makes it, whole or not at all, and says its digest.</summary>
    /// <exception cref="ReleaseException">It could not be made.</exception>
    public static async Task Make(string root)
    {
        var folder = Path.Combine(root, "artifacts", "pack");
        var work = Path.Combine(folder, ".work");
        Clear(work);
        Log.Information("Packing for {Runtime:l} (the runtime's own packages are fetched the first time) …", RuntimeInformation.RuntimeIdentifier);
        var result = await new Tool(Clock, new SecretMask()).Run(Publish(root, work), CancellationToken.None);
        if (!result.Succeeded)
        {
            throw new ReleaseException(ExitStatus.Failed, $"It could not be packed; what was there before is untouched.\n{Errors(result)}", "Mend the lines above and run ./build.sh Pack again.");
        }

        var file = Path.Combine(folder, "release");
        File.Move(Path.Combine(work, "out", "Release.Program"), file, overwrite: true);
        Clear(work);
        await using var packed = File.OpenRead(file);
        Log.Information(
            "{Size:l} MB, SHA-256 {Digest:l}", (packed.Length / 1e6).ToString("0", CultureInfo.InvariantCulture), await RunningSha256.HexOf(packed, CancellationToken.None));
        Log.Information("artifacts/pack/release: copy it anywhere; each run that it opens records this digest (docs/pack.md)");
    }

    private static ToolCommand Publish(string root, string work) => new(
        Dotnet(),
        "publish", Path.Combine(root, "src", "Release.Program", "Release.Program.csproj"),
        "--configuration", "Release", "--runtime", RuntimeInformation.RuntimeIdentifier, "--self-contained", "true",
        "--output", Path.Combine(work, "out"), "--nologo", "--verbosity", "quiet", "-nodeReuse:false",
        "-p:QuickBuild=true", "-p:ArtifactsPath=" + work, "-p:NuGetLockFilePath=" + Path.Combine(work, "locks", "$(MSBuildProjectName).json"),
        "-p:PublishSingleFile=true", "-p:UseSharedCompilation=false",

        // The framework is compiled ahead of time as it comes. Doing that again, with ours in one, takes 2 minutes and 40 MB for 10 ms of a start.
        "-p:PublishReadyToRun=true", "-p:PublishReadyToRunComposite=false",

        // Nothing of this place: no folder in debug information, no commit, which would change what did not change.
        "-p:PathMap=" + root + "=/_", "-p:EnableSourceControlManagerQueries=false", "-p:IncludeSourceRevisionInInformationalVersion=false")
    {
        WorkingFolder = root,
        Timeout = Longest,
        Environment = new Dictionary<string, string?> { ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1", ["DOTNET_TieredPGO"] = null },
        OnLine = line => Log.Debug("  {Line:l}", TerminalText.Line(line)),
    };

    private static string Errors(ToolResult result)
    {
        var errors = result.StandardOutput.Split('\n').Where(l => l.Contains("error ", StringComparison.Ordinal)).Select(l => "  " + TerminalText.Line(l.Trim(), 300)).Distinct().Take(10).ToList();
        return errors.Count > 0 ? string.Join('\n', errors) : result.Shown;
    }

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The SDK that build.sh found: it need not be on the path.
    private static string Dotnet()
    {
        var root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        var beside = root is null ? null : Path.Combine(root, "dotnet");
        return beside is not null && File.Exists(beside) ? beside : "dotnet";
    }
}
