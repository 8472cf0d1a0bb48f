namespace Release.Drivers.Postgres;

/// <summary>
/// Roles that a dump names and a restore needs: they belong to the server and are in no dump. One that is missing, or that the
/// restoring user may not give objects to, ends a restore at its first statement about it.
/// </summary>
internal static class RestoringRoles
{
    private const int Named = 8;

    /// <summary>Owns objects.</summary>
    public const string Owner = "owner";

    /// <summary>Is granted privileges, or is named by a policy.</summary>
    public const string Grantee = "grantee";

    /// <summary>Why what was dumped cannot be restored with its owners and privileges, a sentence with what to do; null where nothing is known against it.</summary>
    /// <param name="session">A connection to the server, as the user that restores.</param>
    /// <param name="facts">What was dumped.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<string?> Obstacle(PgSession session, Fingerprint facts, CancellationToken cancellation)
    {
        if (facts.Roles.Count == 0)
        {
            return null;
        }

        // From 16 on a member may lack the right to act as the role.
        var member = session.Major >= 16 ? "SET" : "MEMBER";
        var there = (await session.Rows(
            $"SELECT r.rolname::text, pg_catalog.pg_has_role(current_user, r.oid, '{member}')::text, current_user::text FROM pg_catalog.pg_roles r WHERE r.rolname IN ({string.Join(", ", facts.Roles.Keys.Select(PgText.Literal))})",
            cancellation)).ToDictionary(r => r[0]!, r => (MayBe: r[1] == "true", User: r[2]!), StringComparer.Ordinal);
        return Obstacle(facts.Roles, there.ToDictionary(r => r.Key, r => r.Value.MayBe, StringComparer.Ordinal), there.Values.FirstOrDefault().User ?? "");
    }

    /// <summary>The same, with what the server said. Pure.</summary>
    /// <param name="roles">Each role, and what it is in the dump.</param>
    /// <param name="there">The roles that are there, and whether the user may act as each.</param>
    /// <param name="user">The user.</param>
    internal static string? Obstacle(IReadOnlyDictionary<string, string> roles, IReadOnlyDictionary<string, bool> there, string user)
    {
        var missing = roles.Keys.Where(r => !there.ContainsKey(r)).Order(StringComparer.Ordinal).ToList();
        var closed = roles.Where(r => r.Value == Owner && there.TryGetValue(r.Key, out var mayBe) && !mayBe).Select(r => r.Key).Order(StringComparer.Ordinal).ToList();
        return missing.Count == 0 && closed.Count == 0 ? null : string.Join(" ", new[]
        {
            missing.Count == 0 ? null : $"the roles {List(missing)} are named by the dump and are not on this server; make them: {Statement(missing, r => $"CREATE ROLE {PgText.Identifier(r)};")}",
            closed.Count == 0 ? null : $"the user {user} may not give objects to their owners {List(closed)}; allow it: {Statement(closed, r => $"GRANT {PgText.Identifier(r)} TO {PgText.Identifier(user)};")}",
        }.OfType<string>());
    }

    private static string List(List<string> names) => string.Join(", ", names.Take(Named)) + (names.Count > Named ? $" and {names.Count - Named} more" : "");

    private static string Statement(List<string> names, Func<string, string> of) => string.Join(" ", names.Take(Named).Select(of));
}
