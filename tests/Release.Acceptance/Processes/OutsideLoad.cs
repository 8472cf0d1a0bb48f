using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;

namespace Release.Acceptance.Processes;

/// <summary>
/// Somebody else's traffic: about 100 requests a second over kept-alive connections, without the header that marks
/// synthetic traffic, so that no answer fails but through what the release does.
/// </summary>
internal sealed class OutsideLoad : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(10) })
    {
        Timeout = TimeSpan.FromSeconds(20),
    };

    private readonly TimeSpan _interval;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<string> _failures = [];
    private readonly ConcurrentDictionary<string, int> _versions = new();
    private readonly Uri _address;
    private readonly string[] _below;
    private readonly Task _sending;
    private int _sent;

    /// <param name="address">The gateway.</param>
    /// <param name="below">The paths of its services, which share the requests; none for one service at the root.</param>
    public OutsideLoad(Uri address, params IReadOnlyList<string> below)
    {
        // Each service gets about 100 requests a second.
        _interval = TimeSpan.FromMilliseconds(10) / Math.Max(1, below.Count);
        _address = address;
        _below = below.Count == 0 ? [""] : [.. below];
        _sending = Send();
    }

    public IReadOnlyCollection<string> Failures => _failures;

    public IReadOnlyDictionary<string, int> Versions => _versions;

    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Ends the traffic and waits for every answer.</summary>
    public async Task Stop()
    {
        await _end.CancelAsync();
        await _sending;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _end.Dispose();
        _client.Dispose();
    }

    private async Task Send()
    {
        var requests = new List<Task>();
        using var timer = new PeriodicTimer(_interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                var number = Interlocked.Increment(ref _sent);

                // Mixed up: a gateway that takes targets in turn gives a load that takes kinds in turn another share of each kind.
                var dice = (int)((uint)number * 2_654_435_761u >> 8);
                var path = _below[(dice >> 1) % _below.Length];
                requests.Add(dice % 2 == 0 ? Ask(path) : Execute(path));
            }
        }
        catch (OperationCanceledException)
        {
            // The answers that are still due are counted too.
        }

        await Task.WhenAll(requests);
    }

    private Task Ask(string below) => Counted(async () =>
    {
        using var answer = await _client.GetAsync(new Uri(_address, below + "/health/info"));
        var body = await answer.Content.ReadAsStringAsync();
        _ = _versions.AddOrUpdate(JsonNode.Parse(body)!["version"]!.GetValue<string>(), 1, (_, n) => n + 1);
        return (answer, body);
    });

    private Task Execute(string below) => Counted(async () =>
    {
        using var content = new StringContent("{\"input\":\"ping\",\"tool\":\"echo\"}", Encoding.UTF8, "application/json");
        using var answer = await _client.PostAsync(new Uri(_address, below + "/ai/execute"), content);
        return (answer, await answer.Content.ReadAsStringAsync());
    });

    private async Task Counted(Func<Task<(HttpResponseMessage Answer, string Body)>> request)
    {
        var at = DateTime.UtcNow;
        try
        {
            var (answer, body) = await request();
            if (!answer.IsSuccessStatusCode)
            {
                _failures.Add($"{at:HH:mm:ss.fff} {(int)answer.StatusCode} {body}");
            }
        }
#pragma warning disable CA1031 // whatever a caller meets is a failed request
        catch (Exception error)
#pragma warning restore CA1031
        {
            _failures.Add($"{at:HH:mm:ss.fff} {error.GetType().Name}: {error.Message}");
        }
    }
}
