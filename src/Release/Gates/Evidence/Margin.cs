namespace Release.Gates.Evidence;

/// <summary>The boundary between worse and not worse: candidate = <paramref name="Ratio"/> * stable + <paramref name="Absolute"/>.</summary>
/// <param name="Ratio">A factor of stable's share, above 0.</param>
/// <param name="Absolute">Share of requests added to it, 0 up to less than 1.</param>
public readonly record struct Margin(double Ratio, double Absolute = 0)
{
    /// <summary>Not worse at all: what a candidate is failed against.</summary>
    public static readonly Margin None = new(1);

    /// <summary>Twice stable's error rate: what a candidate may have and still pass, unless somebody says otherwise.</summary>
    public static readonly Margin Errors = new(2);

    /// <summary>Half again as many slow requests: the same for latency.</summary>
    public static readonly Margin Latency = new(1.5);

    private const double Least = 1e-12;
    private const double Most = 1 - 1e-12;
    private const int MostSteps = 60;

    /// <summary>Gets a value indicating whether both shares are the same on the boundary.</summary>
    internal bool IsEquality => Ratio == 1 && Absolute == 0;

    /// <summary>
    /// The pair on the boundary that a pair of shares is hardest to tell from, given the arms' requests (gate.md, section 2.2,
    /// step 3): the minimum of n_c KL(t_c‖p_c) + n_b KL(t_b‖p_b).
    /// </summary>
    /// <param name="candidateRequests">n_c, above 0.</param>
    /// <param name="candidate">t_c, strictly between 0 and 1.</param>
    /// <param name="stableRequests">n_b, above 0.</param>
    /// <param name="stable">t_b, strictly between 0 and 1.</param>
    internal (double Candidate, double Stable) Nearest(double candidateRequests, double candidate, double stableRequests, double stable)
    {
        if (Absolute > 0)
        {
            var share = OnLine(candidateRequests, candidate, stableRequests, stable);
            return ((Ratio * share) + Absolute, share);
        }

        var events = (candidateRequests * candidate) + (stableRequests * stable);
        var requests = candidateRequests + stableRequests;
        if (Ratio == 1)
        {
            return (events / requests, events / requests);
        }

        var a = Ratio * requests;
        var b = (candidateRequests * (Ratio + candidate)) + (stableRequests * (1 + (Ratio * stable)));
        var root = 2 * events / (b + Math.Sqrt(Math.Max((b * b) - (4 * a * events), 0)));
        return (Math.Min(Ratio * root, Most), root);
    }

    /// <summary>
    /// The slope of the sum along the boundary, times its positive denominators, is a cubic whose root lies between the points
    /// at which the one or the other share alone would be met. Newton's steps, halved wherever they leave the bracket.
    /// </summary>
    private double OnLine(double candidateRequests, double candidate, double stableRequests, double stable)
    {
        var met = (candidate - Absolute) / Ratio;
        var low = Math.Max(Math.Min(met, stable), Least);
        var high = Math.Min(Math.Max(met, stable), Math.Min(1, (1 - Absolute) / Ratio) - Least);
        var at = Math.Clamp(stable, low, high);
        for (var step = 0; step < MostSteps && low < high; step++)
        {
            var p = (Ratio * at) + Absolute;
            var (left, right) = (candidateRequests * Ratio * (candidate - p), stableRequests * (stable - at));
            var value = (left * at * (1 - at)) + (right * p * (1 - p));
            if (value > 0)
            {
                low = at;
            }
            else
            {
                high = at;
            }

            var slope = (-candidateRequests * Ratio * Ratio * at * (1 - at)) + (left * (1 - (2 * at)))
                - (stableRequests * p * (1 - p)) + (right * Ratio * (1 - (2 * p)));
            var next = at - (value / slope);
            next = next > low && next < high ? next : low + ((high - low) / 2);
            if (Math.Abs(next - at) <= 1e-16 * at || next == at)
            {
                return next;
            }

            at = next;
        }

        return at;
    }
}
