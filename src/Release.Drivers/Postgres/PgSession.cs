using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using Release.Output;

namespace Release.Drivers.Postgres;

/// <summary>
/// One connection. Its settings are the same wherever it is opened, so that the same rows have the same text. Every value is
/// asked for as text. Errors are <see cref="DatabaseException"/>, filtered.
/// </summary>
internal sealed class PgSession : IAsyncDisposable
{
    /// <summary>What the server's list of sessions calls us.</summary>
    public const string ApplicationName = "release";

    // A limit of the server's on a whole transaction (17) or an idle session (14) would end a snapshot that a dump needs.
    private const string NoLimits = "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name IN ('transaction_timeout', 'idle_session_timeout')";

    private const string Settings =
        "SET client_min_messages = warning; SET search_path = ''; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET timezone = 'UTC'; SET extra_float_digits = 3; "
        + "SET bytea_output = 'hex'; SET xmloption = 'content'; SET lc_monetary = 'C'; SET row_security = off; SET standard_conforming_strings = on; "
        + "SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '60s'; SET statement_timeout = 0";

    private readonly NpgsqlConnection _connection;
    private readonly PgPlace _place;

    private PgSession(NpgsqlConnection connection, PgPlace place) => (_connection, _place) = (connection, place);

    /// <summary>Gets the server's version: 150018 is 15.18.</summary>
    public int VersionNumber { get; private set; }

    /// <summary>Gets the major version.</summary>
    public int Major => VersionNumber / 10_000;

    /// <summary>Gets the version for a person.</summary>
    public string Version => string.Create(CultureInfo.InvariantCulture, $"{Major}.{VersionNumber % 10_000}");

    /// <summary>Connects.</summary>
    /// <exception cref="DatabaseException">It cannot; the message says where and why.</exception>
    public static async Task<PgSession> Open(PgPlace place, CancellationToken cancellation)
    {
        if (!Sha256.HasOpenSsl)
        {
            // .NET ends the process where it cannot load OpenSSL; what can be said is said before.
            throw new DatabaseException($"The database {place} cannot be asked: this machine has no OpenSSL (libssl.so.3), which the login needs. Install libssl3, or run this command on another machine.");
        }

#pragma warning disable CA2000 // The session disposes of it, also where it could not be opened.
        var session = new PgSession(new(Text(place)), place);
#pragma warning restore CA2000
        try
        {
            await session.Asked(async () => await session._connection.OpenAsync(cancellation));
            await session.Do(Settings, cancellation);
            await session.Do(NoLimits, cancellation);
            session.VersionNumber = int.Parse((await session.One("SHOW server_version_num", cancellation))!, CultureInfo.InvariantCulture);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs statements whose answers do not matter.</summary>
    public Task Do(string sql, CancellationToken cancellation) => Asked(async () =>
    {
        await using var command = Command(sql);
        _ = await command.ExecuteNonQueryAsync(cancellation);
    });

    /// <summary>The first value of the first row; null for none.</summary>
    public async Task<string?> One(string sql, CancellationToken cancellation) =>
        await Rows(sql, cancellation) is [[var value, ..], ..] ? value : null;

    /// <summary>All rows, each value as text.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<string?>>> Rows(string sql, CancellationToken cancellation)
    {
        var rows = new List<IReadOnlyList<string?>>();
        await Asked(async () =>
        {
            await using var command = Command(sql);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetString(i))]);
            }
        });
        return rows;
    }

    /// <summary>
    /// The first rows of a query of somebody else, in the transaction that is open. It is a cursor's, so it can be nothing but a
    /// query; a batch's command is one statement, whatever the text holds; and the server gives no more rows than are asked for.
    /// </summary>
    /// <exception cref="DatabaseException">It is no query, or more than one statement.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<string?>>> Query(string sql, int most, CancellationToken cancellation)
    {
        await Asked(async () =>
        {
            await using var batch = new NpgsqlBatch(_connection);
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"DECLARE release_query NO SCROLL CURSOR FOR {sql.TrimEnd(' ', ';', '\n', '\r', '\t')}"));
            _ = await batch.ExecuteNonQueryAsync(cancellation);
        });
        return await Rows(string.Create(CultureInfo.InvariantCulture, $"FETCH {most} FROM release_query"), cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _connection.DisposeAsync();
        }
        catch (Exception gone) when (gone is NpgsqlException or IOException or SocketException)
        {
            // The server went away first.
        }
    }

    internal static string Text(PgPlace place) => new NpgsqlConnectionStringBuilder
    {
        Host = place.Host,
        Port = place.Port,
        Database = place.Database,
        Username = place.User,
        Password = place.Password,
        Passfile = "/dev/null",
        SslMode = place.Tls switch
        {
            PostgresTls.Disable => SslMode.Disable,
            PostgresTls.Allow => SslMode.Allow,
            PostgresTls.Prefer => SslMode.Prefer,
            PostgresTls.Require => SslMode.Require,
            PostgresTls.VerifyCa => SslMode.VerifyCA,
            PostgresTls.VerifyFull or _ => SslMode.VerifyFull,
        },
        RootCertificate = place.RootCertificate,
        Timeout = Math.Max(1, (int)Math.Ceiling(place.ConnectTimeout.TotalSeconds)),
        CommandTimeout = 0,
        CancellationTimeout = 2000,
        KeepAlive = 30,
        Pooling = false,
        Enlist = false,
        PersistSecurityInfo = false,
        IncludeErrorDetail = false,
        ApplicationName = ApplicationName,
#pragma warning disable CS0618 // A data source would pool; nothing but text is read here, so no type has to be asked for at each login.
        ServerCompatibilityMode = ServerCompatibilityMode.NoTypeLoading,
#pragma warning restore CS0618
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    // Unknown result types give every value as the server writes it.
#pragma warning disable CA2100 // Names and values in it were quoted by PgText; a query of the configuration goes through Query.
    private NpgsqlCommand Command(string sql) => new(sql, _connection) { AllResultTypesAreUnknown = true };
#pragma warning restore CA2100

    private async Task Asked(Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (Npgsql.PostgresException said)
        {
            throw new DatabaseException($"PostgreSQL refused ({_place}): {TerminalText.Line(said.MessageText, 400)} ({said.SqlState})", said);
        }
        catch (Exception problem) when (problem is NpgsqlException or IOException or SocketException or TimeoutException or InvalidOperationException or ArgumentException or NotSupportedException)
        {
            throw new DatabaseException($"PostgreSQL does not answer ({_place}): {TerminalText.Line(problem.GetBaseException().Message, 300)}", problem);
        }
    }
}
