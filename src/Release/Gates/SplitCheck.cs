using System.Globalization;
using Release.Gates.Split;

namespace Release.Gates;

/// <summary>What the split check found.</summary>
public enum SplitVerdict
{
    /// <summary>Too few requests to say.</summary>
    NotYet,

    /// <summary>As asked, as far as so many requests can tell.</summary>
    Matches,

    /// <summary>Not as asked.</summary>
    Mismatch,
}

/// <summary>
/// Is the candidate's share of the requests, by the services' own counters, what was asked for? A mismatch is found by
/// <see cref="SplitTest"/> (gate.md, section 5), which may be asked at every tick: a split within its tolerance, the fifth
/// of the share or half a percent, is taken for a mismatch at most once in 1,000 stretches. It matches once it is seen
/// within that tolerance and three standard deviations of the count; in between, more requests must tell. Requests that
/// were under way at the shift still count for where they began, so <see cref="Restart"/> after a mismatch before acting.
/// </summary>
/// <param name="Share">The share that was asked for.</param>
/// <param name="Candidate">The candidate's requests since the shift.</param>
/// <param name="Requests">All requests since the shift.</param>
public sealed record SplitCheck(Percent Share, double Candidate = 0, double Requests = 0)
{
    // The first requests after a shift may all use one old connection, so they are not as independent as the test wants.
    private const double LeastRequests = 200;

    // With ten expected, none at all happens by chance once in 22,000 times: from here on the split can match.
    private const double LeastExpected = 10;

    // Any number that does not depend on the counts keeps the interval valid; it is tightest about here.
    private const double PlannedRequests = 5_000;

    /// <summary>Gets a value indicating whether the candidate was read in the last tick: what is not read has not got no requests.</summary>
    public bool IsRead { get; init; } = true;

    /// <summary>Gets the share seen, 0 to 1; null without requests.</summary>
    public double? Observed => Requests > 0 ? Candidate / Requests : null;

    /// <summary>Gets the verdict.</summary>
    public SplitVerdict Verdict
    {
        get
        {
            var share = Share.Fraction;
            if (!IsRead || !(Requests >= LeastRequests))
            {
                return SplitVerdict.NotYet;
            }

            if (share is <= 0 or >= 1)
            {
                return Candidate == (share <= 0 ? 0 : Requests) ? SplitVerdict.Matches : SplitVerdict.Mismatch;
            }

            return Weigh().Mismatch is not SplitSide.None ? SplitVerdict.Mismatch
                : IsSeen(share) ? SplitVerdict.Matches
                : SplitVerdict.NotYet;
        }
    }

    /// <summary>
    /// Gets a value indicating whether nothing reaches the candidate while others get requests: by chance that happens less than
    /// once in 20,000 times.
    /// </summary>
    public bool IsUnreached => IsRead && Candidate == 0 && Requests * Share.Fraction >= LeastExpected;

    /// <summary>
    /// Gets a sentence: <c>asked 10 %, observed 9.7 % (97 of 1,000)</c>; while it does not match, with the shares that are possible.
    /// </summary>
    public string Sentence => $"asked {Wording.Share(Share.Fraction)}, observed {Wording.Of(Candidate, Requests)}"
        + (Requests >= LeastRequests && Verdict is not SplitVerdict.Matches ? $", so it is {Possible}" : "");

    /// <summary>Gets the sentence with all that the counts say, for a report.</summary>
    public string Detail
    {
        get
        {
            var tolerated = SplitTest.Tolerated(Share.Fraction);
            return $"asked {Wording.Share(Share.Fraction)}, observed {Wording.Of(Candidate, Requests)}: it is {Possible}, "
                + $"tolerated {Wording.Share(tolerated.Low)} to {Wording.Share(tolerated.High)}, "
                + string.Create(CultureInfo.InvariantCulture, $"evidence against exactly {Wording.Share(Share.Fraction)} e^{Weigh().Exact:0.#}");
        }
    }

    /// <summary>Weighs the counts: evidence on both sides, and the shares that are possible.</summary>
    public SplitEvidence Weigh() => SplitTest.Weigh(Candidate, Requests, Share.Fraction, PlannedRequests);

    /// <summary>Adds the counts of a tick.</summary>
    public SplitCheck Add(VariantDelta stable, VariantDelta candidate) => this with
    {
        Candidate = Candidate + candidate.Counts.Requests,
        Requests = Requests + stable.Counts.Requests + candidate.Counts.Requests,
        IsRead = candidate.Fresh > 0,
    };

    /// <summary>Looks afresh.</summary>
    public SplitCheck Restart() => new(Share);

    // Outwards to a tenth of a percent, so that it claims nothing that was not computed.
    private string Possible
    {
        get
        {
            var possible = ShareInterval.Of(Candidate, Requests, PlannedRequests);
            return $"between {Wording.Share(Math.Floor(possible.Low * 1000) / 1000)} and {Wording.Share(Math.Ceiling(possible.High * 1000) / 1000)} by 95 %";
        }
    }

    // Silence matches nothing, whatever the tolerance says.
    private bool IsSeen(double share)
    {
        var tolerated = SplitTest.Tolerated(share);
        var chance = 3 * Math.Sqrt(share * (1 - share) / Requests);
        return Requests * Math.Min(share, 1 - share) >= LeastExpected
            && Candidate > 0
            && Candidate < Requests
            && Candidate / Requests >= tolerated.Low - chance
            && Candidate / Requests <= tolerated.High + chance;
    }
}
