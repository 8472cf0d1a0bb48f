using Nuke.Common.IO;

namespace Nuke.Common.Git;

/// <summary>Reads references and settings straight from the <c>.git</c> folder, also that of a linked work tree.</summary>
internal sealed class GitFiles
{
    private readonly string _own; // HEAD is per work tree,
    private readonly string _common; // references and settings are shared.

    private GitFiles(AbsolutePath workTree, string own)
    {
        WorkTree = workTree;
        _own = own;
        var shared = Path.Combine(own, "commondir");
        _common = File.Exists(shared) ? Path.GetFullPath(File.ReadAllText(shared).Trim(), own) : own;
        var head = File.ReadAllText(Path.Combine(own, "HEAD")).Trim();
        Head = head.StartsWith("ref: ", StringComparison.Ordinal) ? head["ref: ".Length..] : head;
    }

    public AbsolutePath WorkTree { get; }
    public string Head { get; }

    public static GitFiles? Find(AbsolutePath directory)
    {
        for (var folder = directory; folder is not null; folder = folder.Parent)
        {
            string git = folder / ".git";
            if (Directory.Exists(git))
            {
                return new GitFiles(folder, git);
            }

            if (File.Exists(git) && File.ReadAllText(git).Trim() is var link && link.StartsWith("gitdir: ", StringComparison.Ordinal))
            {
                return new GitFiles(folder, Path.GetFullPath(link["gitdir: ".Length..], folder));
            }
        }

        return null;
    }

    public string? Resolve(string reference)
    {
        if (!reference.StartsWith("refs/", StringComparison.Ordinal))
        {
            return reference;
        }

        foreach (var folder in (string[])[_own, _common])
        {
            var file = Path.Combine(folder, reference);
            if (File.Exists(file))
            {
                return File.ReadAllText(file).Trim();
            }
        }

        return Packed().FirstOrDefault(packed => packed.Name == reference).Commit;
    }

    /// <summary>Lightweight tags, and annotated ones where git has packed what they point to.</summary>
    public IEnumerable<string> TagsOf(string? commit)
    {
        var tags = Path.Combine(_common, "refs", "tags");
        var loose = Directory.Exists(tags)
            ? Directory.EnumerateFiles(tags, "*", SearchOption.AllDirectories)
                .Where(file => File.ReadAllText(file).Trim() == commit)
                .Select(file => Path.GetRelativePath(tags, file).Replace('\\', '/'))
            : [];
        return loose
            .Concat(Packed().Where(packed => packed.Commit == commit && packed.Name.StartsWith("refs/tags/", StringComparison.Ordinal))
                .Select(packed => packed.Name["refs/tags/".Length..]))
            .Distinct().Order(StringComparer.Ordinal);
    }

    public string? Setting(string section, string key)
    {
        var file = Path.Combine(_common, "config");
        var inside = false;
        foreach (var line in File.Exists(file) ? File.ReadAllLines(file) : [])
        {
            var text = line.Trim();
            if (text.StartsWith('['))
            {
                inside = text == $"[{section}]";
            }
            else if (inside && text.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value] && name == key)
            {
                return value;
            }
        }

        return null;
    }

    private IEnumerable<(string Name, string Commit)> Packed()
    {
        var file = Path.Combine(_common, "packed-refs");
        (string Name, string Commit) last = default;
        foreach (var line in File.Exists(file) ? File.ReadAllLines(file) : [])
        {
            if (line.StartsWith('^'))
            {
                yield return last with { Commit = line[1..] };
            }
            else if (line.Split(' ', 2) is [var commit, var name] && !line.StartsWith('#'))
            {
                last = (name, commit);
                yield return last;
            }
        }
    }
}
