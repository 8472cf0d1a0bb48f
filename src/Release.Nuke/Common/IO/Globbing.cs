#nullable disable
using System.IO.Enumeration;

namespace Nuke.Common.IO;

/// <summary>Patterns relative to the directory: <c>*</c> and <c>?</c> within a name, <c>**</c> for any number of folders, a leading <c>!</c> excludes.</summary>
public static class Globbing
{
    private static readonly EnumerationOptions Everything
        = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    public static IReadOnlyCollection<AbsolutePath> GlobFiles(this AbsolutePath directory, params string[] patterns)
        => Matching(directory, Directory.EnumerateFiles(directory, "*", Everything), patterns);

    public static IReadOnlyCollection<AbsolutePath> GlobDirectories(this AbsolutePath directory, params string[] patterns)
        => Matching(directory, Directory.EnumerateDirectories(directory, "*", Everything), patterns);

    private static List<AbsolutePath> Matching(string directory, IEnumerable<string> paths, string[] patterns)
    {
        var found = new List<AbsolutePath>();
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            var names = Path.GetRelativePath(directory, path).Split(Path.DirectorySeparatorChar);
            var included = patterns.Any(pattern => !pattern.StartsWith('!') && Matches(pattern.Split('/', '\\'), names));
            if (included && !patterns.Any(pattern => pattern.StartsWith('!') && Matches(pattern[1..].Split('/', '\\'), names)))
            {
                found.Add(path);
            }
        }

        return found;
    }

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> names)
    {
        if (pattern.IsEmpty)
        {
            return names.IsEmpty;
        }

        if (pattern[0] == "**")
        {
            return Matches(pattern[1..], names) || (!names.IsEmpty && Matches(pattern, names[1..]));
        }

        return !names.IsEmpty
            && FileSystemName.MatchesSimpleExpression(pattern[0], names[0], ignoreCase: false)
            && Matches(pattern[1..], names[1..]);
    }
}
