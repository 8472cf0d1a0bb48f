#nullable disable
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Nuke.Common.IO;

public static class AbsolutePathExtensions
{
    /// <summary>A file or a directory.</summary>
    public static bool Exists(this AbsolutePath path, [CallerArgumentExpression("path")] string expression = null)
        => Path.Exists(path);

    public static bool FileExists(this AbsolutePath path) => File.Exists(path);

    public static bool DirectoryExists(this AbsolutePath path) => Directory.Exists(path);

    /// <param name="depth">1 looks into the directory itself only.</param>
    /// <param name="attributes">Only entries that have all of these.</param>
    public static IEnumerable<AbsolutePath> GetFiles(
        this AbsolutePath path, string pattern = "*", int depth = 1, FileAttributes attributes = FileAttributes.None)
        => Directory.EnumerateFiles(path, pattern, Options(depth))
            .Where(file => Has(file, attributes)).Select(AbsolutePath.Create).OrderBy(static file => (string)file, StringComparer.Ordinal);

    /// <inheritdoc cref="GetFiles"/>
    public static IEnumerable<AbsolutePath> GetDirectories(
        this AbsolutePath path, string pattern = "*", int depth = 1, FileAttributes attributes = FileAttributes.None)
        => Directory.EnumerateDirectories(path, pattern, Options(depth))
            .Where(folder => Has(folder, attributes)).Select(AbsolutePath.Create).OrderBy(static folder => (string)folder, StringComparer.Ordinal);

    public static AbsolutePath CreateDirectory(this AbsolutePath path)
    {
        _ = Directory.CreateDirectory(path);
        return path;
    }

    public static AbsolutePath CreateOrCleanDirectory(this AbsolutePath path)
    {
        path.DeleteDirectory();
        return path.CreateDirectory();
    }

    /// <summary>May be repeated: a file that is not there is fine.</summary>
    public static void DeleteFile(this AbsolutePath path)
    {
        if (path.FileExists())
        {
            File.Delete(path);
        }
    }

    /// <summary>May be repeated: a directory that is not there is fine.</summary>
    public static void DeleteDirectory(this AbsolutePath path)
    {
        if (path.DirectoryExists())
        {
            Directory.Delete(path, recursive: true);
        }
    }

    public static bool HasExtension(this AbsolutePath path, string extension, params string[] alternativeExtensions)
        => alternativeExtensions.Prepend(extension)
            .Any(candidate => string.Equals(path.Extension, Dotted(candidate), StringComparison.OrdinalIgnoreCase));

    public static AbsolutePath WithExtension(this AbsolutePath path, string extension)
        => Path.ChangeExtension(path, Dotted(extension));

    /// <summary>SHA-256, in lower-case hex.</summary>
    public static string GetFileHash(this AbsolutePath path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Replaces the file whole: a reader sees the old text or the new one.</summary>
    /// <param name="eofLineBreak">True ends the file with a line break, false without one, null leaves the text as it is.</param>
    public static AbsolutePath WriteAllText(
        this AbsolutePath path, string content, Encoding encoding = null, bool? eofLineBreak = null)
    {
        var text = eofLineBreak switch
        {
            true => content.TrimEnd('\r', '\n') + "\n",
            false => content.TrimEnd('\r', '\n'),
            null => content,
        };
        _ = path.Parent.CreateDirectory();
        var aside = path + $".{Environment.ProcessId}.tmp";
        using (var writer = new StreamWriter(aside, append: false, encoding ?? new UTF8Encoding(false)))
        {
            writer.Write(text);
        }

        File.Move(aside, path, overwrite: true);
        return path;
    }

    public static string ReadAllText(this AbsolutePath path, Encoding encoding = null)
        => File.ReadAllText(path, encoding ?? Encoding.UTF8);

    public static string[] ReadAllLines(this AbsolutePath path, Encoding encoding = null)
        => File.ReadAllLines(path, encoding ?? Encoding.UTF8);

    private static string Dotted(string extension) => extension.StartsWith('.') ? extension : "." + extension;

    private static EnumerationOptions Options(int depth)
        => new() { RecurseSubdirectories = depth > 1, MaxRecursionDepth = depth - 1, AttributesToSkip = FileAttributes.None };

    private static bool Has(string path, FileAttributes attributes)
        => attributes == FileAttributes.None || (File.GetAttributes(path) & attributes) == attributes;
}
