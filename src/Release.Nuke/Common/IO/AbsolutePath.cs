#nullable disable
namespace Nuke.Common.IO;

public interface IAbsolutePathHolder
{
    AbsolutePath Path { get; }
}

/// <summary>A rooted path without <c>.</c>, <c>..</c> and trailing separators. Two are equal as the file system's letters are.</summary>
public class AbsolutePath : IAbsolutePathHolder, IFormattable
{
    public const string DoubleQuote = "d", DoubleQuoteIfNeeded = "dn", SingleQuote = "s", SingleQuoteIfNeeded = "sn",
        NoQuotes = "nq";

    private static readonly StringComparison Letters
        = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private readonly string _path;

    private AbsolutePath(string path) => _path = path;

    AbsolutePath IAbsolutePathHolder.Path => this;
    public string Name => Path.GetFileName(_path);
    public string NameWithoutExtension => Path.GetFileNameWithoutExtension(_path);

    /// <summary>With its dot; empty where there is none.</summary>
    public string Extension => Path.GetExtension(_path);

    /// <summary>Null at the root of the file system.</summary>
    public AbsolutePath Parent => Path.GetDirectoryName(_path) is { Length: > 0 } parent ? new AbsolutePath(parent) : null;

    /// <exception cref="BuildFailure">The path is not rooted.</exception>
    public static AbsolutePath Create(string path)
        => Path.IsPathFullyQualified(path)
            ? new AbsolutePath(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))
            : throw new BuildFailure($"'{path}' is not an absolute path; combine it with one, as RootDirectory / \"{path}\".");

    public static implicit operator AbsolutePath(string path) => path is null ? null : Create(path);

    public static implicit operator string(AbsolutePath path) => path?._path;

    /// <summary><c>path / ..</c> is the parent.</summary>
    public static AbsolutePath operator /(AbsolutePath left, Range range)
        => range.Equals(Range.All)
            ? left.Parent
            : throw new BuildFailure("A path takes no range but '..', which is its parent.");

    public static AbsolutePath operator /(AbsolutePath left, string right)
        => Path.IsPathRooted(right)
            ? throw new BuildFailure($"'{right}' is itself rooted and cannot follow '{left}'.")
            : Create(Path.Combine(left.NotNull()._path, right));

    public static AbsolutePath operator +(AbsolutePath left, string right) => Create(left.NotNull()._path + right);

    public static bool operator ==(AbsolutePath a, AbsolutePath b) => string.Equals(a?._path, b?._path, Letters);

    public static bool operator !=(AbsolutePath a, AbsolutePath b) => !(a == b);

    public override bool Equals(object obj) => obj is AbsolutePath other && this == other;

    public override int GetHashCode() => _path.GetHashCode(Letters);

    public override string ToString() => _path;

    public string ToString(string format, IFormatProvider formatProvider) => format switch
    {
        null or "" or NoQuotes => _path,
        DoubleQuote => $"\"{_path}\"",
        SingleQuote => $"'{_path}'",
        DoubleQuoteIfNeeded => HasSpace ? $"\"{_path}\"" : _path,
        SingleQuoteIfNeeded => HasSpace ? $"'{_path}'" : _path,
        _ => throw new FormatException($"'{format}' is not a format of a path; use d, dn, s, sn or nq."),
    };

    private bool HasSpace => _path.Any(char.IsWhiteSpace);
}
