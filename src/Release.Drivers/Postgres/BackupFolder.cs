using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Release.Output;

namespace Release.Drivers.Postgres;

/// <summary>A backup that is whole.</summary>
/// <param name="Manifest">What it is.</param>
/// <param name="Digest">The manifest's SHA-256.</param>
/// <param name="Verified">Its verification, or null.</param>
internal sealed record StoredBackup(BackupManifest Manifest, string Digest, BackupVerification? Verified);

/// <summary>
/// The backups of one database on disk, a folder each. One that is being written has another name (<c>.part-…</c>) and gets
/// its own when everything in it has reached the disk: what has a backup's name is a whole one.
/// </summary>
/// <param name="path">The folder of all of them.</param>
internal sealed partial class BackupFolder(string path)
{
    public const string Dump = "data.dump";
    public const string DumpFolder = "data";
    private const string FingerprintFile = "fingerprint.json";
    private const string Part = ".part-";
    private const int LargestDocument = 256 * 1024 * 1024;

    public string Path => path;

    /// <summary>Whether a backup may be called so: nothing that leads to another folder.</summary>
    public static bool IsName(string name) => Names().IsMatch(name) && !name.Contains("..", StringComparison.Ordinal);

    public string Of(string name) => IsName(name) ? System.IO.Path.Combine(path, name) : throw new DatabaseException($"\"{TerminalText.Line(name, 100)}\" is no name of a backup.");

    /// <summary>The backup of this name; null when there is none.</summary>
    /// <exception cref="DatabaseException">There is a folder of this name, but what it holds is no backup.</exception>
    public StoredBackup? Find(string name)
    {
        if (!IsName(name) || !Directory.Exists(Of(name)))
        {
            return null;
        }

        try
        {
            var text = Read(System.IO.Path.Combine(Of(name), BackupManifest.File));
            var verified = System.IO.Path.Combine(Of(name), BackupVerification.File);
            var digest = Sha256.HexOf(text);
            var verification = File.Exists(verified) ? BackupVerification.FromJson(Parse(Read(verified))) : null;
            var manifest = BackupManifest.FromJson(Parse(text));
            return manifest.Name == name
                ? new(manifest, digest, verification?.Manifest == digest ? verification : null)

                // Whoever removes or restores it by the name that it says would take another one.
                : throw new FormatException($"it says that it is the backup {manifest.Name}: a copy keeps the name of its folder");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or FormatException or NullReferenceException or InvalidOperationException)
        {
            throw new DatabaseException($"The backup {name} in {path} cannot be used: {TerminalText.Line(problem.Message, 200)}", problem);
        }
    }

    /// <summary>All that can be read, the newest first.</summary>
    public IReadOnlyList<StoredBackup> All()
    {
        var found = new List<StoredBackup>();
        foreach (var name in Directory.Exists(path) ? Directory.EnumerateDirectories(path).Select(System.IO.Path.GetFileName).OfType<string>().Where(IsName) : [])
        {
            try
            {
                if (Find(name) is { } backup)
                {
                    found.Add(backup);
                }
            }
            catch (DatabaseException)
            {
                // Somebody else's folder, or a damaged one: whoever names it is told.
            }
        }

        return [.. found.OrderByDescending(b => b.Manifest.TakenAt)];
    }

    /// <summary>Those of one environment's own: another one may keep its backups in the same folder, and a person may have copied some.</summary>
    public IReadOnlyList<StoredBackup> Own(string environment) => [.. All().Where(b => b.Manifest.Environment == environment)];

    /// <summary>Makes room for a backup that is to be written; what an earlier try left is removed.</summary>
    public string Begin(string name)
    {
        Clear(name);
        var part = System.IO.Path.Combine(path, $"{Part}{name}");
        Durable.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
        {
            _ = Directory.CreateDirectory(part, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return Directory.CreateDirectory(part).FullName;
    }

    /// <summary>Gives what was begun its name: from here on it is a backup.</summary>
    public void Finish(BackupManifest manifest, Fingerprint fingerprint)
    {
        var part = System.IO.Path.Combine(path, $"{Part}{manifest.Name}");
        var facts = System.Text.Encoding.UTF8.GetBytes(fingerprint.ToJson().ToJsonString());
        Durable.Replace(System.IO.Path.Combine(part, FingerprintFile), facts);
        var whole = manifest with { Files = [.. manifest.Files, new(FingerprintFile, facts.Length, Sha256.HexOf(facts))] };
        Durable.Replace(System.IO.Path.Combine(part, BackupManifest.File), whole.ToJson().ToJsonString(new() { WriteIndented = true }));
        Directory.Move(part, Of(manifest.Name));
        Durable.FlushDirectory(path);
    }

    /// <summary>Removes what was begun and did not become a backup.</summary>
    public void Clear(string name)
    {
        var part = System.IO.Path.Combine(path, $"{Part}{(IsName(name) ? name : throw new DatabaseException($"\"{TerminalText.Line(name, 100)}\" is no name of a backup."))}");
        if (Directory.Exists(part))
        {
            Directory.Delete(part, recursive: true);
        }
    }

    public bool IsBegun(string name) => IsName(name) && Directory.Exists(System.IO.Path.Combine(path, $"{Part}{name}"));

    /// <summary>Removes a backup: first its name, then what it held.</summary>
    public void Remove(string name)
    {
        Clear(name);
        if (Directory.Exists(Of(name)))
        {
            Directory.Move(Of(name), System.IO.Path.Combine(path, $"{Part}{name}"));
            Durable.FlushDirectory(path);
            Clear(name);
        }
    }

    public void Note(string name, BackupVerification verification) => Durable.Replace(System.IO.Path.Combine(Of(name), BackupVerification.File), verification.ToJson().ToJsonString());

    /// <summary>What was in the database that the backup is of.</summary>
    /// <exception cref="DatabaseException">It cannot be read.</exception>
    public Fingerprint Facts(string name)
    {
        try
        {
            return Fingerprint.FromJson(Parse(Read(System.IO.Path.Combine(Of(name), FingerprintFile))));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or FormatException or NullReferenceException or InvalidOperationException)
        {
            throw new DatabaseException($"The backup {name} in {path} is damaged: its {FingerprintFile} cannot be used: {TerminalText.Line(problem.Message, 200)}", problem);
        }
    }

    /// <summary>What is not as the manifest says, a sentence each; every byte is read.</summary>
    public async Task<IReadOnlyList<string>> Damages(BackupManifest manifest, CancellationToken cancellation)
    {
        var damages = new List<string>();
        foreach (var file in manifest.Files)
        {
            var full = System.IO.Path.GetFullPath(System.IO.Path.Combine(Of(manifest.Name), file.Name));
            if (!full.StartsWith(Of(manifest.Name) + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(full))
            {
                damages.Add($"{file.Name} is missing");
                continue;
            }

            await using var stream = File.OpenRead(full);
            if (stream.Length != file.Size)
            {
                damages.Add($"{file.Name} has {PgText.Count(stream.Length)} bytes, not {PgText.Count(file.Size)}");
            }
            else if (await RunningSha256.HexOf(stream, cancellation) != file.Sha256)
            {
                damages.Add($"{file.Name} is not what was written: its SHA-256 is another one");
            }
        }

        return damages;
    }

    private static byte[] Read(string file) =>
        new FileInfo(file) is { Exists: true, Length: <= LargestDocument } ? File.ReadAllBytes(file) : throw new FormatException($"{System.IO.Path.GetFileName(file)} is missing or too large");

    private static JsonObject Parse(byte[] text) => PeerJson.TryRead(text, out var json) && json is JsonObject document ? document : throw new FormatException("it is no JSON object");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9.+_-]{0,199}\z")]
    private static partial Regex Names();
}
