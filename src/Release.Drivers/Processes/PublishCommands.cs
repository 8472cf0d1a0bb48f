using System.Runtime.InteropServices;
using Release.Tools;

namespace Release.Drivers.Processes;

/// <summary>The call of <c>dotnet publish</c>.</summary>
internal static class PublishCommands
{
    // Set while a build runs us, they would point the inner build at parts of the outer one's SDK.
    private static readonly IReadOnlyDictionary<string, string?> Variables = new Dictionary<string, string?>
    {
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["MSBuildSDKsPath"] = null,
        ["MSBuildExtensionsPath"] = null,
        ["MSBUILD_EXE_PATH"] = null,
        ["MSBuildLoadMicrosoftTargetsReadOnly"] = null,
    };

    /// <summary>
    /// Publishes for this machine, compiled ahead so that an instance starts fast. Everything that the compiler makes goes
    /// into <paramref name="scratch"/>: an IDE or another build of the same project never meets it. No build server stays
    /// behind.
    /// </summary>
    public static ToolCommand Publish(string dotnet, string project, string output, string scratch) =>
        Command(dotnet, project, output, scratch, "-r", RuntimeInformation.RuntimeIdentifier, "-p:PublishReadyToRun=true");

    /// <summary>The same for any machine: slower to start, but needs no package that the SDK does not bring.</summary>
    public static ToolCommand PublishPortable(string dotnet, string project, string output, string scratch) =>
        Command(dotnet, project, output, scratch, "-p:UseAppHost=false");

    private static ToolCommand Command(
        string dotnet, string project, string output, string scratch, params IReadOnlyList<string> how) => new(
        dotnet,
        ["publish", project, "--configuration", "Release", "--output", output, "--self-contained", "false", .. how,
         "-p:QuickBuild=true", "-p:ArtifactsPath=" + scratch, "-p:NuGetLockFilePath=" + Path.Combine(scratch, "packages.lock.json"),
         "-p:RestoreLockedMode=false", "--disable-build-servers", "--nologo", "--verbosity", "quiet", "-consoleLoggerParameters:NoSummary"])
    {
        Environment = Variables,
        Timeout = TimeSpan.FromMinutes(5),
    };
}
