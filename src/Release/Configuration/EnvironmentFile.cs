using System.Text;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using Release.Runbooks;

namespace Release.Configuration;

/// <summary>A configuration that may be used.</summary>
/// <param name="Options">What it says.</param>
/// <param name="Source">Its text, to be recorded with a run: without a byte order mark, lines ended by a newline.</param>
/// <param name="Sha256">The hash of <paramref name="Source"/> as UTF-8, 64 lower-case hexadecimal digits.</param>
public sealed record LoadedEnvironment(EnvironmentOptions Options, string Source, string Sha256)
{
    /// <summary>Gets where it refers to secrets. None of them was looked at.</summary>
    public IReadOnlyList<SecretReference> Secrets { get; init; } = [];

    /// <summary>Gets the runbook that it names; null where it names none, or was not read with its files.</summary>
    public Runbook? Runbook { get; init; }

    /// <summary>Where a reference stands (<c>$.checks[0].headers.Authorization in line 12</c>); empty when it stands nowhere.</summary>
    public string PlaceOf(string reference)
    {
        var places = Secrets.Where(secret => secret.Reference == reference).ToList();
        return places.Count == 0 ? ""
            : $"{places[0].Path} in line {places[0].Line}" + (places.Count == 1 ? "" : $" and {places.Count - 1} more");
    }
}

/// <summary>Reads and validates the configuration of an environment. Nothing else is looked at and no secret is needed.</summary>
public static partial class EnvironmentFile
{
    /// <summary>The folder of all environments, below the root.</summary>
    public const string Folder = "environments";

    private const int Largest = 1024 * 1024;
    private const string Extension = ".json";

    // What an earlier target of the same command publishes, or a clean checkout lacks: the platform looks when it needs it.
    private static readonly string[] Made = ["artifacts", "bin", "output", "publish"];

    /// <summary>Reads <c>environments/&lt;name&gt;.json</c>. Files of the repository that it names must be there, except for what a build makes.</summary>
    /// <param name="root">The repository's folder.</param>
    /// <param name="name">The environment's name (<c>local</c>, <c>prod/search</c>).</param>
    /// <param name="types">What drivers there are.</param>
    /// <exception cref="ConfigurationException">There is no such environment, or something is wrong with its file.</exception>
    public static LoadedEnvironment Load(string root, string name, OptionTypes types)
    {
        var loaded = Parse(ReadText(root, name), FileOf(name), types, new(root));
        return loaded.Options.Runbook is null ? loaded : loaded with { Runbook = RunbookFile.Load(root, loaded.Options, types) };
    }

    /// <summary>The text of <c>environments/&lt;name&gt;.json</c>, as it is.</summary>
    /// <exception cref="ConfigurationException">There is no such environment, or its file cannot be read.</exception>
    public static string ReadText(string root, string name)
    {
        if (!IsName(name))
        {
            throw new ConfigurationException(
                Folder,
                $"{JsonText.Quoted(name)} cannot be an environment's name: expected lower-case letters, digits and dashes, "
                + $"below folders as in \"prod/search\". {Existing(root, name)}");
        }

        var path = PathOf(root, name);
        if (Directory.Exists(path))
        {
            throw new ConfigurationException(FileOf(name), "is a folder: expected a file. Move it away");
        }

        return File.Exists(path)
            ? Read(path, FileOf(name))
            : throw new ConfigurationException(FileOf(name), $"there is no environment {JsonText.Quoted(name)}. {Existing(root, name)}");
    }

    /// <summary>Reads a configuration that is at hand.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="fileName">Where it is from, for errors; <c>environments/&lt;name&gt;.json</c> also demands that name inside.</param>
    /// <param name="types">What drivers there are.</param>
    /// <exception cref="ConfigurationException">Everything that is wrong with it.</exception>
    public static LoadedEnvironment Parse(string text, string fileName, OptionTypes types) => Parse(text, fileName, types, new(null));

    /// <summary>
    /// Reads a configuration that a run recorded. Rules that came after it, and files that went since, do not matter: nothing
    /// of that stands in the way of undoing the run.
    /// </summary>
    /// <param name="text">The JSON.</param>
    /// <param name="fileName">Where it is from, for errors.</param>
    /// <param name="types">What drivers there are.</param>
    /// <exception cref="ConfigurationException">What of it cannot be read at all.</exception>
    public static LoadedEnvironment ParseRecorded(string text, string fileName, OptionTypes types)
        => Parse(text, fileName, types, new(null) { IsRecorded = true });

    /// <summary>The same environment as it is in an emergency. Null when it declares none.</summary>
    /// <param name="usual">The environment.</param>
    /// <param name="types">What drivers there are.</param>
    public static LoadedEnvironment? InEmergency(LoadedEnvironment usual, OptionTypes types) => usual.Options.Emergency is { } emergency
        ? Parse(emergency.In(usual.Source), $"{FileOf(usual.Options.Name)} with --emergency", types) with { Runbook = usual.Runbook }
        : null;

    /// <summary>The file of an environment, relative to the root.</summary>
    public static string FileOf(string name) => $"{Folder}/{name}{Extension}";

    /// <summary>The file of an environment.</summary>
    /// <param name="root">The repository's folder.</param>
    /// <param name="name">The environment's name; <see cref="IsName"/>.</param>
    public static string PathOf(string root, string name) => Path.Combine(root, Folder, name + Extension);

    /// <summary>Whether a text can be an environment's name, and so part of a path.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>The environments that there are, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names(string root)
    {
        var folder = Path.Combine(root, Folder);
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*" + Extension, SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(folder, path)[..^Extension.Length].Replace('\\', '/'))
                .Where(IsName)
                .Order(StringComparer.Ordinal)]
            : [];
    }

    private static LoadedEnvironment Parse(string text, string fileName, OptionTypes types, Reading reading)
    {
        var source = text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);
        if (Encoding.UTF8.GetByteCount(source) > Largest)
        {
            throw TooLarge(fileName);
        }

        var errors = new ConfigurationErrors(fileName);
        var binder = new OptionsBinder(types, errors, reading.IsRecorded);
        EnvironmentOptions? options = null;
        if (JsonText.Read(source, errors) is { } json)
        {
            options = (EnvironmentOptions?)binder.Record(typeof(EnvironmentOptions), json);
            RefuseOtherName(options, json, fileName, errors);
            RefuseMissing(binder.InRepository, reading.Root, errors);
        }

        errors.ThrowIfAny();
        return new(options!, source, Sha256.HexOf(Encoding.UTF8.GetBytes(source))) { Secrets = binder.Secrets };
    }

    private static void RefuseOtherName(EnvironmentOptions? options, JObject json, string fileName, ConfigurationErrors errors)
    {
        if (options is { Name: { } found } && NameOf(fileName) is { } expected && found != expected)
        {
            errors.Add(json, "name", $"expected \"{expected}\" as the file is called, found {JsonText.Quoted(found)}");
        }
    }

    private static void RefuseMissing(IEnumerable<(JToken At, string Path)> named, string? root, ConfigurationErrors errors)
    {
        foreach (var (at, path) in named.Where(name => root is not null && !name.Path.Split('/', '\\').Any(Made.Contains)))
        {
            var whole = Path.GetFullPath(path, Path.GetFullPath(root!));
            if (!File.Exists(whole) && !Directory.Exists(whole))
            {
                errors.Add(at, $"{JsonText.Quoted(path)} does not exist in the repository: make it, or correct the path");
            }
        }
    }

    private static string Existing(string root, string name)
    {
        var names = Nearest.Order(name, Names(root)).ToList();
        var make = IsName(name) ? name : "NAME";
        if (names.Count == 0)
        {
            return $"There are none below {Path.Combine(Path.GetFullPath(root), Folder)}. Make it: {OwnProgram.Command} Init --env {make} --from compose docker-compose.yml";
        }

        var meant = Nearest.To(name, names);
        var near = meant is null ? "" : $" Did you mean \"{meant}\"?";
        var example = meant ?? (names.Contains("local") ? "local" : names[0]);
        var more = names.Count > 10 ? $" and {names.Count - 10} more" : "";
        return $"There are: {string.Join(", ", names.Take(10))}{more}.{near} Or make it: {OwnProgram.Command} Init --env {make} --from {example}";
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
            throw new ConfigurationException(file, $"cannot be read: {problem.Message.TrimEnd('.')}. Make it readable for you (ls -l {file})");
        }
    }

    private static ConfigurationException TooLarge(string file)
        => new(file, "is larger than 1 MiB: it is no configuration. Remove what does not belong into it");

    private static string? NameOf(string fileName)
    {
        const string Start = Folder + "/";
        return fileName.StartsWith(Start, StringComparison.Ordinal) && fileName.EndsWith(Extension, StringComparison.Ordinal)
            ? fileName[Start.Length..^Extension.Length]
            : null;
    }

    /// <param name="Root">The repository, whose files must be there; null when they do not matter.</param>
    private sealed record Reading(string? Root)
    {
        public bool IsRecorded { get; init; }
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}(?:/[a-z0-9][a-z0-9-]{0,62}){0,3}\z")]
    private static partial Regex Name();
}
