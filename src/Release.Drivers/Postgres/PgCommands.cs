namespace Release.Drivers.Postgres;

/// <summary>A connection whose placeholders have their values.</summary>
/// <param name="Host">Name, address or socket folder.</param>
/// <param name="Port">The port.</param>
/// <param name="Database">The database.</param>
/// <param name="User">The user.</param>
/// <param name="Password">The password, or null.</param>
internal sealed record PgPlace(string Host, int Port, string Database, string User, string? Password)
{
    public PostgresTls Tls { get; init; } = PostgresTls.Prefer;

    public string? RootCertificate { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public static PgPlace Of(PostgresConnectionOptions options, Func<string, string> resolve, string root) => new(
        resolve(options.Host), options.Port, resolve(options.Database), resolve(options.User), options.Password is null ? null : resolve(options.Password))
    {
        Tls = options.SslMode,
        RootCertificate = options.RootCertificate is { } file ? System.IO.Path.GetFullPath(resolve(file), root) : null,
        ConnectTimeout = options.ConnectTimeout,
    };

    /// <summary>For a person: without the user and without the password.</summary>
    public override string ToString() => $"{Database} at {Host}:{Port}";
}

/// <summary>Builds the calls of PostgreSQL's own programs. Pure: nothing is started here, and no argument holds a secret.</summary>
internal static class PgCommands
{
    /// <summary>What libpq would read from the environment of whoever calls us.</summary>
    internal static readonly string[] Foreign =
    [
        "PGHOSTADDR", "PGPASSWORD", "PGSERVICE", "PGSERVICEFILE", "PGOPTIONS", "PGDATABASE", "PGREQUIRESSL", "PGSSLCERT", "PGSSLKEY", "PGCLIENTENCODING",
        "PGTZ", "PGDATESTYLE", "PGTARGETSESSIONATTRS", "PGREQUIREAUTH", "PGCHANNELBINDING",
    ];

    public static IReadOnlyList<string> Version() => ["--version"];

    /// <summary>A dump to standard output, in the snapshot of somebody else.</summary>
    public static IReadOnlyList<string> Dump(string database, string snapshot, TimeSpan lockWait, int client) =>
        ["--format=custom", .. Common(database, snapshot, lockWait, client)];

    /// <summary>The same into a folder, by several jobs.</summary>
    public static IReadOnlyList<string> DumpFolder(string database, string snapshot, TimeSpan lockWait, string folder, int jobs, int client) =>
        ["--format=directory", $"--jobs={jobs}", $"--file={folder}", .. Common(database, snapshot, lockWait, client)];

    /// <summary>A restore into a database that is there and empty.</summary>
    /// <param name="database">Its name.</param>
    /// <param name="archive">The dump; null for standard input.</param>
    /// <param name="jobs">How many connections.</param>
    /// <param name="owners">Whether objects get their owners and privileges.</param>
    /// <param name="client">The programs' major version.</param>
    public static IReadOnlyList<string> Restore(string database, string? archive, int jobs, bool owners, int client) =>
    [
        PgText.ConnectionArgument(database), "--no-password", "--verbose", "--exit-on-error", "--no-subscriptions", .. NoStatistics(client),
        .. owners ? [] : new[] { "--no-owner", "--no-privileges" },
        .. jobs > 1 ? [$"--jobs={jobs}"] : Array.Empty<string>(),
        .. archive is null ? [] : new[] { "--", archive },
    ];

    /// <summary>Reads a whole dump, decompresses it, and does nothing with it.</summary>
    /// <param name="archive">The dump; null for standard input.</param>
    public static IReadOnlyList<string> ReadThrough(string? archive) => ["--verbose", "--file=/dev/null", .. archive is null ? [] : new[] { "--", archive }];

    /// <summary>The variables of a call.</summary>
    /// <param name="place">Where to connect.</param>
    /// <param name="passFile">The password file.</param>
    public static IReadOnlyDictionary<string, string?> Environment(PgPlace place, string passFile)
    {
        var variables = Foreign.ToDictionary(name => name, _ => (string?)null);
        variables["PGHOST"] = place.Host;
        variables["PGPORT"] = place.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        variables["PGUSER"] = place.User;
        variables["PGPASSFILE"] = passFile;
        variables["PGSSLMODE"] = Runs.Words.Of(place.Tls);
        variables["PGSSLROOTCERT"] = place.RootCertificate;
        variables["PGCONNECT_TIMEOUT"] = Math.Max(2, (int)Math.Ceiling(place.ConnectTimeout.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        variables["PGAPPNAME"] = PgSession.ApplicationName;
        variables["PGGSSENCMODE"] = "disable";
        variables["LC_ALL"] = "C";
        return variables;
    }

    // Since 18 a dump may hold the planner's statistics; a restore here analyzes, whatever the version.
    private static IReadOnlyList<string> NoStatistics(int client) => client >= 18 ? ["--no-statistics"] : [];

    private static IReadOnlyList<string> Common(string database, string snapshot, TimeSpan lockWait, int client) =>
    [
        $"--snapshot={snapshot}", "--verbose", "--no-password", .. NoStatistics(client),
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"--lock-wait-timeout={(long)lockWait.TotalMilliseconds}"),
        PgText.ConnectionArgument(database),
    ];
}
