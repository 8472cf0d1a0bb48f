#pragma warning disable RS0030 // BannedSymbols.txt points here: this is where a file reaches the disk whole or not at all.
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Release;

/// <summary>
/// Changes to files that a crash, a kill or a power cut leaves done or not done, never half done. When a method returns,
/// the change is on the disk. Local disks only: a network file system may acknowledge what it has not stored.
/// </summary>
public static class Durable
{
    private static int Temporaries;

    /// <summary>Puts <paramref name="content"/> in place of whatever stands at <paramref name="path"/>.</summary>
    /// <exception cref="IOException">The old content still stands there, whole.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var whole = Path.GetFullPath(path);
        var folder = FolderOf(whole);

        // In the same folder, since a rename is atomic within one file system only. Named by process and counter: two
        // writers never share one, and what a crash leaves behind is overwritten rather than piled up.
        var temporary = Path.Combine(
            folder,
            $".{Path.GetFileName(whole)}.{Environment.ProcessId}-{Interlocked.Increment(ref Temporaries)}.tmp");
        try
        {
            using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                RandomAccess.Write(file, content, fileOffset: 0);
                RandomAccess.FlushToDisk(file);
            }

            File.Move(temporary, whole, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        FlushDirectory(folder);
    }

    /// <summary>Puts <paramref name="content"/>, in UTF-8 without a mark, in place of the file.</summary>
    /// <exception cref="IOException">The old content still stands there, whole.</exception>
    public static void Replace(string path, string content) => Replace(path, Encoding.UTF8.GetBytes(content));

    /// <summary>Removes a file so that it does not come back after a power cut. No error when there is none.</summary>
    public static void Delete(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
            FlushDirectory(FolderOf(Path.GetFullPath(path)));
        }
    }

    /// <summary>Creates a folder and those above it that are missing, each known to its parent on the disk.</summary>
    public static void CreateDirectory(string path)
    {
        var missing = new Stack<string>();
        for (var folder = Path.GetFullPath(path); !Directory.Exists(folder); folder = FolderOf(folder))
        {
            missing.Push(folder);
        }

        foreach (var folder in missing)
        {
            _ = Directory.CreateDirectory(folder);
            FlushDirectory(FolderOf(folder));
        }
    }

    /// <summary>
    /// Makes what was created, renamed or removed in a folder survive a power cut. Does nothing on Windows, where a
    /// folder cannot be flushed and NTFS journals such changes.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be opened or the disk refused.</exception>
    public static void FlushDirectory(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // .NET opens no folders, hence libc. O_RDONLY | O_CLOEXEC: a child must not inherit it.
        var closeOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;
        var descriptor = Open([.. Encoding.UTF8.GetBytes(folder), 0], closeOnExec);
        if (descriptor < 0)
        {
            var error = new Win32Exception(Marshal.GetLastPInvokeError());
            throw new IOException($"The folder {folder} could not be opened to flush it to the disk.", error);
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
    }

    private static string FolderOf(string path) =>
        Path.GetDirectoryName(path) ?? throw new IOException($"There is no folder above {path}.");

#pragma warning disable SYSLIB1054 // LibraryImport writes unsafe code, which this project does not allow.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);
#pragma warning restore SYSLIB1054
}
