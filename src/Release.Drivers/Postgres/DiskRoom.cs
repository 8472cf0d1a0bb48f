using Release.Configuration;

namespace Release.Drivers.Postgres;

/// <summary>Whether a dump will fit on its disk. Asked before anything is written.</summary>
internal static class DiskRoom
{
    /// <summary>
    /// How large a dump is expected to be: as the newest one was for the size of its data, a quarter more; the first one as
    /// large as the data, which compression makes smaller in nearly every case.
    /// </summary>
    /// <param name="dataSize">What the tables take now.</param>
    /// <param name="newest">The newest backup; null for none.</param>
    public static long Expected(long dataSize, BackupManifest? newest) =>
        newest is { DataSize: > 0 } ? (long)(1.25 * newest.Size * dataSize / newest.DataSize) : dataSize;

    /// <summary>Throws when it does not.</summary>
    public static void Require(string folder, long expected, string minFree)
    {
        _ = ValueText.TrySize(minFree, out var margin);
        var free = Free(folder);
        if (free < expected + margin)
        {
            throw new DatabaseException(
                $"The disk of {folder} has {PgText.Size(free)} free; the dump is expected to take {PgText.Size(expected)}, and {PgText.Size(margin)} (\"minFree\") must be left. Nothing was written. Remove what is not needed, or name another \"path\".");
        }
    }

    /// <summary>What an unprivileged user may still write.</summary>
    public static long Free(string folder)
    {
        var there = folder;
        while (!Directory.Exists(there))
        {
            there = Path.GetDirectoryName(there)!;
        }

        return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(there)! : there).AvailableFreeSpace;
    }
}
