namespace Release.Journal;

/// <summary>Every record of a journal that can be read, past every damage.</summary>
/// <param name="Records">The records, oldest first; between two of them one or more may be missing.</param>
/// <param name="Damages">The places where the chain does not hold; empty when all of it was verified.</param>
/// <param name="TornTail">True when the last line was cut short by a crash: that is no damage.</param>
public sealed record WholeJournal(IReadOnlyList<JournalRecord> Records, IReadOnlyList<JournalDamage> Damages, bool TornTail)
{
    /// <summary>
    /// Reads on after each damage: who reads decides whether the damage matters (invariants 11 and 14). Needs no lease.
    /// </summary>
    public static async Task<WholeJournal> Read(IJournal journal, CancellationToken cancellation)
    {
        var (records, damages, from) = (new List<JournalRecord>(), new List<JournalDamage>(), 1L);
        while (true)
        {
            var reading = await journal.Read(from, cancellation);
            records.AddRange(reading.Records);
            if (reading.Damage is not { } damage || damage.Seq < from)
            {
                return new WholeJournal(records, damages, reading.TornTail);
            }

            damages.Add(damage);
            from = damage.Seq + 1;
        }
    }
}
