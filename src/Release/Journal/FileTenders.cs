using System.Text.Json;
using System.Text.Json.Nodes;

namespace Release.Journal;

/// <summary>
/// The tender of one environment in a folder on a local disk: <c>tender.lock</c> is locked by the process that tends, and a
/// killed one frees it at once; <c>tender.json</c> beside it says who that is, since nobody can read a lock that is held.
/// Only the lock says whether there is a tender.
/// </summary>
/// <param name="folder">The environment's own folder, such as <c>.release/prod</c>.</param>
/// <param name="clock">Tells when it began, and when to renew.</param>
/// <param name="process">Who this process is to others.</param>
public sealed class FileTenders(string folder, TimeProvider clock, LocalProcess process) : ITenders
{
    private string LockPath => Path.Combine(folder, "tender.lock");

    private string NamePath => Path.Combine(folder, "tender.json");

    /// <inheritdoc/>
    public Task<IAsyncDisposable?> TryTend(string owner, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Durable.CreateDirectory(folder);
        if (LockFile.TryTake(LockPath) is not { } held)
        {
            return Task.FromResult<IAsyncDisposable?>(null);
        }

        try
        {
            Durable.Replace(NamePath, CanonicalJson.Bytes(new JsonObject
            {
                ["owner"] = owner,
                ["host"] = process.Host,
                ["pid"] = process.Id,
                ["since"] = JournalLine.Text(clock.GetUtcNow()),
            }));
            return Task.FromResult<IAsyncDisposable?>(new Tended(held, clock));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<Tender?> Look(CancellationToken cancellation) =>
        Task.FromResult(LockFile.IsHeld(LockPath) ? Named(LockFile.RenewedAt(LockPath)) : null);

    private Tender Named(DateTimeOffset seenAt)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(NamePath));
            var json = document.RootElement;
            return new Tender(
                json.GetProperty("owner").GetString() ?? "", json.GetProperty("host").GetString() ?? "", json.GetProperty("pid").GetInt32(), json.GetProperty("since").GetDateTimeOffset(), seenAt);
        }
        catch (Exception strange) when (strange is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // It is just beginning, or somebody touched the file: that there is a tender does not depend on its name.
            return new Tender("a process that does not say its name", process.Host, 0, seenAt, seenAt);
        }
    }

    private sealed class Tended : IAsyncDisposable
    {
        private readonly Lock _gate = new();
        private readonly LockFile _lock;
        private readonly ITimer _timer;
        private bool _ended;

        public Tended(LockFile held, TimeProvider clock)
        {
            _lock = held;
            _timer = clock.CreateTimer(_ => Show(), null, Tender.ShowsEvery, Tender.ShowsEvery);
        }

        public async ValueTask DisposeAsync()
        {
            await _timer.DisposeAsync();
            lock (_gate)
            {
                _ended = true;
                _lock.Dispose();
            }
        }

        private void Show()
        {
            lock (_gate)
            {
                try
                {
                    _ = !_ended && _lock.Renew();
                }
                catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
                {
                    // Whoever looks sees a tender that has not shown itself for long, which is true: its disk is not well.
                }
            }
        }
    }
}
