using System.Globalization;

namespace Release.Drivers.Postgres;

/// <summary>
/// Builds what runs a client's program in a container. The password is the first line of its standard input: it is in no
/// argument, in no variable that the engine is told, and in no file. Pure: nothing is started here.
/// </summary>
internal static class ContainerScript
{
    /// <summary>What no sensible client answers: the password did not come.</summary>
    public const int NoPassword = 125;

    // The container's own variables may hold others, and libpq would read them.
    private static readonly string Opening = $"""
        unset {string.Join(' ', PgCommands.Foreign)}
        IFS= read -r PGPASSWORD || exit {NoPassword}
        if [ -n "$PGPASSWORD" ]; then export PGPASSWORD; fi

        """;

    // The engine lets a program go on when its caller is gone, and closes its input: who watches that ends it.
    private static readonly string Writing = Opening + """
        exec 3<&0 </dev/null
        "$@" 3<&- &
        program=$!
        { while read -r gone; do :; done; kill "$program"; } <&3 3<&- >/dev/null 2>&1 &
        watch=$!
        exec 3<&-
        wait "$program"
        code=$?
        kill "$watch" 2>/dev/null
        exit "$code"
        """;

    // The input stays open until the call ends, so the archive's end is counted. An archive that breaks off ends the program by itself.
    private static readonly string Reading = Opening + """
        size=$1
        shift
        head -c "$size" | "$@"
        """;

    /// <summary>A program that reads nothing.</summary>
    public static IReadOnlyList<string> That(string program, IReadOnlyList<string> arguments) => ["sh", "-c", Writing, "release", program, .. arguments];

    /// <summary>A program that reads an archive of this many bytes from its standard input.</summary>
    public static IReadOnlyList<string> ThatReads(long size, string program, IReadOnlyList<string> arguments) =>
        ["sh", "-c", Reading, "release", size.ToString(CultureInfo.InvariantCulture), program, .. arguments];

    /// <summary>The variables of a call; none is a secret.</summary>
    /// <param name="place">The user, and how long connecting may take.</param>
    /// <param name="container">Where the server is for those inside.</param>
    public static IReadOnlyList<string> Variables(PgPlace place, PostgresContainerOptions container) =>
    [
        .. PgCommands.Environment(place with { Host = container.Host, Port = container.Port, Tls = container.SslMode, RootCertificate = container.RootCertificate }, "/dev/null")
            .Where(variable => variable.Value is not null).OrderBy(variable => variable.Key, StringComparer.Ordinal).Select(variable => $"{variable.Key}={variable.Value}"),
    ];

    /// <summary>The first line of the input.</summary>
    /// <exception cref="DatabaseException">The password cannot be in a line.</exception>
    public static byte[] FirstLine(string? password)
    {
        if (password is not null)
        {
            _ = PgPass.Line(password);
        }

        return System.Text.Encoding.UTF8.GetBytes($"{password}\n");
    }
}
