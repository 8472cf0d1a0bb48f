using Release.Gates.Split;

namespace Release.Gates.Evidence;

/// <summary>
/// Whether the candidate gets the share of the requests that was asked for (gate.md, section 5), over each stretch of
/// constant share. It never speaks for or against the candidate: without the right split nothing passes.
/// </summary>
internal sealed class SplitWatch
{
    // Requests that were under way at a change, and connections that are kept, still go where they went.
    private const double SettlingSeconds = 30;

    private double _share = double.NaN;
    private double _seconds;
    private double _candidate;
    private double _requests;

    /// <summary>Gets a value indicating whether the split is not what was asked for; wrong at most once in 1,000 stretches.</summary>
    public bool IsWrong { get; private set; }

    /// <summary>Takes in a tick. One in which a side was not read says nothing about the split.</summary>
    public void Advance(double? share, Counters? stable, Counters? candidate, double seconds)
    {
        if (share != _share)
        {
            (_share, _seconds, _candidate, _requests) = (share ?? double.NaN, 0, 0, 0);
        }

        _seconds += seconds;
        if (stable?.Requests is >= 0 and < double.PositiveInfinity && candidate?.Requests is >= 0 and < double.PositiveInfinity && _seconds > SettlingSeconds)
        {
            _candidate += candidate.Requests;
            _requests += candidate.Requests + stable.Requests;
        }

        Judge();
    }

    public string Sentence() => $"asked for {Wording.Share(_share)}, observed {Wording.Of(_candidate, _requests)}";

    private void Judge()
    {
        // Counts of the candidate alone are no split: stable is not measured there.
        if (!(_share > 0 && _share < 1) || !(_requests > _candidate) || !double.IsFinite(_requests))
        {
            IsWrong = false;
            return;
        }

        var tolerated = SplitTest.Tolerated(_share);
        IsWrong = ShareEvidence.Above(_candidate, _requests, tolerated.High) >= SplitTest.Enough
            || (tolerated.Low > 0 && ShareEvidence.Below(_candidate, _requests, tolerated.Low) >= SplitTest.Enough);
    }
}
