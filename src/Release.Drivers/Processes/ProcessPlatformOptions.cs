using Release.Configuration;

namespace Release.Drivers.Processes;

/// <summary>
/// Services as plain processes on this machine: the embedded environment. It needs a POSIX shell (Linux, macOS) and, where
/// <see cref="Project"/> is sources, the .NET SDK.
/// </summary>
public sealed record ProcessPlatformOptions : PlatformOptions
{
    /// <summary>
    /// Gets what is released, relative to the repository: a folder with one project, a project file, or a folder with a
    /// published program (the one with a single <c>*.runtimeconfig.json</c>).
    /// </summary>
    [InRepository]
    public required string Project { get; init; }
}
