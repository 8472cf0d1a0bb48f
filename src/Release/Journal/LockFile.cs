using Microsoft.Win32.SafeHandles;

namespace Release.Journal;

/// <summary>
/// A file whose lock belongs to one process: the operating system frees it when the process ends, however it ends. Nobody
/// can open it meanwhile, not even to read, so who holds it is written elsewhere; its time of change says when it was
/// last renewed, by the file system's clock.
/// </summary>
internal sealed class LockFile : IDisposable
{
    // flock on Linux and macOS, a sharing or lock violation on Windows: what FileShare.None of somebody else looks like.
    private static readonly int[] Contention = [11, 35, unchecked((int)0x80070020), unchecked((int)0x80070021)];

    // A prober holds the lock shared for microseconds; to meet one this often in a row, nobody would be probing.
    private const int Attempts = 100;

    private readonly string _path;
    private readonly SafeFileHandle _handle;

    private LockFile(string path, SafeFileHandle handle) => (_path, _handle) = (path, handle);

    /// <summary>Takes the lock; null when another holds it, in this process or in another.</summary>
#pragma warning disable CA2000 // The lock file owns the handle from here on.
    public static LockFile? TryTake(string path)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (TryOpen(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None) is { } handle)
            {
                return FirstRenewed(path, handle);
            }

            if (IsHeld(path))
            {
                return null;
            }
        }

        return null;
    }
#pragma warning restore CA2000

    /// <summary>Tells whether somebody holds the lock, without standing in the way of who wants it.</summary>
    public static bool IsHeld(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var probe = TryOpen(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return probe is null;
    }

    /// <summary>Gets when the lock was last renewed, by the file system's clock.</summary>
    public static DateTimeOffset RenewedAt(string path) => File.GetLastWriteTimeUtc(path);

    /// <summary>Renews it. False when the file was removed or replaced, so that another may hold the lock too.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public bool Renew()
    {
        // Writing lets the file system's own clock set the time; setting the time would use this process's clock.
        RandomAccess.Write(_handle, "\n"u8, fileOffset: 0);
        return File.Exists(_path) && File.GetLastWriteTimeUtc(_handle) == File.GetLastWriteTimeUtc(_path);
    }

    public void Dispose() => _handle.Dispose();

    private static LockFile FirstRenewed(string path, SafeFileHandle handle)
    {
        var taken = new LockFile(path, handle);
        try
        {
            return taken.Renew() ? taken : throw new IOException($"{path} was removed while it was locked. Do it again.");
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    private static SafeFileHandle? TryOpen(string path, FileMode mode, FileAccess access, FileShare share)
    {
        try
        {
            return File.OpenHandle(path, mode, access, share);
        }
        catch (IOException refused) when (Contention.Contains(refused.HResult))
        {
            return null;
        }
    }
}
