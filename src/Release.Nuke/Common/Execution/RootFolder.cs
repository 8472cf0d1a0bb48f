using System.Reflection;
using Nuke.Common.IO;

namespace Nuke.Common.Execution;

internal static class RootFolder
{
    /// <summary>Null in a single-file program.</summary>
    public static AbsolutePath? AssemblyFile
    {
        get
        {
#pragma warning disable IL3000 // Empty in a single-file program, which is what is asked here.
            var location = Assembly.GetEntryAssembly()?.Location;
#pragma warning restore IL3000
            return string.IsNullOrEmpty(location) ? null : AbsolutePath.Create(location);
        }
    }

    /// <summary>As given; else the nearest folder that holds <c>.nuke</c>, above the working directory, then above the program.</summary>
    public static AbsolutePath Find(string? given, string workingDirectory)
        => given is not null ? AbsolutePath.Create(Path.GetFullPath(given, workingDirectory))
            : Above(workingDirectory) ?? AboveProgram() ?? AbsolutePath.Create(workingDirectory);

    // A single file may have been copied anywhere: what is around it says nothing.
    private static AbsolutePath? AboveProgram() => AssemblyFile is null ? null : Above(AppContext.BaseDirectory);

    private static AbsolutePath? Above(string start)
    {
        for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(Path.Combine(folder, ".nuke")))
            {
                return folder;
            }
        }

        return null;
    }
}
