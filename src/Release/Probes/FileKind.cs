using System.Runtime.InteropServices;
using System.Text;

namespace Release.Probes;

/// <summary>
/// Tells regular files from pipes, devices and sockets without opening them: opening a pipe waits for whoever writes to
/// it, and a device has no end. .NET knows only files and folders, hence libc.
/// </summary>
internal static class FileKind
{
    private const int FromWorkingFolder = -100;
    private const uint OnlyTheType = 1;
    private const int ModeAt = 28;
    private const int TypeBits = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>
    /// Whether the path, its links followed, leads to something that is there and is no regular file. False where that
    /// cannot be told: on other systems than Linux, whose <c>struct stat</c> differs by processor; there the probe's
    /// timeout is what ends a look at a pipe.
    /// </summary>
    public static bool IsOther(string path)
    {
        if (!OperatingSystem.IsLinux() || path.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        // struct statx is the same on every processor: 256 bytes, the mode in two of them.
        var found = new byte[256];
        try
        {
            return Statx(FromWorkingFolder, [.. Encoding.UTF8.GetBytes(path), 0], 0, OnlyTheType, found) == 0
                && (BitConverter.ToUInt16(found, ModeAt) & TypeBits) != Regular;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018.
            return false;
        }
    }

#pragma warning disable SYSLIB1054 // LibraryImport writes unsafe code, which this project does not allow.
    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, byte[] path, int flags, uint wanted, byte[] found);
#pragma warning restore SYSLIB1054
}
