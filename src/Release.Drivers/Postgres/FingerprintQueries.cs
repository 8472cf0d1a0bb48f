namespace Release.Drivers.Postgres;

/// <summary>
/// The questions that a fingerprint is made of. Each name in an answer is quoted where it must be. What belongs to an
/// extension is left out: the extension makes it, in the version that the server has.
/// </summary>
internal static class FingerprintQueries
{
    /// <summary>From so many rows on, as the planner estimates them, a sample is taken.</summary>
    public const int ManyRows = 1_000_000;

    private const int SampledAtEachEnd = 50_000;
    private const int ChunkOfLargeObject = 64 * 1024 * 1024;

    private const string Ours = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    // What an extension made is in a dump only where it said so: the tables and sequences that its users' settings are in, and which rows of them.
    private const string ConfigurationOf = "(SELECT x.condition FROM pg_extension e, unnest(e.extconfig, e.extcondition) AS x(relation, condition) WHERE x.relation = c.oid LIMIT 1)";

    private const string InDump = $"(NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') OR {ConfigurationOf} IS NOT NULL)";

    /// <summary>
    /// Tables with rows of their own: name, name for SQL, estimated rows, primary key's columns for SQL (null for none), and which of its
    /// rows are in a dump (null for all).
    /// </summary>
    public const string Tables = $"""
        SELECT format('%I.%I', n.nspname, c.relname), c.reltuples::bigint::text,
          (SELECT string_agg(format('%I', a.attname), ', ' ORDER BY k.place) FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place), pg_attribute a
           WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid AND a.attnum = k.number), nullif({ConfigurationOf}, '')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND {Ours} AND {InDump}
        ORDER BY 1
        """;

    /// <summary>Sequences: name, step, whether they cycle.</summary>
    public const string Sequences = $"""
        SELECT format('%I.%I', n.nspname, c.relname), s.seqincrement::text, s.seqcycle::text
        FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relpersistence <> 't' AND {Ours} AND {InDump}
        ORDER BY 1
        """;

    /// <summary>Large objects: how many, and a checksum over all of them. Read in chunks: one may have 4 TB, a value 1 GB.</summary>
    public static readonly string LargeObjects = $"""
        SELECT (SELECT count(*) FROM pg_largeobject_metadata)::text, coalesce(sum(hashtextextended(l.oid::text || '/' || k::text || '/' || md5(lo_get(l.oid, k * {ChunkOfLargeObject}, {ChunkOfLargeObject})), 0)::numeric), 0)::text
        FROM (SELECT m.oid, lo_lseek64(lo_open(m.oid, 262144), 0, 2) AS size FROM pg_largeobject_metadata m OFFSET 0) AS l, generate_series(0, l.size / {ChunkOfLargeObject}) AS k
        """;

    /// <summary>The same without the contents.</summary>
    public const string LargeObjectCount = "SELECT count(*)::text, ''::text FROM pg_largeobject_metadata";

    /// <summary>Number of rows, and checksum.</summary>
    /// <param name="table">Its name for SQL.</param>
    /// <param name="key">The primary key's columns where only both ends by it are read; null to read every row.</param>
    /// <param name="condition">Which rows (<c>WHERE …</c>), in the words of the extension that the table belongs to; null for all.</param>
    public static string Checksum(string table, string? key, string? condition) => key is null || condition is not null
        ? $"SELECT count(*)::text, {Sums} FROM (SELECT (release_t.*)::text AS release_r FROM ONLY {table} AS release_t {condition} OFFSET 0) AS release_q"
        : $"""
          SELECT (SELECT count(*) FROM ONLY {table})::text, {Sums} FROM (
            (SELECT (release_t.*)::text AS release_r FROM ONLY {table} AS release_t ORDER BY {key} LIMIT {SampledAtEachEnd})
            UNION ALL (SELECT (release_t.*)::text FROM ONLY {table} AS release_t ORDER BY {Descending(key)} LIMIT {SampledAtEachEnd})) AS release_q
          """;

    /// <summary>Number of rows.</summary>
    public static string Count(string table, string? condition) => $"SELECT count(*)::text, ''::text FROM ONLY {table} {condition}";

    /// <summary>Where a sequence stands: the last number that it gave, or one step before the first.</summary>
    public static string Position(string sequence, string step) => $"SELECT (CASE WHEN is_called THEN last_value::numeric ELSE last_value::numeric - ({step}) END)::text FROM {sequence}";

    // Sums of 64-bit hashes with two seeds: the order of rows does not matter, a row that is there twice does.
    private const string Sums =
        "coalesce(sum(hashtextextended(release_r, 0)::numeric), 0)::text || '/' || coalesce(sum(hashtextextended(release_r, 7919)::numeric), 0)::text";

    private static string Descending(string key)
    {
        // Split at what lies between two names, and not at a comma in one.
        var columns = PgText.Elements(key).Select(column => PgText.Identifier(column) + " DESC");
        return string.Join(", ", columns);
    }

    /// <summary>
    /// Every object: what it is and its name, and its definition. The server writes an expression that it read back with other
    /// casts and parentheses than before (<c>varchar IN (…)</c>), so these are left out.
    /// </summary>
    /// <param name="owners">Whether owners are compared.</param>
    public static string Objects(bool owners) => $"""
        WITH rel AS (
          SELECT c.*, n.nspname, format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relpersistence <> 't' AND {Ours} AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S', 'i', 'I')
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')),
        fun AS (
          SELECT p.*, n.nspname, p.oid::regprocedure::text AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
          WHERE {Ours} AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')),
        typ AS (
          SELECT t.*, format('%I.%I', n.nspname, t.typname) AS name FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
          WHERE {Ours} AND t.typtype IN ('e', 'd', 'r') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'))
        SELECT 'schema ' || format('%I', n.nspname), '' FROM pg_namespace n WHERE {Ours}
        UNION ALL SELECT 'extension ' || format('%I', e.extname), format('in %I', n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
        UNION ALL SELECT CASE relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'f' THEN 'foreign table ' WHEN 'c' THEN 'type ' ELSE 'table ' END || name,
            concat_ws(', ', 'kind ' || relkind::text, 'persistence ' || relpersistence::text, CASE WHEN relrowsecurity THEN 'row security' END, CASE WHEN relforcerowsecurity THEN 'forced' END,
              array_to_string(reloptions, ','), 'by ' || pg_get_partkeydef(oid), {Plain("pg_get_expr(relpartbound, oid)")}, CASE WHEN relkind IN ('v', 'm') THEN {Plain("pg_get_viewdef(oid)")} END,
              CASE WHEN relkind = 'm' THEN 'filled ' || relispopulated::text END)
          FROM rel WHERE relkind NOT IN ('S', 'i', 'I')
        UNION ALL SELECT 'column ' || rel.name || '.' || format('%I', a.attname),
            concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END, 'default ' || {Plain("pg_get_expr(d.adbin, d.adrelid)")},
              nullif('identity ' || a.attidentity::text, 'identity '), nullif('generated ' || a.attgenerated::text, 'generated '), 'collate ' || nullif(a.attcollation, t.typcollation)::regcollation::text)
          FROM rel JOIN pg_attribute a ON a.attrelid = rel.oid JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
          WHERE a.attnum > 0 AND NOT a.attisdropped AND rel.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
        UNION ALL SELECT 'constraint ' || format('%I', k.conname) || ' of ' || coalesce(rel.name, typ.name), concat_ws(' ', k.contype::text, CASE WHEN NOT k.convalidated THEN 'not valid' END, {Plain("pg_get_constraintdef(k.oid)")})
          FROM pg_constraint k LEFT JOIN rel ON rel.oid = k.conrelid LEFT JOIN typ ON typ.oid = k.contypid WHERE coalesce(rel.oid, typ.oid) IS NOT NULL AND k.contype <> 'n' -- from 18 on NOT NULL is one, too: the column says it
        UNION ALL SELECT 'index ' || rel.name, concat_ws(' ', CASE WHEN i.indisunique THEN 'unique' END, CASE WHEN NOT i.indisvalid THEN 'invalid' END, {Plain("pg_get_indexdef(rel.oid)")})
          FROM rel JOIN pg_index i ON i.indexrelid = rel.oid
        UNION ALL SELECT 'sequence ' || rel.name, concat_ws(' ', format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle,
            (SELECT 'of ' || d.refobjid::regclass::text || '.' || d.refobjsubid::text FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = rel.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') LIMIT 1))
          FROM rel JOIN pg_sequence s ON s.seqrelid = rel.oid
        UNION ALL SELECT 'function ' || name, concat_ws(' ', prokind::text, (SELECT l.lanname FROM pg_language l WHERE l.oid = prolang), provolatile::text, CASE WHEN prosecdef THEN 'security definer' END,
            pg_get_function_result(oid), array_to_string(proconfig, ','), md5(prosrc))
          FROM fun
        UNION ALL SELECT 'trigger ' || format('%I', g.tgname) || ' of ' || rel.name, g.tgenabled::text || ' ' || {Plain("pg_get_triggerdef(g.oid)")} FROM pg_trigger g JOIN rel ON rel.oid = g.tgrelid WHERE NOT g.tgisinternal
        UNION ALL SELECT 'rule ' || format('%I', r.rulename) || ' of ' || rel.name, {Plain("pg_get_ruledef(r.oid)")} FROM pg_rewrite r JOIN rel ON rel.oid = r.ev_class WHERE r.rulename <> '_RETURN'
        UNION ALL SELECT 'policy ' || format('%I', p.polname) || ' of ' || rel.name, concat_ws(' ', p.polcmd::text, p.polpermissive, {Plain("pg_get_expr(p.polqual, p.polrelid)")}, {Plain("pg_get_expr(p.polwithcheck, p.polrelid)")})
          FROM pg_policy p JOIN rel ON rel.oid = p.polrelid
        UNION ALL SELECT 'type ' || typ.name, concat_ws(' ', typtype::text, CASE WHEN typtype = 'd' THEN format_type(typbasetype, typtypmod) END, CASE WHEN typnotnull THEN 'not null' END, {Plain("typdefault")},
            (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = typ.oid))
          FROM typ
        UNION ALL SELECT 'owner schema ' || format('%I', n.nspname), pg_get_userbyid(n.nspowner) FROM pg_namespace n WHERE {owners} AND {Ours}
        UNION ALL SELECT 'owner ' || name, pg_get_userbyid(relowner) FROM rel WHERE {owners} AND relkind NOT IN ('i', 'I')
        UNION ALL SELECT 'owner ' || name, pg_get_userbyid(proowner) FROM fun WHERE {owners}
        UNION ALL SELECT 'privileges schema ' || format('%I', n.nspname), {Privileges("coalesce(n.nspacl, acldefault('n', n.nspowner))")} FROM pg_namespace n WHERE {owners} AND {Ours}
        UNION ALL SELECT 'privileges ' || name, {Privileges("coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\", relowner))")} FROM rel WHERE {owners} AND relkind NOT IN ('i', 'I', 'c')
        UNION ALL SELECT 'privileges ' || name, {Privileges("coalesce(proacl, acldefault('f', proowner))")} FROM fun WHERE {owners}
        """;

    /// <summary>
    /// Each role that the dump's objects belong to, or that has privileges on them: name, and <c>owner</c> or <c>grantee</c>. The list of
    /// what depends on roles leaves out the user that the server was made with, so owners are read from the objects, too.
    /// </summary>
    public const string Roles = $"""
        WITH own AS (
          SELECT 'pg_class'::regclass::oid AS class, c.oid, c.relowner AS role FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {Ours} AND c.relpersistence <> 't' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S')
          UNION ALL SELECT 'pg_proc'::regclass::oid, p.oid, p.proowner FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {Ours}
          UNION ALL SELECT 'pg_type'::regclass::oid, t.oid, t.typowner FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE {Ours} AND t.typtype IN ('e', 'd', 'r')
          UNION ALL SELECT 'pg_namespace'::regclass::oid, n.oid, n.nspowner FROM pg_namespace n WHERE {Ours} AND NOT (n.nspname = 'public' AND n.nspowner IN (10, 6171)) -- every database has it with this owner
          UNION ALL SELECT 'pg_largeobject'::regclass::oid, l.oid, l.lomowner FROM pg_largeobject_metadata l),
        named AS (
          SELECT class, oid, role, 'o' AS how FROM own
          UNION ALL SELECT s.classid, s.objid, s.refobjid, s.deptype::text FROM pg_shdepend s
            WHERE s.dbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()) AND s.refclassid = 'pg_authid'::regclass AND s.deptype IN ('o', 'a', 'r') AND s.classid NOT IN ('pg_extension'::regclass, 'pg_subscription'::regclass)
              AND NOT EXISTS (SELECT FROM pg_class c WHERE s.classid = 'pg_class'::regclass AND c.oid = s.objid AND c.relpersistence = 't'))
        SELECT r.rolname::text, CASE WHEN bool_or(named.how = 'o') THEN '{RestoringRoles.Owner}' ELSE '{RestoringRoles.Grantee}' END
        FROM named JOIN pg_roles r ON r.oid = named.role
        WHERE r.rolname !~ '^pg_' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = named.class AND d.objid = named.oid AND d.deptype = 'e')
        GROUP BY 1
        """;

    private static string Privileges(string list) =>
        $"""(SELECT string_agg(format('%s %s%s', coalesce(r.rolname, 'PUBLIC'), a.privilege_type, CASE WHEN a.is_grantable THEN ' with grant option' ELSE '' END), ', ' ORDER BY r.rolname COLLATE "C", a.privilege_type COLLATE "C", a.is_grantable) FROM aclexplode({list}) a LEFT JOIN pg_roles r ON r.oid = a.grantee)""";

    private static string Plain(string expression) =>
        $$"""regexp_replace(regexp_replace({{expression}}, '::("([^"]|"")+"|[a-z_0-9]+)(\.("([^"]|"")+"|[a-z_0-9]+))?( varying| precision| with time zone| without time zone)?(\([0-9, ]+\))?(\[\])*', '', 'g'), '[()\[\]\s]', '', 'g')""";
}
