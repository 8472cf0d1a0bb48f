using System.Globalization;
using Release.Journal;

namespace Release.Bench.Figures;

/// <summary>A journal of any length: what was really recorded, again and again, each time as new runs.</summary>
internal static class LongJournal
{
    /// <summary>Writes it and returns how many runs it has.</summary>
    public static int Write(string path, string env, IReadOnlyList<JournalRecord> real, int count)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1 << 20);
        var repeated = new JournalLine.Repeated();
        var highest = real.Max(RunOf);
        var (runs, previous) = (0, JournalLine.NoHash);
        for (var seq = 1; seq <= count; seq++)
        {
            var (round, place) = Math.DivRem(seq - 1, real.Count);
            var record = real[place];
            var entry = record.Entry with { Run = record.Entry.Run is null ? null : (RunOf(record) + (round * highest)).ToString(CultureInfo.InvariantCulture) };
            var line = JournalLine.Write(entry, env, seq, record.Token, record.Ts, previous);
            previous = JournalLine.Read(line.AsMemory(..^1), env, seq, wantRecord: false, repeated).Hash!;
            file.Write(line);
            runs += entry.Type is RecordType.RunOpened ? 1 : 0;
        }

        return runs;
    }

    private static int RunOf(JournalRecord record) =>
        record.Entry.Run is { } run ? int.Parse(run, CultureInfo.InvariantCulture) : 0;
}
