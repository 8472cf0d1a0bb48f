using System.Globalization;
using System.Text;
using Release.Configuration;
using Release.Output;

namespace Release.Drivers.Synthetic;

/// <summary>
/// Sends requests at a set rate, whatever the answers (open loop): a slow candidate must not make its own load smaller.
/// Every request carries <c>X-Release-Synthetic: 1</c> and its own <c>X-Trace-Id</c>.
/// </summary>
public sealed class SyntheticTraffic : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MaxBurst = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(2);

    private readonly SyntheticTrafficOptions _options;
    private readonly TimeProvider _time;
    private readonly string _trace;
    private readonly Uri _target;
    private readonly HttpMethod _method;
    private readonly byte[]? _body;
    private readonly HttpMessageInvoker _http;
    private readonly CancellationTokenSource _abandon = new();
    private readonly int _maxInFlight;
    private long _sent;
    private long _ok;
    private long _failed;
    private long _abandoned;
    private long _skipped;
    private int _inFlight;
    private volatile string? _lastFailure;

    /// <summary>Initializes a new instance of the <see cref="SyntheticTraffic"/> class.</summary>
    /// <param name="address">Where traffic enters: the router, not an instance.</param>
    /// <param name="options">What to send.</param>
    /// <param name="trace">The run's id: trace ids begin with it.</param>
    /// <param name="time">The clock.</param>
    public SyntheticTraffic(Uri address, SyntheticTrafficOptions options, string trace, TimeProvider time)
    {
        _options = options;
        _time = time;
        _trace = trace;
        _target = new Uri(address, options.Path);
        _method = HttpMethod.Parse(options.Method);
        _body = options.Body is { } body ? Encoding.UTF8.GetBytes(body) : null;

        // One second's worth: what answers slower than that is not helped by more of it.
        _maxInFlight = Math.Clamp(options.Rate, 16, 1000);
#pragma warning disable CA2000 // The invoker owns its handler.
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(2),
        });
#pragma warning restore CA2000
    }

    /// <summary>Gets the counts so far. May be read while it runs.</summary>
    public SyntheticCounts Counts => new(
        Interlocked.Read(ref _sent),
        Interlocked.Read(ref _ok),
        Interlocked.Read(ref _failed),
        Interlocked.Read(ref _abandoned),
        Interlocked.Read(ref _skipped),
        _lastFailure);

    /// <summary>
    /// Sends until cancelled, then waits for at most two seconds for the answers and returns. Requests that fail are
    /// counted and never thrown, nor is the cancellation. Runs once.
    /// </summary>
    public async Task Run(CancellationToken cancellation)
    {
        var start = _time.GetTimestamp();
        await Task.Yield();
        long due = 0;
        using (var beat = new PeriodicTimer(Beat, _time))
        {
            while (await NextBeat(beat, cancellation))
            {
                var expected = (long)(_time.GetElapsedTime(start).TotalSeconds * _options.Rate);
                SendUpTo(expected, ref due, cancellation);
            }
        }

        await Finish();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _abandon.Dispose();
    }

    private static async Task<bool> NextBeat(PeriodicTimer beat, CancellationToken cancellation)
    {
        try
        {
            return await beat.WaitForNextTickAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void SendUpTo(long expected, ref long due, CancellationToken cancellation)
    {
        // After a pause of this process (a laptop's lid, a busy machine) a burst of everything missed would look like a
        // regression of the candidate.
        var burst = Math.Max(1, (long)(_options.Rate * MaxBurst.TotalSeconds));
        if (expected - due > burst)
        {
            Interlocked.Add(ref _skipped, expected - due - burst);
            due = expected - burst;
        }

        for (; due < expected && !cancellation.IsCancellationRequested; due++)
        {
            if (Volatile.Read(ref _inFlight) >= _maxInFlight)
            {
                Interlocked.Increment(ref _skipped);
                continue;
            }

            Interlocked.Increment(ref _inFlight);
            _ = Send(Interlocked.Increment(ref _sent));
        }
    }

    private async Task Send(long number)
    {
        try
        {
            // Not linked to the caller's token: what is under way when the traffic stops is answered, not broken off.
            using var timeout = new CancellationTokenSource(RequestTimeout, _time);
            using var abandoned = _abandon.Token.UnsafeRegister(static t => ((CancellationTokenSource)t!).Cancel(), timeout);
            using var request = Request(number);
            using var response = await _http.SendAsync(request, timeout.Token);
            await response.Content.CopyToAsync(Stream.Null, timeout.Token);
            if (response.IsSuccessStatusCode)
            {
                Interlocked.Increment(ref _ok);
            }
            else
            {
                Fail($"{(int)response.StatusCode} {response.ReasonPhrase}");
            }
        }
#pragma warning disable CA1031 // Sockets, TLS and HTTP fail in many ways; to the traffic each is one failed request.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (_abandon.IsCancellationRequested)
            {
                Interlocked.Increment(ref _abandoned);
            }
            else
            {
                Fail(e is OperationCanceledException ? $"no answer within {RequestTimeout.TotalSeconds:0} s" : e.Message);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private HttpRequestMessage Request(long number)
    {
        var request = new HttpRequestMessage(_method, _target);
        request.Headers.TryAddWithoutValidation("X-Release-Synthetic", "1");
        request.Headers.TryAddWithoutValidation("X-Trace-Id", string.Create(CultureInfo.InvariantCulture, $"{_trace}-{number}"));
        if (_body is not null)
        {
            request.Content = new ByteArrayContent(_body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        }

        return request;
    }

    private void Fail(string failure)
    {
        _lastFailure = TerminalText.Line(failure, 200);
        Interlocked.Increment(ref _failed);
    }

    private async Task Finish()
    {
        var stoppedAt = _time.GetTimestamp();
        while (Volatile.Read(ref _inFlight) > 0 && _time.GetElapsedTime(stoppedAt) < Drain)
        {
            await Task.Delay(Beat, _time, CancellationToken.None);
        }

        // What is given up here ends at once, and is seen to end before this object may be disposed of.
        await _abandon.CancelAsync();
        while (Volatile.Read(ref _inFlight) > 0 && _time.GetElapsedTime(stoppedAt) < Drain * 2)
        {
            await Task.Delay(Beat, _time, CancellationToken.None);
        }
    }
}
