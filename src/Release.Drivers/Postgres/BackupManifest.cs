using System.Globalization;
using System.Text.Json.Nodes;

namespace Release.Drivers.Postgres;

/// <summary>One file of a dump.</summary>
/// <param name="Name">Its name, relative to the backup's folder.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
internal sealed record DumpedFile(string Name, long Size, string Sha256);

/// <summary>What a backup is: written last, so that a backup without it is none.</summary>
internal sealed record BackupManifest
{
    public const string File = "manifest.json";

    public required string Name { get; init; }

    public required string Environment { get; init; }

    public required string Id { get; init; }

    public required string Database { get; init; }

    public required string Server { get; init; }

    public required string Client { get; init; }

    /// <summary>Gets the moment that the dump shows.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    public required DumpFormat Format { get; init; }

    /// <summary>Gets how much the database's own tables took when it was dumped.</summary>
    public required long DataSize { get; init; }

    public required int Tables { get; init; }

    public required long Rows { get; init; }

    public required ChecksumDepth Checksum { get; init; }

    /// <summary>Gets whether owners and privileges were read; always so but in backups of earlier versions by another user than a superuser.</summary>
    public required bool Owners { get; init; }

    /// <summary>Gets what the database was beside its contents; null in backups of earlier versions.</summary>
    public DatabasePortrait? Portrait { get; init; }

    public required IReadOnlyList<DumpedFile> Files { get; init; }

    public long Size => Files.Sum(f => f.Size);

    /// <summary>Gets what a person calls the moment.</summary>
    public string At => TakenAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public JsonObject ToJson() => new()
    {
        ["form"] = 1,
        ["name"] = Name,
        ["environment"] = Environment,
        ["id"] = Id,
        ["database"] = Database,
        ["server"] = Server,
        ["client"] = Client,
        ["takenAt"] = TakenAt.ToString("O", CultureInfo.InvariantCulture),
        ["format"] = Runs.Words.Of(Format),
        ["dataSize"] = DataSize,
        ["tables"] = Tables,
        ["rows"] = Rows,
        ["checksum"] = Runs.Words.Of(Checksum),
        ["owners"] = Owners,
        ["portrait"] = Portrait?.ToJson(),
        ["files"] = new JsonArray([.. Files.Select(f => (JsonNode)new JsonObject { ["name"] = f.Name, ["size"] = f.Size, ["sha256"] = f.Sha256 })]),
    };

    /// <exception cref="FormatException">It is none.</exception>
    public static BackupManifest FromJson(JsonObject json)
    {
        try
        {
            return new()
            {
                Name = json["name"]!.GetValue<string>(),
                Environment = json["environment"]!.GetValue<string>(),
                Id = json["id"]!.GetValue<string>(),
                Database = json["database"]!.GetValue<string>(),
                Server = json["server"]!.GetValue<string>(),
                Client = json["client"]!.GetValue<string>(),
                TakenAt = DateTimeOffset.Parse(json["takenAt"]!.GetValue<string>(), CultureInfo.InvariantCulture),
                Format = Runs.Words.Parse<DumpFormat>(json["format"]!.GetValue<string>()),
                DataSize = json["dataSize"]!.GetValue<long>(),
                Tables = json["tables"]!.GetValue<int>(),
                Rows = json["rows"]!.GetValue<long>(),
                Checksum = Runs.Words.Parse<ChecksumDepth>(json["checksum"]!.GetValue<string>()),
                Owners = json["owners"]!.GetValue<bool>(),
                Portrait = json["portrait"] is JsonObject portrait ? DatabasePortrait.FromJson(portrait) : null,
                Files = [.. json["files"]!.AsArray().Select(f => new DumpedFile(f!["name"]!.GetValue<string>(), f["size"]!.GetValue<long>(), f["sha256"]!.GetValue<string>()))],
            };
        }
        catch (Exception wrong) when (wrong is NullReferenceException or InvalidOperationException or InvalidDataException)
        {
            throw new FormatException("it is no manifest of a backup", wrong);
        }
    }
}

/// <summary>That a backup was verified, beside it.</summary>
/// <param name="At">When.</param>
/// <param name="Manifest">The digest of the manifest that was verified.</param>
/// <param name="Stands">False when the run that verified it was undone: it was verified all the same.</param>
/// <param name="Detail">What was compared.</param>
/// <param name="WithoutOwners">Why owners and privileges were left out, so that a restore with them may fail; null where they were restored and compared.</param>
internal sealed record BackupVerification(DateTimeOffset At, string Manifest, bool Stands, string Detail, string? WithoutOwners = null)
{
    public const string File = "verified.json";

    public JsonObject ToJson() => new() { ["at"] = At.ToString("O", CultureInfo.InvariantCulture), ["manifest"] = Manifest, ["stands"] = Stands, ["detail"] = Detail, ["withoutOwners"] = WithoutOwners };

    public static BackupVerification FromJson(JsonObject json) => new(
        DateTimeOffset.Parse(json["at"]!.GetValue<string>(), CultureInfo.InvariantCulture), json["manifest"]!.GetValue<string>(), json["stands"]!.GetValue<bool>(), json["detail"]!.GetValue<string>(), json["withoutOwners"]?.GetValue<string>());
}
