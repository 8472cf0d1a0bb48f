using System.Buffers.Binary;
using System.Text;

namespace Release.Drivers.Processes;

/// <summary>The identity of sources, without compiling them: equal content in equal places is an equal digest.</summary>
internal static class SourceDigest
{
    // What a compilation makes, and what tools keep for themselves.
    private static readonly HashSet<string> Skipped =
        new(["bin", "obj", "artifacts", ".git", ".vs", ".idea", ".release", "node_modules"], StringComparer.Ordinal);

    // What MSBuild and the SDK take from the folders above a project.
    private static readonly string[] Inherited =
        ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json", "nuget.config", "NuGet.Config"];

    /// <summary>SHA-256 in hex over the project's files and those it inherits from the folders up to the root.</summary>
    public static async Task<string> Of(string project, string root, CancellationToken cancellation)
    {
        using var hash = new RunningSha256();
        var files = Files(project).Concat(Above(project, root))
            .Select(file => (File: file, Name: Path.GetRelativePath(root, file).Replace('\\', '/')))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal);
        foreach (var (file, name) in files)
        {
            Append(hash, Encoding.UTF8.GetBytes(name));
            Append(hash, await File.ReadAllBytesAsync(file, cancellation));
        }

        return hash.ToHex();
    }

    /// <summary>The artefact's digest: the same sources released as another version are another artefact.</summary>
    public static string Of(string sources, string service, string version) =>
        "sha256:" + Sha256.HexOf(Encoding.UTF8.GetBytes($"{sources}\n{service}\n{version}\n"));

    private static IEnumerable<string> Files(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            yield return file;
        }

        // A link may lead back up, round and round.
        var inner = new DirectoryInfo(folder).EnumerateDirectories()
            .Where(child => !Skipped.Contains(child.Name) && !child.Attributes.HasFlag(FileAttributes.ReparsePoint));
        foreach (var file in inner.SelectMany(child => Files(child.FullName)))
        {
            yield return file;
        }
    }

    private static IEnumerable<string> Above(string project, string root)
    {
        var folder = project;
        while (folder != root && Path.GetDirectoryName(folder) is { } parent)
        {
            folder = parent;
            foreach (var file in Inherited.Select(name => Path.Combine(parent, name)).Where(File.Exists))
            {
                yield return file;
            }
        }
    }

    // Lengths first, so that no content can pass for a name and another content.
    private static void Append(RunningSha256 hash, byte[] bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes.LongLength);
        hash.Append(length);
        hash.Append(bytes);
    }
}
