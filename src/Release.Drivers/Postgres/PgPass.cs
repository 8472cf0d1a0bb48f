namespace Release.Drivers.Postgres;

/// <summary>
/// A password file of one call's own, readable by this user only (libpq ignores any other) and gone with the call. Neither
/// an argument nor a variable of the program holds the password (https://www.postgresql.org/docs/15/libpq-pgpass.html).
/// </summary>
internal sealed class PgPass : IDisposable
{
    private readonly DirectoryInfo? _folder;

    private PgPass(DirectoryInfo? folder, string path) => (_folder, Path) = (folder, path);

    /// <summary>Gets the file for <c>PGPASSFILE</c>; without a password one that is empty, so that no other is asked.</summary>
    public string Path { get; }

    /// <summary>Writes it.</summary>
    /// <param name="password">The password; null for none.</param>
    /// <exception cref="DatabaseException">It cannot be in such a file.</exception>
    public static PgPass Write(string? password)
    {
        if (password is null)
        {
            return new(null, "/dev/null");
        }

        var line = Line(password);
        var folder = Directory.CreateTempSubdirectory("release-pg-"); // 0700
        try
        {
            var path = System.IO.Path.Combine(folder.FullName, "pgpass");
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var file = new FileStream(path, options);
            file.Write(System.Text.Encoding.UTF8.GetBytes(line));
            return new(folder, path);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Its only line: for whatever is connected to, since the call connects to one server only.</summary>
    internal static string Line(string password) => password.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0
        ? throw new DatabaseException("The password has a line break or a NUL character, which no password file can hold: choose another one.")
        : $"*:*:*:*:{password.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal)}\n";

    /// <inheritdoc/>
    public void Dispose() => _folder?.Delete(recursive: true);
}

/// <summary>A database did not do what it was asked for, or a dump is not what it should be. The message is for a person.</summary>
/// <param name="message">What, of what, and what to do.</param>
/// <param name="cause">What was said, or null.</param>
public class DatabaseException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary><c>pg_dump</c> or <c>pg_restore</c> ran and said that it failed; the message has its own words.</summary>
/// <param name="message">What it was working on, and what it said.</param>
public sealed class ClientFailedException(string message) : DatabaseException(message);
