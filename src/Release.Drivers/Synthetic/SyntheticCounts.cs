namespace Release.Drivers.Synthetic;

/// <summary>What synthetic traffic has done so far. Sent = ok + failed + abandoned + under way.</summary>
/// <param name="Sent">Requests sent.</param>
/// <param name="Ok">Answered with 2xx, body included.</param>
/// <param name="Failed">Answered otherwise, or not.</param>
/// <param name="Abandoned">Given up because the traffic was stopped: neither ok nor failed.</param>
/// <param name="Skipped">Due but not sent: too many were under way, or this process came too late for them.</param>
/// <param name="LastFailure">What the last failed request met; null without one.</param>
public sealed record SyntheticCounts(long Sent, long Ok, long Failed, long Abandoned, long Skipped, string? LastFailure)
{
    /// <summary>Gets a sentence when the asked rate was missed by more than 5 %; else null. The first beats of a cold process always miss a few.</summary>
    public string? Shortfall => Skipped * 20 <= Sent + Skipped ? null
        : $"synthetic traffic left out {Skipped} of {Sent + Skipped} requests: the answers or this machine are too slow for the rate";
}
