using Release.Journal;

namespace Release.Reports;

/// <summary>The run's records in the environment's hash chain.</summary>
/// <param name="First">Its first record.</param>
/// <param name="Last">Its last record.</param>
/// <param name="Records">How many records the whole journal has.</param>
/// <param name="LastHash">The hash of the journal's last record: with it everything before is pinned.</param>
/// <param name="Damages">Where the chain does not hold; empty when all of it was verified.</param>
/// <param name="TornTail">True when the journal ends in a line that a crash cut short: it was never acknowledged.</param>
/// <param name="Links">The run's records; samples in a row stand in one link.</param>
public sealed record ReportedChain(
    ChainLink First,
    ChainLink Last,
    long Records,
    string LastHash,
    IReadOnlyList<JournalDamage> Damages,
    bool TornTail,
    IReadOnlyList<ChainLink> Links)
{
    /// <summary>Gets a value indicating whether the chain of the whole journal holds.</summary>
    public bool Holds => Damages.Count == 0;
}

/// <summary>A record, or several samples in a row.</summary>
/// <param name="Seq">The record, or the first of them.</param>
/// <param name="LastSeq">The record, or the last of them.</param>
/// <param name="Count">How many.</param>
/// <param name="At">When; the last of them.</param>
/// <param name="Type">The record's type as in the file.</param>
/// <param name="What">Phase and step, where it has one.</param>
/// <param name="Token">The fencing token.</param>
/// <param name="Hash">Its hash; the last one's.</param>
public sealed record ChainLink(long Seq, long LastSeq, int Count, DateTimeOffset At, string Type, string What, long Token, string Hash);
