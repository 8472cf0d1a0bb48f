namespace Release.Journal;

/// <summary>
/// Who tends one environment: at most one process at a time, and everybody can see which. Tending gives no right to write;
/// for that a tender takes the lease like anybody else, while it acts.
/// </summary>
public interface ITenders
{
    /// <summary>Becomes the environment's tender until the result is disposed of or the process ends; null when another one lives.</summary>
    /// <param name="owner">A person or a job, for messages (<c>ana@laptop</c>).</param>
    /// <param name="cancellation">Ends the attempt.</param>
    Task<IAsyncDisposable?> TryTend(string owner, CancellationToken cancellation);

    /// <summary>Who tends the environment now; null when no process does. Changes nothing.</summary>
    Task<Tender?> Look(CancellationToken cancellation);
}

/// <summary>A process that tends an environment.</summary>
/// <param name="Owner">A person or a job, for messages.</param>
/// <param name="Host">The machine.</param>
/// <param name="ProcessId">The process on it; 0 when it cannot be said.</param>
/// <param name="Since">When it began, by its own clock.</param>
/// <param name="SeenAt">When it last showed that it runs, by the store's clock.</param>
public sealed record Tender(string Owner, string Host, int ProcessId, DateTimeOffset Since, DateTimeOffset SeenAt)
{
    /// <summary>How long a tender may not have shown itself and still count as alive.</summary>
    public static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(60);

    /// <summary>How often it shows itself.</summary>
    public static readonly TimeSpan ShowsEvery = TimeSpan.FromSeconds(15);

    /// <summary>Whether it runs: a process that was stopped holds its lock and tends nothing.</summary>
    public bool IsAlive(DateTimeOffset now) => now - SeenAt < SilentFor;

    /// <inheritdoc/>
    public override string ToString() => $"{Owner} (process {ProcessId} on {Host})";
}
