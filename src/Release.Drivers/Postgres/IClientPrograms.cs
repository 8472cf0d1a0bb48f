namespace Release.Drivers.Postgres;

/// <summary><c>pg_dump</c> and <c>pg_restore</c>, on this machine or in a container.</summary>
internal interface IClientPrograms
{
    /// <summary>Gets their version, for a person.</summary>
    string Version { get; }

    /// <summary>Writes a dump to a stream.</summary>
    Task Dump(string database, string snapshot, Func<Stream, CancellationToken, Task> output, CancellationToken cancellation);

    /// <summary>Writes a dump into a folder that is not there yet.</summary>
    Task DumpFolder(string database, string snapshot, string folder, int jobs, CancellationToken cancellation);

    /// <summary>Restores into an empty database.</summary>
    Task Restore(string database, string archive, int jobs, bool owners, CancellationToken cancellation);

    /// <summary>Reads a dump through to its end and changes nothing.</summary>
    Task ReadThrough(string archive, CancellationToken cancellation);
}

/// <summary>Those of this machine.</summary>
internal sealed class HostPrograms(PgClient client, DriverContext context, PgPlace place, TimeSpan limit) : IClientPrograms
{
    /// <summary>How long a dump waits for somebody who changes a table.</summary>
    public static readonly TimeSpan LockWait = TimeSpan.FromSeconds(60);

    public string Version => client.Version;

    private ClientCall Call => new(context, place, limit);

    public Task Dump(string database, string snapshot, Func<Stream, CancellationToken, Task> output, CancellationToken cancellation) =>
        Call.Run(client.Dump, PgCommands.Dump(database, snapshot, LockWait, client.Major), output, cancellation);

    public Task DumpFolder(string database, string snapshot, string folder, int jobs, CancellationToken cancellation) =>
        Call.Run(client.Dump, PgCommands.DumpFolder(database, snapshot, LockWait, folder, jobs, client.Major), null, cancellation);

    public Task Restore(string database, string archive, int jobs, bool owners, CancellationToken cancellation) =>
        Call.Run(client.Restore, PgCommands.Restore(database, archive, jobs, owners, client.Major), null, cancellation);

    public Task ReadThrough(string archive, CancellationToken cancellation) =>
        Call.Run(client.Restore, PgCommands.ReadThrough(archive), null, cancellation);
}
