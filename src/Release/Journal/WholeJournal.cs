namespace Release.Journal;

/// <summary>Every record of a journal that can be read, past every damage.</summary>
/// <param name="Records">The records, oldest first; between two of them one or more may be missing.</param>
/// <param name="Damages">The places where the chain does not hold; empty when all of it was verified.</param>
/// <param name="TornTail">True when the last line was cut short by a crash: that is no damage.</param>
public sealed record WholeJournal(IReadOnlyList<JournalRecord> Records, IReadOnlyList<JournalDamage> Damages, bool TornTail)
{
    /// <summary>Reads every record; see <see cref="Fold"/>. Needs no lease.</summary>
    public static async Task<WholeJournal> Read(IJournal journal, CancellationToken cancellation)
    {
        var records = new List<JournalRecord>();
        return await Fold(journal, records.Add, cancellation) with { Records = records };
    }

    /// <summary>
    /// Hands over every record, oldest first, and keeps none. Reads on after each damage: who reads decides whether the damage
    /// matters (invariants 11 and 14). What <paramref name="take"/> throws ends the reading.
    /// </summary>
    public static async Task<WholeJournal> Fold(IJournal journal, Action<JournalRecord> take, CancellationToken cancellation)
    {
        var (damages, from) = (new List<JournalDamage>(), 1L);
        while (true)
        {
            var reading = await journal.Read(from, take, cancellation);
            if (reading.Damage is not { } damage || damage.Seq < from)
            {
                return new WholeJournal([], damages, reading.TornTail);
            }

            damages.Add(damage);
            from = damage.Seq + 1;
        }
    }
}
