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
        var tablespace = like.Tablespace == "pg_default" ? "" : $" TABLESPACE {PgText.Identifier(like.Tablespace)}";
        return $"CREATE DATABASE {PgText.Identifier(name)} TEMPLATE template0 ENCODING {PgText.Literal(like.Encoding)} LC_COLLATE {PgText.Literal(like.Collate)} LC_CTYPE {PgText.Literal(like.Ctype)}{provider}{tablespace}";
    }

    /// <summary>Gives a database what belongs to the other one and is in no dump: owner, limit, settings and privileges.</summary>
    public static async Task Dress(PgSession session, string name, string like, CancellationToken cancellation)
    {
        foreach (var statement in await Clothes(session, name, like, cancellation))
        {
            await session.Do(statement, cancellation);
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

    private static async Task<IReadOnlyList<string>> Clothes(PgSession session, string name, string like, CancellationToken cancellation)
    {
        var (to, from) = (PgText.Identifier(name), PgText.Literal(like));
        var of = (await session.Rows($"SELECT pg_catalog.pg_get_userbyid(datdba)::text, datconnlimit::text, (datacl IS NULL)::text FROM pg_catalog.pg_database WHERE datname = {from}", cancellation))[0];
        var settings = await session.Rows(
            $"SELECT r.rolname::text, pg_catalog.unnest(s.setconfig) FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole WHERE d.datname = {from}", cancellation);
        var privileges = of[2] == "true" ? [] : await session.Rows(
            $"SELECT g.rolname::text, a.privilege_type, a.is_grantable::text, (a.grantee = d.datdba)::text FROM pg_catalog.pg_database d, pg_catalog.aclexplode(d.datacl) a LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantee WHERE d.datname = {from}", cancellation);
        return
        [
            $"ALTER DATABASE {to} OWNER TO {PgText.Identifier(of[0]!)}",
            $"ALTER DATABASE {to} CONNECTION LIMIT {of[1]}",
            .. settings.Select(s => Set(name, s[0], s[1]!)),
            .. of[2] == "true" ? [] : new[] { $"REVOKE ALL ON DATABASE {to} FROM PUBLIC" },
            .. privileges.Where(p => p[3] != "true").Select(p => $"GRANT {p[1]} ON DATABASE {to} TO {(p[0] is { } role ? PgText.Identifier(role) : "PUBLIC")}{(p[2] == "true" ? " WITH GRANT OPTION" : "")}"),
        ];
    }
}
