using System.IO.Pipelines;
using System.Text;
using Release.Drivers.Docker;
using Release.Output;

namespace Release.Drivers.Postgres;

/// <summary>
/// Those in a container that runs: the server's own, say, so of its version. A dump comes out of it and goes into it as a
/// stream, so nothing is ever written there. When this process is gone, a dump ends with its input and a restore with its archive.
/// </summary>
internal sealed class ContainerPrograms : IClientPrograms
{
    private const int Kept = 4000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ClientContainer _container;
    private readonly int _major;
    private readonly DriverContext _context;
    private readonly PgPlace _place;
    private readonly TimeSpan _limit;

    private ContainerPrograms(ClientContainer container, int major, DriverContext context, PgPlace place, TimeSpan limit) =>
        (_container, _major, _context, _place, _limit) = (container, major, context, place, limit);

    /// <inheritdoc/>
    public string Version { get; private set; } = "";

    /// <summary>Finds the container, and asks for the version of its programs.</summary>
    /// <param name="options">Which container.</param>
    /// <param name="server">The server's major version.</param>
    /// <param name="context">The surroundings.</param>
    /// <param name="place">The database.</param>
    /// <param name="limit">How long a call may take.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DatabaseException">There is none, it has no such programs, or they are older than the server.</exception>
    public static async Task<ContainerPrograms> For(PostgresContainerOptions options, int server, DriverContext context, PgPlace place, TimeSpan limit, CancellationToken cancellation)
    {
        var container = await ClientContainer.Find(options, context, cancellation);
        var asking = new ContainerPrograms(container, 0, context, place, Patience);
        var said = "";
        await asking.Run("pg_dump", ContainerScript.That("pg_dump", PgCommands.Version()), null, async (output, token) => said = await Beginning(output, token), cancellation);
        var version = PgClient.Parse(said) ?? throw new DatabaseException($"The pg_dump of the container {container.Name} does not say its version: {TerminalText.Line(said, 200)}");
        return PgClient.WhyNot(version.Major, server) is { } why
            ? throw new DatabaseException($"The server is PostgreSQL {server}, and the pg_dump {version.Version} of the container {container.Name} is not for it ({why}): name a container of the server's version in \"clientContainer\".")
            : new(container, version.Major, context, place, limit) { Version = $"{version.Version} in the container {container.Name}" };
    }

    /// <inheritdoc/>
    public Task Dump(string database, string snapshot, Func<Stream, CancellationToken, Task> output, CancellationToken cancellation) =>
        Run("pg_dump", ContainerScript.That("pg_dump", PgCommands.Dump(database, snapshot, HostPrograms.LockWait, _major)), null, output, cancellation);

    /// <inheritdoc/>
    public Task DumpFolder(string database, string snapshot, string folder, int jobs, CancellationToken cancellation) =>
        throw new DatabaseException("A client in a container writes one file: several \"jobs\" need a client on this machine.");

    /// <inheritdoc/>
    public Task Restore(string database, string archive, int jobs, bool owners, CancellationToken cancellation) =>
        Read(archive, size => ContainerScript.ThatReads(size, "pg_restore", PgCommands.Restore(database, null, 1, owners, _major)), cancellation);

    /// <inheritdoc/>
    public Task ReadThrough(string archive, CancellationToken cancellation) =>
        Read(archive, size => ContainerScript.ThatReads(size, "pg_restore", PgCommands.ReadThrough(null)), cancellation);

    private async Task Read(string archive, Func<long, IReadOnlyList<string>> command, CancellationToken cancellation)
    {
        if (Directory.Exists(archive))
        {
            throw new DatabaseException("The backup was written as a folder, by several \"jobs\", and a client in a container reads one file: take \"clientContainer\" out of the configuration, so that a client on this machine restores it.");
        }

        FileStream file;
        try
        {
            file = File.OpenRead(archive);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseException($"The dump cannot be read: {problem.Message}", problem);
        }

        await using (file)
        {
            await Run("pg_restore", command(file.Length), file, null, cancellation);
        }
    }

    private async Task Run(string program, IReadOnlyList<string> command, Stream? input, Func<Stream, CancellationToken, Task>? output, CancellationToken cancellation)
    {
        var (words, other) = (new ClientWords(_context.Report), new StringBuilder());
        var password = ContainerScript.FirstLine(_place.Password);
        var pipe = new Pipe();
        using var late = new CancellationTokenSource(_limit, _context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        var call = new ContainerCommand(command)
        {
            Variables = ContainerScript.Variables(_place, _container.Options),
            User = _container.Options.User,
            Input = async (stream, token) =>
            {
                await stream.WriteAsync(password, token);
                await (input?.CopyToAsync(stream, token) ?? Task.CompletedTask);
            },
            Output = output is null ? (_, _) => Task.CompletedTask : async (bytes, token) => _ = await pipe.Writer.WriteAsync(bytes, token),
            OnErrorLine = line => Hear(_context.Tool.ShownLine(line), words, other),
        };

        var taking = output is null ? Task.CompletedTask : Taken(output, pipe.Reader, either.CancelAsync, either.Token);
        var code = 0;
        try
        {
            code = await _container.Exec(call, either.Token);
            await pipe.Writer.CompleteAsync();
        }
        catch (Exception problem) when (problem is DockerException or OperationCanceledException)
        {
            await pipe.Writer.CompleteAsync(new CutOffException());
            await Own(taking);
            throw cancellation.IsCancellationRequested ? problem
                : late.IsCancellationRequested ? new DatabaseException($"{program} in the container {_container.Name} was not done within {_limit.TotalMinutes:0.#} min (\"timeout\") and was ended{words.During}.", problem)
                : new DatabaseException($"{program} in the container {_container.Name} was not seen to its end{words.During}: {problem.Message}", problem);
        }

        if (code != 0)
        {
            await Settled(taking);
            throw new ClientFailedException($"{program} in the container {_container.Name} failed{words.During}: {words.Or(Reason(program, code, other.ToString()))}");
        }

        await taking;
    }

    private static string Reason(string program, int code, string said) => code switch
    {
        126 or 127 => $"the container cannot start {program} (or sh, which it is started by){(said.Length > 0 ? $": {said}" : "")}. Name a container of an image that has PostgreSQL's client in \"clientContainer\"",
        ContainerScript.NoPassword => "its input broke off",
        _ => said.Length > 0 ? said : $"exit code {code}",
    };

    private static void Hear(string line, ClientWords words, StringBuilder other)
    {
        words.Hear(line);
        if (other.Length < Kept)
        {
            _ = other.Append(other.Length > 0 ? " " : "").Append(TerminalText.Line(line, 300));
        }
    }

    // What takes the output may fail by itself (a full disk): then that is the reason, and the program shall not go on.
    private static async Task Taken(Func<Stream, CancellationToken, Task> output, PipeReader reader, Func<Task> stop, CancellationToken cancellation)
    {
        try
        {
            await output(reader.AsStream(), cancellation);
        }
        catch
        {
            await stop();
            throw;
        }
    }

    private static async Task Own(Task taking)
    {
        try
        {
            await taking;
        }
        catch (Exception problem) when (problem is OperationCanceledException or CutOffException)
        {
            // It was ended from here.
        }
    }

    private static async Task Settled(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            // Something else is the reason that is told.
        }
    }

    private static async Task<string> Beginning(Stream output, CancellationToken cancellation)
    {
        using var all = new MemoryStream();
        await output.CopyToAsync(all, cancellation);
        return Encoding.UTF8.GetString(all.GetBuffer(), 0, (int)Math.Min(all.Length, Kept)).Trim();
    }

    private sealed class CutOffException : IOException;
}
