using Release.Journal;

namespace Release.Reports;

/// <summary>The run's records as links of the chain.</summary>
internal static class ChainOf
{
    public static ReportedChain Records(WholeJournal journal, IReadOnlyList<JournalRecord> records)
    {
        var links = new List<ChainLink>();
        foreach (var record in records)
        {
            var link = Link(record);
            if (record.Type is RecordType.Sample && links.Count > 0 && links[^1] is var last && last.Type == link.Type && last.LastSeq + 1 == record.Seq)
            {
                links[^1] = last with { LastSeq = link.Seq, Count = last.Count + 1, At = link.At, Hash = link.Hash, Token = link.Token };
            }
            else
            {
                links.Add(link);
            }
        }

        return new ReportedChain(
            Link(records[0]), Link(records[^1]), journal.Records.Count, journal.Records[^1].Hash, journal.Damages, journal.TornTail, links);
    }

    private static ChainLink Link(JournalRecord record) => new(
        record.Seq,
        record.Seq,
        1,
        record.Ts,
        RecordNames.Of(record.Type),
        string.Join(' ', new[] { record.Entry.Phase, record.Entry.Step }.Where(t => t is not null)),
        record.Token,
        record.Hash);
}
