using System.Text;

namespace Release.Evidence;

/// <summary>Evidence in a folder: <c>releases/&lt;env&gt;/&lt;run&gt;/…</c>, each file flushed to the disk.</summary>
/// <param name="folder">The environment's folder.</param>
public sealed class EvidenceFolder(string folder) : IEvidenceStore
{
    /// <inheritdoc/>
    public async Task<EvidenceFile> Put(string run, string name, string content, CancellationToken cancellation)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var place = Path.Combine(folder, run);
        Durable.CreateDirectory(place);
        var path = Path.Combine(place, name);
        if (!File.Exists(path))
        {
            Durable.Replace(path, content);
        }
        else if (await File.ReadAllTextAsync(path, cancellation) != content)
        {
            throw new IOException($"The evidence file {path} exists with other content. Evidence is never overwritten: move it away and run {OwnProgram.Command} Resume.");
        }

        return new EvidenceFile($"{run}/{name}", Sha256.HexOf(bytes), bytes.Length);
    }

    /// <inheritdoc/>
    public Task Point(string name, string content, CancellationToken cancellation)
    {
        Durable.CreateDirectory(folder);
        Durable.Replace(Path.Combine(folder, name), content);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<string?> ReadPointer(string name, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? await File.ReadAllTextAsync(path, cancellation) : null;
    }

    /// <inheritdoc/>
    public async Task Report(string name, string title, string lines, CancellationToken cancellation)
    {
        Durable.CreateDirectory(folder);
        var path = Path.Combine(folder, name);
        var before = File.Exists(path) ? await File.ReadAllTextAsync(path, cancellation) : $"# {title}\n\n";
        if (!before.Contains(lines, StringComparison.Ordinal))
        {
            Durable.Replace(path, before + lines);
        }
    }

    /// <inheritdoc/>
    public async Task<EvidenceCondition> Look(EvidenceFile file, CancellationToken cancellation)
    {
        try
        {
            var place = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
            var path = Path.GetFullPath(Path.Combine(place, file.Name));
            if (!path.StartsWith(place, StringComparison.Ordinal) || LeadsElsewhere(place, path))
            {
                return EvidenceCondition.Unreadable;
            }

            if (!File.Exists(path))
            {
                return EvidenceCondition.Missing;
            }

            // The length first: what is no ordinary file has none and is not opened, a pipe would wait for a writer.
            if (new FileInfo(path).Length is var length && (length != file.Size || length == 0))
            {
                return length == file.Size && file.Sha256 == Sha256.HexOf([]) ? EvidenceCondition.Intact : EvidenceCondition.Changed;
            }

            await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return await RunningSha256.HexOf(content, cancellation) == file.Sha256
                ? EvidenceCondition.Intact
                : EvidenceCondition.Changed;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return EvidenceCondition.Unreadable;
        }
    }

    private static bool LeadsElsewhere(string place, string path)
    {
        for (var at = path; at.Length >= place.Length; at = Path.GetDirectoryName(at)!)
        {
            if (new FileInfo(at) is { LinkTarget: not null } || (File.Exists(at) && (File.GetAttributes(at) & (FileAttributes.Device | FileAttributes.ReparsePoint)) != 0))
            {
                return true;
            }
        }

        return false;
    }
}
