namespace Release.Drivers.Processes;

/// <summary>Copies folders so that a power cut after a rename does not leave files without their content.</summary>
internal static class FolderCopy
{
    /// <summary>Copies a folder with everything below it, through to the disk.</summary>
    public static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            _ = Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }

        Flush(to);
    }

    /// <summary>Sends what is in the files and folders to the disk.</summary>
    public static void Flush(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }

        foreach (var inner in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories).Append(folder))
        {
            Durable.FlushDirectory(inner);
        }
    }
}
