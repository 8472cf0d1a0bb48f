using System.Globalization;
using System.Text.RegularExpressions;
using Release.Tools;

namespace Release.Drivers.Postgres;

/// <summary>PostgreSQL's own programs, of one version.</summary>
/// <param name="Folder">Where they are.</param>
/// <param name="Major">Their major version.</param>
/// <param name="Version">What they say of themselves (<c>15.18</c>).</param>
internal sealed partial record PgClient(string Folder, int Major, string Version)
{
    private const int KnowsTransactionTimeout = 17;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // Debian and Ubuntu; Red Hat; Homebrew, Intel and Apple.
    private static readonly string[] Places = ["/usr/lib/postgresql/{0}/bin", "/usr/pgsql-{0}/bin", "/usr/local/opt/postgresql@{0}/bin", "/opt/homebrew/opt/postgresql@{0}/bin"];

    public string Dump => Path.Combine(Folder, "pg_dump");

    public string Restore => Path.Combine(Folder, "pg_restore");

    /// <summary>
    /// The programs for a server: of its own major version where there are some, else newer ones that can dump and restore it.
    /// </summary>
    /// <param name="server">The server's major version.</param>
    /// <param name="folder">The only folder to look in; null for all.</param>
    /// <param name="tool">Starts them.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DatabaseException">There are none; the message says what to install.</exception>
    public static async Task<PgClient> For(int server, string? folder, Tool tool, CancellationToken cancellation)
    {
        var found = new List<PgClient>();
        foreach (var place in folder is not null ? [folder] : Candidates(server, Environment.GetEnvironmentVariable("PATH")))
        {
            if (File.Exists(Path.Combine(place, "pg_dump")) && await Ask(place, tool, cancellation) is { } client)
            {
                found.Add(client);
                if (client.Major == server)
                {
                    break;
                }
            }
        }

        return Choose(found, server) ?? throw new DatabaseException(
            found.Count == 0
                ? $"There is no pg_dump {(folder is null ? "on this machine" : $"in {folder}")}, and PostgreSQL {server} needs that of version {server}: {Install(server)}"
                : $"The server is PostgreSQL {server}, and no pg_dump that was found is for it ({string.Join(", ", found.Select(c => $"{c.Version} in {c.Folder}: {WhyNot(c.Major, server)}"))}): {Install(server)}");
    }

    /// <summary>The one of the server's version, else the oldest that is newer and fits; null when none does.</summary>
    internal static PgClient? Choose(IEnumerable<PgClient> clients, int server) => clients.Where(c => WhyNot(c.Major, server) is null).MinBy(c => c.Major);

    /// <summary>
    /// Why programs of a version are not for a server; null where they are. Since 17 a restore begins with a setting that servers before 17
    /// do not know, and ends there (<c>_doSetFixedOutputState</c> in PostgreSQL's <c>pg_backup_archiver.c</c>).
    /// </summary>
    internal static string? WhyNot(int client, int server) =>
        client < server ? "older than the server, which refuses it"
        : client >= KnowsTransactionTimeout && server < KnowsTransactionTimeout ? $"restores with settings that a server before {KnowsTransactionTimeout} does not know"
        : null;

    /// <summary>The major version and the whole one in the words of <c>pg_dump --version</c>; null for other words.</summary>
    internal static (int Major, string Version)? Parse(string said) =>
        Words().Match(said) is { Success: true } match ? (int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture), match.Groups["version"].Value) : null;

    internal static IEnumerable<string> Candidates(int server, string? searchPath)
    {
        var own = Places.Select(place => string.Format(CultureInfo.InvariantCulture, place, server));
        var inPath = (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathFullyQualified);
        var newer = Enumerable.Range(server + 1, 5).SelectMany(major => Places.Select(place => string.Format(CultureInfo.InvariantCulture, place, major)));
        return own.Concat(inPath).Concat(newer).Distinct();
    }

    private static async Task<PgClient?> Ask(string folder, Tool tool, CancellationToken cancellation)
    {
        var answer = await tool.Run(new(Path.Combine(folder, "pg_dump"), PgCommands.Version()) { Timeout = Patience }, cancellation);
        return answer.Succeeded && Parse(answer.StandardOutput) is { } version ? new(folder, version.Major, version.Version) : null;
    }

    private static string Install(int server) => $"install it (Debian: apt-get install postgresql-client-{server}), or name its folder in \"client\".";

    [GeneratedRegex(@"\A\w+ \(PostgreSQL\) (?<version>(?<major>\d+)[.\w]*)")]
    private static partial Regex Words();
}
