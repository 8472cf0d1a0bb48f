using Nuke.Common.IO;

namespace Nuke.Common.ValueInjection;

/// <summary>Sets of parameters with a name: <c>.nuke/parameters.&lt;name&gt;.json</c>.</summary>
internal static class Profiles
{
    private const string Start = "parameters.";
    private const string End = ".json";

    public static string FileOf(string profile) => Start + profile + End;

    /// <summary>Letters, digits and <c>- _ .</c>: a file's name and never a way to another folder.</summary>
    public static bool IsName(string profile)
        => profile.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && profile.Any(char.IsAsciiLetterOrDigit);

    /// <summary>A sentence that says which profiles there are.</summary>
    public static string Known(AbsolutePath root, string wanted)
    {
        var known = Of(root);
        return known.Count == 0
            ? "There are none; write .nuke/parameters.<profile>.json."
            : (Names.Nearest(wanted, known) is { } near ? $"Did you mean {near}? " : "") + $"There are: {string.Join(", ", known)}.";
    }

    private static List<string> Of(AbsolutePath root)
    {
        var folder = root / ".nuke";
        return folder.DirectoryExists()
            ? [.. folder.GetFiles($"{Start}*{End}").Select(static file => file.Name)
                .Where(static name => name.Length > Start.Length + End.Length)
                .Select(static name => name[Start.Length..^End.Length]).Order(StringComparer.Ordinal)]
            : [];
    }
}
