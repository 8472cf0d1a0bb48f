namespace Release.Gates.Evidence;

/// <summary>One bound of a histogram at which both sides are compared: what takes longer is an event.</summary>
internal sealed class BoundStream
{
    private readonly double _dispersion;
    private BettingStream _stream;
    private int _stablePlace;
    private int _candidatePlace;

    public BoundStream(double bound, double dispersion, BettingStream stream) => (Bound, _dispersion, _stream) = (bound, dispersion, stream);

    /// <summary>Gets the bound in seconds.</summary>
    public double Bound { get; }

    public double LogEvidence => _stream.LogEvidence;

    /// <summary>Gets a value indicating whether the last tick's buckets had no such bound.</summary>
    public bool IsLost { get; private set; }

    public PairedCounts Seen { get; private set; }

    public double Dispersion => _dispersion;

    /// <summary>Takes in a tick. Where the bound is missing, the evidence stays.</summary>
    /// <returns>False when these are no counts.</returns>
    public bool Advance(Counters? stable, Counters? candidate, double seconds)
    {
        var (e, n) = Read(candidate, ref _candidatePlace);
        var (stableEvents, stableRequests) = Read(stable, ref _stablePlace);
        IsLost = double.IsNaN(e) || double.IsNaN(stableEvents);
        var counts = IsLost ? default : new PairedCounts(e, n, stableEvents, stableRequests);
        if (!_stream.Advance(counts.Over(_dispersion), seconds))
        {
            return false;
        }

        Seen = Seen.Add(counts);
        return true;
    }

    public void BeginStep() => (_stream, Seen) = (_stream.Begin(), default);

    private (double Events, double Requests) Read(Counters? counters, ref int place) => counters is null || counters.Buckets.IsDefaultOrEmpty
        ? (0, 0)
        : (Histogram.Above(counters.Buckets, Bound, ref place), Histogram.Total(counters.Buckets));
}
