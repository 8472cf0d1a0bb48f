namespace Release.Gateway.Proxy;

/// <summary>How one attempt to have a request answered by a target ended.</summary>
internal enum AttemptOutcome
{
    /// <summary>A whole response, whatever its status.</summary>
    Ok,

    /// <summary>No connection: the target saw nothing of the request.</summary>
    ConnectError,

    /// <summary>The connection broke before the response was whole.</summary>
    Reset,

    /// <summary>The target was silent for longer than the service's timeouts allow.</summary>
    Timeout,

    /// <summary>The client went away; nothing is said about the target.</summary>
    Canceled,
}

/// <summary>The counters of one target of one upstream. They outlive the target, as counters must never go back.</summary>
internal sealed class TargetMetrics(string upstream, string target)
{
    public static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    public static readonly AttemptOutcome[] Outcomes = Enum.GetValues<AttemptOutcome>();

    private readonly long[] _codes = new long[600];
    private readonly long[] _attempts = new long[Outcomes.Length];
    private readonly long[] _buckets = new long[Bounds.Length + 1];
    private long _microseconds;
    private int _inFlight;

    public string Upstream { get; } = upstream;

    public string Target { get; } = target;

    /// <summary>It is configured now: shown even while it is all zeros.</summary>
    public bool IsListed { get; set; }

    public int InFlight => Volatile.Read(ref _inFlight);

    public void Begin() => Interlocked.Increment(ref _inFlight);

    public void End() => Interlocked.Decrement(ref _inFlight);

    public void Attempt(AttemptOutcome outcome) => Interlocked.Increment(ref _attempts[(int)outcome]);

    /// <param name="code">
    /// What the client got: the status; 499 when it went away; 502 too when a response began and broke off.
    /// </param>
    /// <param name="duration">From the request's arrival to the end of its response.</param>
    public void Request(int code, TimeSpan duration)
    {
        Interlocked.Increment(ref _codes[Math.Clamp(code, 0, 599)]);
        Interlocked.Add(ref _microseconds, (long)duration.TotalMicroseconds);
        var bucket = 0;
        while (bucket < Bounds.Length && duration.TotalSeconds > Bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _buckets[bucket]);
    }

    public long Attempts(AttemptOutcome outcome) => Interlocked.Read(ref _attempts[(int)outcome]);

    /// <summary>The codes that were seen, with their counts.</summary>
    public IEnumerable<(int Code, long Count)> Codes() =>
        Enumerable.Range(0, _codes.Length).Select(code => (code, Interlocked.Read(ref _codes[code]))).Where(pair => pair.Item2 > 0);

    /// <summary>Cumulative counts for each bound and, last, for all.</summary>
    public long[] Buckets()
    {
        var cumulative = new long[_buckets.Length];
        long sum = 0;
        for (var index = 0; index < cumulative.Length; index++)
        {
            sum += Interlocked.Read(ref _buckets[index]);
            cumulative[index] = sum;
        }

        return cumulative;
    }

    public double Seconds() => Interlocked.Read(ref _microseconds) / 1_000_000.0;
}
