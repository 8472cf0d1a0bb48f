using System.ComponentModel.DataAnnotations;
using Release.Configuration;
using Release.Drivers.External;

namespace Release.Drivers.Postgres;

/// <summary>Where a PostgreSQL database is, and who asks.</summary>
public sealed record PostgresConnectionOptions : ICheckedOptions
{
    /// <summary>Gets the server's name or address, or the folder of its Unix socket.</summary>
    [MayHoldPlaceholders]
    public string Host { get; init; } = "localhost";

    /// <summary>Gets the port.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 5432;

    /// <summary>Gets the database.</summary>
    [MayHoldPlaceholders]
    public required string Database { get; init; }

    /// <summary>Gets the user.</summary>
    [MayHoldPlaceholders]
    public required string User { get; init; }

    /// <summary>Gets a reference to the password (<c>"${env:PGPASSWORD}"</c>); null where the server asks for none. It is never an argument of a program.</summary>
    [MayHoldPlaceholders]
    public string? Password { get; init; }

    /// <summary>Gets whether the connection is encrypted, and what is checked of the server, in libpq's words.</summary>
    public PostgresTls SslMode { get; init; } = PostgresTls.Prefer;

    /// <summary>Gets the file of the authorities that the server's certificate must come from, relative to the repository; null for the system's.</summary>
    [MayHoldPlaceholders]
    public string? RootCertificate { get; init; }

    /// <summary>Gets how long connecting may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        // Runs record their configuration: a password in it would be in the journal for ever. It is not repeated here either.
        if (Password is { } password && !(password.StartsWith("${", StringComparison.Ordinal) && password.EndsWith('}')))
        {
            yield return new("password", "expected a reference such as \"${env:PGPASSWORD}\" or \"${file:path}\", found the password itself");
        }
    }
}

/// <summary>How a connection is protected; libpq's <c>sslmode</c>.</summary>
public enum PostgresTls
{
    /// <summary>Never encrypted.</summary>
    Disable,

    /// <summary>Encrypted where the server insists.</summary>
    Allow,

    /// <summary>Encrypted where the server can; nothing is checked.</summary>
    Prefer,

    /// <summary>Encrypted; nothing is checked.</summary>
    Require,

    /// <summary>Encrypted, and the certificate comes from an authority that is trusted.</summary>
    VerifyCa,

    /// <summary>The same, and it is for this host.</summary>
    VerifyFull,
}

/// <summary>How a dump is written.</summary>
public enum DumpFormat
{
    /// <summary>One compressed file.</summary>
    Custom,

    /// <summary>A folder with a file for each table, written by several jobs at once.</summary>
    Directory,
}

/// <summary>What a verification compares of each table, beside the schema, the sequences and the large objects.</summary>
public enum ChecksumDepth
{
    /// <summary>The number of rows, and a checksum over all of them.</summary>
    Full,

    /// <summary>The same; of tables with more than a million rows the checksum is over the first and the last 50,000 by primary key.</summary>
    Sample,

    /// <summary>The number of rows.</summary>
    Counts,
}

/// <summary>Which backups are kept. The newest verified one is never removed, nor that of the open run or of the last one that was promoted.</summary>
public sealed record KeepBackupsOptions
{
    /// <summary>Gets how many of the newest are kept whatever their age.</summary>
    [Range(1, 10_000)]
    public int Count { get; init; } = 7;

    /// <summary>Gets how long any other is kept.</summary>
    public TimeSpan For { get; init; } = TimeSpan.FromDays(30);
}

/// <summary>A container that runs and has PostgreSQL's client programs.</summary>
public sealed record PostgresContainerOptions : ICheckedOptions
{
    /// <summary>Gets the service of the platform's compose stack whose container it is; null where <see cref="Name"/> says which.</summary>
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9._-]{0,100}", ErrorMessage = "compose's name of a service")]
    public string? Service { get; init; }

    /// <summary>Gets the container's name; null where <see cref="Service"/> says which.</summary>
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9_.-]{0,200}", ErrorMessage = "a container's name")]
    public string? Name { get; init; }

    /// <summary>Gets where its engine is, as in the platform <c>compose</c>; null for the platform's, where that is compose, else for this machine's.</summary>
    [MayHoldPlaceholders]
    public string? Engine { get; init; }

    /// <summary>Gets the folder with <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c> of <see cref="Engine"/>, relative to the repository; null for none.</summary>
    public string? Certificates { get; init; }

    /// <summary>Gets the server's name, address or socket folder as it is known inside of the container.</summary>
    [RegularExpression("[^\\p{C}]+", ErrorMessage = "a name, an address or a folder")]
    public string Host { get; init; } = "localhost";

    /// <summary>Gets the server's port there.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 5432;

    /// <summary>Gets how the connection from inside of the container is protected.</summary>
    public PostgresTls SslMode { get; init; } = PostgresTls.Prefer;

    /// <summary>Gets the file of the authorities that the server's certificate must come from, a path in the container; null for none.</summary>
    [RegularExpression("/[^\\p{C}]+", ErrorMessage = "an absolute path in the container")]
    public string? RootCertificate { get; init; }

    /// <summary>Gets who runs the programs there, as <c>docker exec --user</c> has it; null for the container's user.</summary>
    [RegularExpression("[A-Za-z0-9_][A-Za-z0-9_.:-]{0,64}", ErrorMessage = "a user such as \"postgres\" or \"999:999\"")]
    public string? User { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if ((Service is null) == (Name is null))
        {
            yield return new("service", "expected either \"service\", of the platform's compose stack, or the container's \"name\"");
        }

        if (Engine is not null && !Engine.Contains("${", StringComparison.Ordinal) && !Docker.DockerHost.TryParse(Engine, null, out _, out var problem))
        {
            yield return new("engine", $"{problem}, found {OptionText.Found(Engine)}");
        }
    }
}

/// <summary>
/// A PostgreSQL database: dumped from one snapshot by a client of the server's version, and verified by restoring it into a
/// scratch database on the same server and comparing both (docs/backups.md). Restored only by <c>Restore</c>.
/// </summary>
public sealed record PostgresBackupOptions : BackupOptions, ICheckedOptions
{
    /// <summary>Gets its name, unique among the backups.</summary>
    [RegularExpression("[a-z0-9][a-z0-9-]{0,62}", ErrorMessage = OptionText.Name)]
    public required string Id { get; init; }

    /// <summary>Gets where the database is.</summary>
    public required PostgresConnectionOptions Connection { get; init; }

    /// <summary>Gets the folder for the dumps, relative to the repository; null for <c>backups</c> in the environment's own folder (<c>.release/NAME</c>).</summary>
    public string? Path { get; init; }

    /// <summary>Gets how the dump is written; null for <c>custom</c>, with several <see cref="Jobs"/> <c>directory</c>.</summary>
    public DumpFormat? Format { get; init; }

    /// <summary>Gets how many tables are dumped and restored at once; each job is a connection of its own.</summary>
    [Range(1, 64)]
    public int Jobs { get; init; } = 1;

    /// <summary>
    /// Gets the folder of <c>pg_dump</c> and <c>pg_restore</c>; null to look for those of the server's version in PATH and where
    /// packages put them.
    /// </summary>
    public string? Client { get; init; }

    /// <summary>
    /// Gets a container whose <c>pg_dump</c> and <c>pg_restore</c> are used, such as the server's own; null for those of this machine. Dumps
    /// come and go as a stream: nothing is written in the container.
    /// </summary>
    public PostgresContainerOptions? ClientContainer { get; init; }

    /// <summary>Gets how long taking, verifying or restoring may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Gets how much must stay free on the disk of <see cref="Path"/> beside what the dump is expected to take.</summary>
    [ValueForm(ValueForms.Size)]
    public string MinFree { get; init; } = "100MB";

    /// <summary>Gets what is compared of each table.</summary>
    public ChecksumDepth Checksum { get; init; } = ChecksumDepth.Full;

    /// <summary>Gets which backups are kept; null for all.</summary>
    public KeepBackupsOptions? Keep { get; init; }

    /// <summary>Gets what becomes of it when the run that took it is undone before it ends: <c>keep</c> or <c>discard</c>. A database is restored by <c>Restore</c> only.</summary>
    public BackupPolicy OnRollback { get; init; } = BackupPolicy.Keep;

    /// <inheritdoc/>
    public override string Identity => $"{Type} {Id}";

    /// <summary>Gets the format that is used.</summary>
    internal DumpFormat FormatInUse => Format ?? (Jobs > 1 ? DumpFormat.Directory : DumpFormat.Custom);

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (OnRollback is BackupPolicy.Restore)
        {
            yield return new("onRollback", "expected \"keep\" or \"discard\", found \"restore\": what was written since would be lost without a person's word; Restore asks for it");
        }

        if (Jobs > 1 && Format is DumpFormat.Custom)
        {
            yield return new("jobs", "expected 1 with the format \"custom\", which one job writes, or the format \"directory\"", nameof(Format));
        }

        if (ClientContainer is not null && FormatInUse is DumpFormat.Directory)
        {
            yield return new("clientContainer", "expected one job and the format \"custom\" with it: a folder of several jobs needs a client on this machine", nameof(Jobs));
        }

        if (ClientContainer is not null && Client is not null)
        {
            yield return new("client", "expected it or \"clientContainer\", found both", nameof(ClientContainer));
        }
    }
}
