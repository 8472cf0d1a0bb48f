namespace Release.Tools;

/// <summary>
/// Finds programs in PATH and nowhere else. .NET's own search looks into the current folder first, where a checked-out
/// repository could have put a <c>git</c> of its own.
/// </summary>
internal static class ProgramPath
{
    /// <summary>The full path, or null when there is no such file.</summary>
    public static string? Find(string program, string? workingFolder, string? searchPath)
    {
        if (program.Contains('/', StringComparison.Ordinal) || Path.IsPathRooted(program))
        {
            return Existing(Path.GetFullPath(program, Path.GetFullPath(workingFolder ?? ".")));
        }

        return (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Existing(Path.Combine(folder, program)))
            .FirstOrDefault(path => path is not null);
    }

    private static string? Existing(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            return IsExecutable(path) ? path : null;
        }

        // Batch files are left out: their command line is parsed a second time, by cmd.exe.
        return new[] { path, path + ".exe", path + ".com" }
            .FirstOrDefault(candidate => Path.HasExtension(candidate) && File.Exists(candidate));
    }

    private static bool IsExecutable(string path)
    {
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return !OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & Execute) != 0;
    }
}
