namespace Release.Drivers.Docker;

/// <summary>A program to run in a container that runs.</summary>
/// <param name="Words">The program and its arguments; no shell reads them. Whoever may ask the engine sees them: no secret is in them.</param>
public sealed record ContainerCommand(IReadOnlyList<string> Words)
{
    /// <summary>Gets variables as <c>NAME=value</c>, beside the container's own. No secret is in them: an engine that logs what it is asked writes them down.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>Gets who runs it, as <c>docker exec --user</c> has it; null for the container's user.</summary>
    public string? User { get; init; }

    /// <summary>
    /// Gets what writes its standard input; it must say itself where that ends, since only the end of the whole call closes it.
    /// So whoever is killed closes it, and a program that reads it learns of that.
    /// </summary>
    public Func<Stream, CancellationToken, Task> Input { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Gets what takes its standard output, byte by byte as it was written.</summary>
    public Func<ReadOnlyMemory<byte>, CancellationToken, Task> Output { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Gets what takes each line of its standard error, as the program wrote it.</summary>
    public Action<string> OnErrorLine { get; init; } = _ => { };
}
