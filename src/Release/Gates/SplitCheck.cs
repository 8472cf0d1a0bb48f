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
/// Is the candidate's share of the requests, by the services' own counters, what was asked for? First form of gate.md,
/// section 5: a fixed tolerance of max(0.2 * share, 0.5 %), as balancing by connection is never exact, and three standard
/// deviations of the count. Three are exceeded by chance once in 370 looks, so look again before acting:
/// <see cref="Restart"/> after a mismatch, since requests that were under way at the shift still count for where they began.
/// </summary>
/// <param name="Share">The share that was asked for.</param>
/// <param name="Candidate">The candidate's requests since the shift.</param>
/// <param name="Requests">All requests since the shift.</param>
public sealed record SplitCheck(Percent Share, double Candidate = 0, double Requests = 0)
{
    private const double LeastRequests = 200;

    // With ten expected, none at all happens by chance once in 22,000 times: from here on silence is a finding.
    private const double LeastExpected = 10;

    /// <summary>Gets the share seen, 0 to 1; null without requests.</summary>
    public double? Observed => Requests > 0 ? Candidate / Requests : null;

    /// <summary>Gets the verdict.</summary>
    public SplitVerdict Verdict
    {
        get
        {
            var share = Share.Fraction;
            if (Requests < LeastRequests)
            {
                return SplitVerdict.NotYet;
            }

            if (share is <= 0 or >= 1)
            {
                return Candidate == (share <= 0 ? 0 : Requests) ? SplitVerdict.Matches : SplitVerdict.Mismatch;
            }

            if (Requests * Math.Min(share, 1 - share) < LeastExpected)
            {
                return SplitVerdict.NotYet;
            }

            var tolerance = Math.Max(0.2 * share, 0.005) + (3 * Math.Sqrt(share * (1 - share) / Requests));
            return Candidate > 0 && Candidate < Requests && Math.Abs((Candidate / Requests) - share) <= tolerance
                ? SplitVerdict.Matches
                : SplitVerdict.Mismatch;
        }
    }

    /// <summary>Gets a sentence: <c>asked 10 %, observed 9.7 % (97 of 1,000)</c>.</summary>
    public string Sentence => $"asked {Wording.Share(Share.Fraction)}, observed {Wording.Of(Candidate, Requests)}";

    /// <summary>Adds the counts of a tick.</summary>
    public SplitCheck Add(VariantDelta stable, VariantDelta candidate) => this with
    {
        Candidate = Candidate + candidate.Counts.Requests,
        Requests = Requests + stable.Counts.Requests + candidate.Counts.Requests,
    };

    /// <summary>Looks afresh.</summary>
    public SplitCheck Restart() => new(Share);
}
