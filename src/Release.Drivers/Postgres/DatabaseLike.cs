using Release.Output;

namespace Release.Drivers.Postgres;

/// <summary>What a new database must share with another one, for the same rows to sort and to hash alike.</summary>
/// <param name="Encoding">Its encoding.</param>
/// <param name="Collate">How text sorts.</param>
/// <param name="Ctype">What is a letter.</param>
/// <param name="Provider">Who provides that: c, i or b; empty for servers that know one only.</param>
/// <param name="Locale">ICU's or the builtin locale; empty for none.</param>
/// <param name="Rules">ICU's own rules; empty for none.</param>
/// <param name="Tablespace">Where it lies.</param>
internal sealed record DatabaseFacts(string Encoding, string Collate, string Ctype, string Provider, string Locale, string Rules, string Tablespace);

/// <summary>Makes databases like others.</summary>
internal static class DatabaseLike
{
    // Settings whose value is a list of names, of which each is quoted by itself.
    private static readonly string[] Lists = ["search_path", "temp_tablespaces", "session_preload_libraries", "shared_preload_libraries", "local_preload_libraries", "unix_socket_directories"];

    public static async Task<DatabaseFacts> Of(PgSession session, string name, CancellationToken cancellation)
    {
        var (provider, locale, rules) = session.Major switch
        {
            >= 17 => ("datlocprovider::text", "datlocale", "daticurules"),
            16 => ("datlocprovider::text", "daticulocale", "daticurules"),
            15 => ("datlocprovider::text", "daticulocale", "NULL"),
            _ => ("''", "NULL", "NULL"),
        };
        var rows = await session.Rows(
            $"SELECT pg_catalog.pg_encoding_to_char(encoding), datcollate::text, datctype::text, {provider}, coalesce({locale}::text, ''), coalesce({rules}::text, ''), (SELECT spcname::text FROM pg_catalog.pg_tablespace t WHERE t.oid = dattablespace) "
            + $"FROM pg_catalog.pg_database WHERE datname = {PgText.Literal(name)}",
            cancellation);
        return rows is [var row] ? new(row[0]!, row[1]!, row[2]!, row[3]!, row[4]!, row[5]!, row[6]!) : throw new DatabaseException($"There is no database {name} on its server.");
    }

    /// <summary>The statement that makes one. From <c>template0</c>, since nobody changed that.</summary>
    public static string Create(string name, DatabaseFacts like)
    {
        var provider = like.Provider switch
        {
            "i" => $" LOCALE_PROVIDER icu ICU_LOCALE {PgText.Literal(like.Locale)}{(like.Rules.Length > 0 ? $" ICU_RULES {PgText.Literal(like.Rules)}" : "")}",
            "b" => $" LOCALE_PROVIDER builtin BUILTIN_LOCALE {PgText.Literal(like.Locale)}",
            "c" => " LOCALE_PROVIDER libc",
            _ => "",
        };

        // To name the usual one, too, takes a right that only superusers have.
        var tablespace = like.Tablespace == "pg_default" ? "" : $" TABLESPACE {PgText.Identifier(like.Tablespace)}";
        return $"CREATE DATABASE {PgText.Identifier(name)} TEMPLATE template0 ENCODING {PgText.Literal(like.Encoding)} LC_COLLATE {PgText.Literal(like.Collate)} LC_CTYPE {PgText.Literal(like.Ctype)}{provider}{tablespace}";
    }

    /// <summary>Gives a database what belongs to another one and is in no dump: owner, limit, settings and privileges.</summary>
    /// <param name="session">A connection.</param>
    /// <param name="name">Its name.</param>
    /// <param name="like">The other one.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="left">Takes a line for what cannot be given, and then goes on; null to stop at it.</param>
    public static async Task Dress(PgSession session, string name, DatabasePortrait like, CancellationToken cancellation, Action<string>? left = null)
    {
        foreach (var statement in Clothes(name, like))
        {
            try
            {
                await session.Do(statement, cancellation);
            }
            catch (DatabaseException refused) when (left is not null && refused.InnerException is Npgsql.PostgresException)
            {
                left($"{TerminalText.Line(statement, 200)}: {refused.Message}");
            }
        }
    }

    internal static string Set(string database, string? role, string setting)
    {
        var (name, value) = (setting[..setting.IndexOf('=', StringComparison.Ordinal)], setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        var values = Lists.Contains(name, StringComparer.OrdinalIgnoreCase) ? PgText.Elements(value).Select(PgText.Literal) : [PgText.Literal(value)];
        var whose = role is null ? $"ALTER DATABASE {PgText.Identifier(database)}" : $"ALTER ROLE {PgText.Identifier(role)} IN DATABASE {PgText.Identifier(database)}";

        // A name of an extension's setting has a dot that is no part of a name.
        return $"{whose} SET {string.Join('.', name.Split('.').Select(PgText.Identifier))} TO {string.Join(", ", values)}";
    }

    internal static IReadOnlyList<string> Clothes(string name, DatabasePortrait like)
    {
        var to = PgText.Identifier(name);
        return
        [
            $"ALTER DATABASE {to} OWNER TO {PgText.Identifier(like.Owner)}",
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ALTER DATABASE {to} CONNECTION LIMIT {like.ConnectionLimit}"),
            .. like.Settings.Select(s => Set(name, s.Role, s.Setting)),
            .. like.Grants is null ? [] : new[] { $"REVOKE ALL ON DATABASE {to} FROM PUBLIC" },
            .. (like.Grants ?? []).Select(g => $"GRANT {g.Privilege} ON DATABASE {to} TO {(g.Role is { } role ? PgText.Identifier(role) : "PUBLIC")}{(g.MayGrant ? " WITH GRANT OPTION" : "")}"),
        ];
    }
}
