using System.Collections.Concurrent;
using System.Diagnostics;

namespace Release.Bench.Loads;

/// <summary>
/// Somebody's requests, from callers that each wait for their answer before they call again. Without the header that marks
/// synthetic traffic: no answer fails but through what is done to the service.
/// </summary>
internal sealed class Traffic : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> _byKind = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _lastAnswer = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _failures = [];
    private readonly IReadOnlyList<Caller> _callers;
    private readonly TimeSpan _pause;
    private readonly Task _calling;
    private volatile bool _ends;
    private int _sent;

    /// <summary>Begins at once.</summary>
    /// <param name="callers">Who calls; each by itself.</param>
    /// <param name="pause">How long each waits between two calls.</param>
    public Traffic(IReadOnlyList<Caller> callers, TimeSpan pause)
    {
        (_callers, _pause) = (callers, pause);
        _calling = Task.WhenAll(callers.Select(c => Task.Run(() => CallOn(c))));
    }

    public int Sent => Volatile.Read(ref _sent);

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Gets how many requests there were of each kind.</summary>
    public IReadOnlyDictionary<string, int> ByKind => _byKind;

    /// <summary>Gets the versions that answered.</summary>
    public IEnumerable<string> Versions => _lastAnswer.Keys;

    /// <summary>When the last answer of a version came, as <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public long LastAnswerOf(string version) => _lastAnswer[version];

    /// <summary>Returns when a version has answered a request that was sent after this call.</summary>
    public async Task IsServedBy(string version)
    {
        var since = Stopwatch.GetTimestamp();
        while (!_lastAnswer.TryGetValue(version, out var last) || last < since)
        {
            await Task.Delay(1);
        }
    }

    /// <summary>Ends the calls and waits for every answer.</summary>
    public async Task Stop()
    {
        _ends = true;
        await _calling;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        foreach (var caller in _callers)
        {
            caller.Dispose();
        }
    }

    private async Task CallOn(Caller caller)
    {
        while (!_ends)
        {
            try
            {
                if (await caller.Call() is { } version)
                {
                    _lastAnswer[version] = Stopwatch.GetTimestamp();
                }
            }
#pragma warning disable CA1031 // whatever a caller meets is a failed request
            catch (Exception error)
#pragma warning restore CA1031
            {
                _failures.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {caller.Kind}: {error.GetType().Name}: {error.Message}");
            }

            _ = Interlocked.Increment(ref _sent);
            _ = _byKind.AddOrUpdate(caller.Kind, 1, (_, n) => n + 1);
            if (_pause > TimeSpan.Zero)
            {
                await Task.Delay(_pause);
            }
        }
    }
}
