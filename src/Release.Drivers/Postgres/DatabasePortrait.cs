using System.Text.Json.Nodes;

namespace Release.Drivers.Postgres;

/// <summary>A setting of a database, for everybody or for one role.</summary>
/// <param name="Role">The role; null for everybody.</param>
/// <param name="Setting"><c>name=value</c>, as the server keeps it.</param>
internal sealed record DatabaseSetting(string? Role, string Setting);

/// <summary>A privilege on a database.</summary>
/// <param name="Role">Who has it; null for everybody.</param>
/// <param name="Privilege">CONNECT, CREATE or TEMPORARY.</param>
/// <param name="MayGrant">Whether it may be passed on.</param>
internal sealed record DatabaseGrant(string? Role, string Privilege, bool MayGrant);

/// <summary>
/// What belongs to a database and is in no dump of it. Kept beside the dump, so that a database that is gone comes back whole.
/// </summary>
/// <param name="Facts">How it was made.</param>
/// <param name="Owner">Its owner.</param>
/// <param name="ConnectionLimit">-1 for none.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Grants">Who has which privilege, its owner left out; null where nobody ever changed what every database has.</param>
internal sealed record DatabasePortrait(DatabaseFacts Facts, string Owner, int ConnectionLimit, IReadOnlyList<DatabaseSetting> Settings, IReadOnlyList<DatabaseGrant>? Grants)
{
    /// <summary>Of a database that is there.</summary>
    /// <exception cref="DatabaseException">It is not.</exception>
    public static async Task<DatabasePortrait> Of(PgSession session, string name, CancellationToken cancellation)
    {
        var (facts, from) = (await DatabaseLike.Of(session, name, cancellation), PgText.Literal(name));
        var of = (await session.Rows($"SELECT pg_catalog.pg_get_userbyid(datdba)::text, datconnlimit::text, (datacl IS NULL)::text FROM pg_catalog.pg_database WHERE datname = {from}", cancellation))[0];
        var settings = await session.Rows(
            $"SELECT r.rolname::text, pg_catalog.unnest(s.setconfig) FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole WHERE d.datname = {from}", cancellation);
        var grants = of[2] == "true" ? null : await session.Rows(
            $"SELECT g.rolname::text, a.privilege_type, a.is_grantable::text FROM pg_catalog.pg_database d, pg_catalog.aclexplode(d.datacl) a LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantee WHERE d.datname = {from} AND a.grantee <> d.datdba", cancellation);
        return new(
            facts,
            of[0]!,
            int.Parse(of[1]!, System.Globalization.CultureInfo.InvariantCulture),
            [.. settings.Select(s => new DatabaseSetting(s[0], s[1]!))],
            grants is null ? null : [.. grants.Select(g => new DatabaseGrant(g[0], g[1]!, g[2] == "true"))]);
    }

    public JsonObject ToJson() => new()
    {
        ["encoding"] = Facts.Encoding,
        ["collate"] = Facts.Collate,
        ["ctype"] = Facts.Ctype,
        ["provider"] = Facts.Provider,
        ["locale"] = Facts.Locale,
        ["rules"] = Facts.Rules,
        ["tablespace"] = Facts.Tablespace,
        ["owner"] = Owner,
        ["connectionLimit"] = ConnectionLimit,
        ["settings"] = new JsonArray([.. Settings.Select(s => (JsonNode)new JsonObject { ["role"] = s.Role, ["setting"] = s.Setting })]),
        ["grants"] = Grants is null ? null : new JsonArray([.. Grants.Select(g => (JsonNode)new JsonObject { ["role"] = g.Role, ["privilege"] = g.Privilege, ["mayGrant"] = g.MayGrant })]),
    };

    public static DatabasePortrait FromJson(JsonObject json)
    {
        string Text(string name) => json[name]!.GetValue<string>();
        return new(
            new(Text("encoding"), Text("collate"), Text("ctype"), Text("provider"), Text("locale"), Text("rules"), Text("tablespace")),
            Text("owner"),
            json["connectionLimit"]!.GetValue<int>(),
            [.. json["settings"]!.AsArray().Select(s => new DatabaseSetting(s!["role"]?.GetValue<string>(), s["setting"]!.GetValue<string>()))],
            (json["grants"] as JsonArray)?.Select(g => new DatabaseGrant(g!["role"]?.GetValue<string>(), g["privilege"]!.GetValue<string>(), g["mayGrant"]!.GetValue<bool>())).ToList());
    }
}
