namespace Release.Sample;

/// <summary>So many requests in each second of the clock, and no more.</summary>
internal sealed class Capacity(double perSecond, TimeProvider time)
{
    private readonly long _begin = time.GetTimestamp();
    private readonly Lock _lock = new();
    private long _second = -1;
    private int _taken;

    /// <summary>Whether this request still fits into its second.</summary>
    public bool Takes()
    {
        lock (_lock)
        {
            var second = (long)time.GetElapsedTime(_begin).TotalSeconds;
            (_second, _taken) = second == _second ? (second, _taken + 1) : (second, 1);
            return _taken <= perSecond;
        }
    }
}
