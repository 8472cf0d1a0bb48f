using System.Globalization;
using Release.Configuration;

namespace Release.Probes;

/// <summary>A disk has room.</summary>
public sealed record DiskProbeOptions : ProbeOptions
{
    /// <summary>Gets a folder on the disk, relative to the repository.</summary>
    public string Path { get; init; } = ".";

    /// <summary>Gets how much must be free: a size (<c>"500MB"</c>) or a share of the disk (<c>"10%"</c>).</summary>
    [ValueForm(ValueForms.Size | ValueForms.Percent)]
    public required string MinFree { get; init; }
}

/// <summary>Asks the file system what an unprivileged user may still write.</summary>
internal static class DiskProbe
{
    public static Task<ProbeResult> Look(DiskProbeOptions options, ProbeContext context, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var path = context.FullPath(options.Path);
        if (!Directory.Exists(path))
        {
            return Task.FromResult(new ProbeResult(ProbeVerdict.Unavailable, $"{options.Path} is no folder", "Correct the path."));
        }

        // On Windows a drive is asked for by its root, elsewhere any folder tells its file system.
        var drive = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(path)! : path);
        var free = drive.AvailableFreeSpace;
        if (drive.TotalSize <= 0)
        {
            return Task.FromResult(new ProbeResult(
                ProbeVerdict.Unavailable, $"the file system at {options.Path} ({drive.DriveFormat}) has no size: a share of it says nothing", "Correct the path."));
        }

        var needed = ValueText.TrySize(options.MinFree, out var size) ? size
            : ValueText.TryPercent(options.MinFree, out var share) ? (long)(drive.TotalSize * share.Fraction)
            : long.MaxValue;
        var text = string.Create(CultureInfo.InvariantCulture, $"{free / 1e6:0} MB free of {drive.TotalSize / 1e6:0} MB at {options.Path}");
        return Task.FromResult(free >= needed
            ? new ProbeResult(ProbeVerdict.Pass, text)
            : new ProbeResult(ProbeVerdict.Fail, $"{text}: expected {options.MinFree}", "Remove what is not needed, or use a larger disk."));
    }
}
