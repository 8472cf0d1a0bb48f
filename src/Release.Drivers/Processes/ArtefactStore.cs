using System.Text.Json;
using System.Text.Json.Nodes;
using Release.Platforms;
using Release.Runs;

namespace Release.Drivers.Processes;

/// <summary>
/// The published programs, a folder for each version of a service: <c>artefacts/SERVICE/VERSION/</c> with a
/// <c>release.json</c> that says which service, version and digest it is. A folder is there whole or not at all, and is
/// never changed.
/// </summary>
internal sealed class ArtefactStore(string folder, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>Where the artefact is or will be.</summary>
    public string FolderOf(Artefact artefact) => Path.Combine(
        folder,
        PlatformNames.Check("service", artefact.Service),
        PlatformNames.Check("version", artefact.Version));

    /// <summary>The digest of what is there; null when nothing is.</summary>
    /// <exception cref="ReleaseException">There is a folder that does not say what it is.</exception>
    public string? DigestOf(Artefact artefact)
    {
        var there = FolderOf(artefact);
        if (!Directory.Exists(there))
        {
            return null;
        }

        try
        {
            using var description = JsonDocument.Parse(File.ReadAllBytes(Description(there)));
            return description.RootElement.GetProperty("digest").GetString()!;
        }
        catch (Exception unreadable) when
            (unreadable is IOException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ReleaseException(
                ExitStatus.Failed, $"{Description(there)} cannot be read: {unreadable.Message}", $"Remove {there} if nothing runs from it.");
        }
    }

    /// <summary>Puts a copy of a published program there; nothing happens when it is there already.</summary>
    /// <exception cref="ReleaseException">Something else is there.</exception>
    public async Task Add(Artefact artefact, string published, CancellationToken cancellation)
    {
        using var held = await FolderLock.Take(Path.Combine(folder, "lock"), Longest, time, cancellation);
        if (IsThere(artefact))
        {
            return;
        }

        var there = FolderOf(artefact);
        var copy = Path.Combine(Path.GetDirectoryName(there)!, $".{artefact.Version}.tmp");
        if (Directory.Exists(copy))
        {
            Directory.Delete(copy, recursive: true);
        }

        Durable.CreateDirectory(copy);
        FolderCopy.Copy(published, copy);
        Durable.Replace(Description(copy), new JsonObject
        {
            ["service"] = artefact.Service,
            ["version"] = artefact.Version,
            ["digest"] = artefact.Digest,
        }.ToJsonString());
        Directory.Move(copy, there);
        Durable.FlushDirectory(Path.GetDirectoryName(there)!);
    }

    /// <summary>Whether exactly this artefact is there.</summary>
    /// <exception cref="ReleaseException">Another one of this version is there.</exception>
    public bool IsThere(Artefact artefact) => DigestOf(artefact) is { } digest
        && (digest == artefact.Digest
            ? true
            : throw new ReleaseException(
                ExitStatus.Failed,
                $"{artefact.Service} {artefact.Version} was already made from other sources ({Short(digest)}, now "
                + $"{Short(artefact.Digest)}): a version names one artefact for ever.",
                "Release these sources as another version."));

    /// <summary>A digest for people.</summary>
    public static string Short(string digest) => digest.Length > 19 ? digest[..19] + "…" : digest;

    private static string Description(string folder) => Path.Combine(folder, "release.json");
}
