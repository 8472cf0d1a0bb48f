using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Release.Configuration;

/// <summary>A configuration that may be used.</summary>
/// <param name="Options">What it says.</param>
/// <param name="Source">Its text, to be recorded with a run: without a byte order mark, lines ended by a newline.</param>
/// <param name="Sha256">The hash of <paramref name="Source"/> as UTF-8, 64 lower-case hexadecimal digits.</param>
public sealed record LoadedEnvironment(EnvironmentOptions Options, string Source, string Sha256);

/// <summary>Reads and validates the configuration of an environment. Nothing else is looked at and no secret is needed.</summary>
public static partial class EnvironmentFile
{
    /// <summary>The folder of all environments, below the root.</summary>
    public const string Folder = "environments";

    private const int Largest = 1024 * 1024;
    private const string Extension = ".json";

    /// <summary>Reads <c>environments/&lt;name&gt;.json</c>.</summary>
    /// <param name="root">The repository's folder.</param>
    /// <param name="name">The environment's name (<c>local</c>, <c>prod/search</c>).</param>
    /// <param name="types">What drivers there are.</param>
    /// <exception cref="ConfigurationException">There is no such environment, or something is wrong with its file.</exception>
    public static LoadedEnvironment Load(string root, string name, OptionTypes types)
    {
        var file = $"{Folder}/{name}{Extension}";
        if (!Name().IsMatch(name))
        {
            throw new ConfigurationException(
                Folder,
                $"{JsonText.Quoted(name)} cannot be an environment's name: expected lower-case letters, digits and dashes, "
                + $"below folders as in \"prod/search\". {Existing(root, name)}");
        }

        var path = Path.Combine(root, Folder, name + Extension);
        return File.Exists(path)
            ? Parse(Read(path, file), file, types)
            : throw new ConfigurationException(file, $"there is no environment {JsonText.Quoted(name)}. {Existing(root, name)}");
    }

    /// <summary>Reads a configuration that is at hand, such as the one that a run recorded.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="fileName">Where it is from, for errors; <c>environments/&lt;name&gt;.json</c> also demands that name inside.</param>
    /// <param name="types">What drivers there are.</param>
    /// <exception cref="ConfigurationException">Everything that is wrong with it.</exception>
    public static LoadedEnvironment Parse(string text, string fileName, OptionTypes types)
    {
        var source = text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);
        var errors = new ConfigurationErrors(fileName);
        if (Encoding.UTF8.GetByteCount(source) > Largest)
        {
            throw TooLarge(fileName);
        }

        EnvironmentOptions? options = null;
        if (JsonText.Read(source, errors) is { } json)
        {
            options = (EnvironmentOptions?)new OptionsBinder(types, errors).Record(typeof(EnvironmentOptions), json);
            if (options is { Name: { } found } && NameOf(fileName) is { } expected && found != expected)
            {
                errors.Add(json, "name", $"expected \"{expected}\" as the file is called, found {JsonText.Quoted(found)}");
            }
        }

        errors.ThrowIfAny();
        return new(options!, source, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source))));
    }

    /// <summary>Whether a text can be an environment's name, and so part of a path.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>The environments that there are, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names(string root)
    {
        var folder = Path.Combine(root, Folder);
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*" + Extension, SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(folder, path)[..^Extension.Length].Replace('\\', '/'))
                .Where(name => Name().IsMatch(name))
                .Order(StringComparer.Ordinal)]
            : [];
    }

    private static string Existing(string root, string name)
    {
        var names = Nearest.Order(name, Names(root)).Take(10).ToList();
        return names.Count == 0
            ? $"There are none below {Path.Combine(Path.GetFullPath(root), Folder)}."
            : $"There are: {string.Join(", ", names)}.";
    }

    private static string Read(string path, string file)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var bytes = new byte[Largest + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= Largest
                ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length)
                : throw TooLarge(file);
        }
        catch (DecoderFallbackException)
        {
            throw new ConfigurationException(file, "is not UTF-8 text: save it as UTF-8");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(file, $"cannot be read: {problem.Message}");
        }
    }

    private static ConfigurationException TooLarge(string file) => new(file, "is larger than 1 MiB: it is no configuration");

    private static string? NameOf(string fileName)
    {
        const string Start = Folder + "/";
        return fileName.StartsWith(Start, StringComparison.Ordinal) && fileName.EndsWith(Extension, StringComparison.Ordinal)
            ? fileName[Start.Length..^Extension.Length]
            : null;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}(?:/[a-z0-9][a-z0-9-]{0,62}){0,3}\z")]
    private static partial Regex Name();
}
