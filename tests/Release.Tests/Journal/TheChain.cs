using System.Text;
using System.Text.Json.Nodes;
using Release.Journal;

namespace Release.Tests.Journal;

/// <summary>A journal file that somebody changed, and one that a crash cut short.</summary>
public sealed class TheChain : IDisposable
{
    private const int Count = 7;

    private static readonly LeaseRequest Ana = new("ana@laptop", "Promote 1.2.0");

    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();
    private readonly FileJournalStore _store;

    public TheChain() => _store = new FileJournalStore(_folder.Env, "prod", _clock, new LocalProcess("here", 1, default, (_, _) => false));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Invariant_11_Any_changed_byte_of_any_record_is_found_and_its_seq_named()
    {
        var lines = await Write();
        for (var index = 0; index < lines.Count; index++)
        {
            for (var at = 0; at < lines[index].Length; at++)
            {
                var changed = Encoding.UTF8.GetBytes(lines[index]);
                changed[at] ^= 1;
                var reading = await ReadWith(lines, index, changed);

                // The last line alone may be mistaken for one that a crash left, which is said as well.
                var isFound = reading.Damage?.Seq == index + 1 || (index == lines.Count - 1 && reading.TornTail);
                isFound.ShouldBeTrue($"record {index + 1}, byte {at}: {reading.Damage}");
                reading.Records.Count.ShouldBe(index);
            }
        }
    }

    [Fact]
    public async Task Invariant_11_A_missing_record_is_found_and_its_seq_named()
    {
        var lines = await Write();
        for (var index = 0; index < lines.Count - 1; index++)
        {
            var damage = (await ReadAll(lines.Where((_, at) => at != index))).Damage.ShouldNotBeNull();

            (damage.Seq, damage.Line).ShouldBe((index + 1, index + 1));
            damage.What.ShouldContain("missing");
        }
    }

    [Fact]
    public async Task Invariant_11_Two_records_in_the_wrong_order_are_found_and_the_first_one_named()
    {
        var lines = await Write();
        for (var index = 0; index < lines.Count - 1; index++)
        {
            var swapped = lines.ToList();
            (swapped[index], swapped[index + 1]) = (swapped[index + 1], swapped[index]);

            (await ReadAll(swapped)).Damage.ShouldNotBeNull().Seq.ShouldBe(index + 1);
        }
    }

    [Fact]
    public async Task Invariant_11_A_record_that_stands_there_twice_is_found()
    {
        var lines = await Write();
        for (var index = 0; index < lines.Count; index++)
        {
            var doubled = lines.ToList();
            doubled.Insert(index, lines[index]);

            var damage = (await ReadAll(doubled)).Damage.ShouldNotBeNull();
            (damage.Seq, damage.Line).ShouldBe((index + 2, index + 2));
            damage.What.ShouldContain("again or out of order");
        }
    }

    [Fact]
    public async Task Invariant_11_A_record_whose_hash_was_computed_anew_breaks_the_next_one()
    {
        var lines = await Write();
        var records = (await _store.Read(1, default)).Records;
        var forged = records[2].Entry with { Data = new JsonObject { ["by"] = "mallory" } };
        lines[2] = Encoding.UTF8.GetString(
            JournalLine.Write(forged, "prod", 3, records[2].Token, records[2].Ts, records[2].PrevHash).AsSpan(..^1));

        var damage = (await ReadAll(lines)).Damage.ShouldNotBeNull();
        damage.Seq.ShouldBe(4);
        damage.What.ShouldContain("does not follow");
    }

    [Fact]
    public async Task A_tail_cut_at_any_byte_is_reported_and_cut_off_by_the_next_append()
    {
        var lines = await Write();
        var whole = string.Concat(lines.SkipLast(1).Select(line => line + "\n"));
        for (var length = 1; length <= lines[^1].Length; length++)
        {
            await File.WriteAllTextAsync(_store.JournalPath, whole + lines[^1][..length]);
            var torn = await _store.Read(1, default);
            (torn.TornTail, torn.Damage, torn.Records.Count).ShouldBe((true, null, Count - 1), $"cut at {length}");

            await using (await _store.TryTake(Ana, default))
            {
                var reading = await _store.Read(1, default);
                (reading.TornTail, reading.Damage, reading.Records.Count).ShouldBe((false, null, Count), $"cut at {length}");
                ((int)reading.Records[^1].Data["tornBytesCutOff"]!).ShouldBe(length);
            }
        }
    }

    [Fact]
    public async Task A_last_line_of_zeros_as_a_power_cut_leaves_it_is_a_torn_tail()
    {
        _ = await Write();
        await File.AppendAllTextAsync(_store.JournalPath, "\0\0\0\0\0\0\n");

        var reading = await _store.Read(1, default);

        (reading.TornTail, reading.Damage, reading.Records.Count).ShouldBe((true, null, Count));
    }

    [Fact]
    public async Task Damage_refuses_the_lease_and_names_the_line_and_leaves_the_file_alone()
    {
        var lines = await Write();
        lines[2] = lines[2].Replace("note 1", "note x", StringComparison.Ordinal);
        _ = await ReadAll(lines);
        var before = await File.ReadAllBytesAsync(_store.JournalPath);

        var refused = await Should.ThrowAsync<JournalDamagedException>(() => _store.TryTake(Ana, default));

        refused.Message.ShouldContain("line 3: record 3 is damaged");
        refused.Damage.Seq.ShouldBe(3);
        (await File.ReadAllBytesAsync(_store.JournalPath)).ShouldBe(before);
        (await _store.Look(default)).ShouldBeNull();
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("garbage")]
    [InlineData("missing")]
    public async Task Invariant_14_A_rollback_appends_to_a_damaged_journal_and_reads_past_the_damage(string damage)
    {
        var lines = await Write();
        if (damage == "missing")
        {
            lines.RemoveAt(2);
        }
        else
        {
            lines[2] = damage == "changed" ? lines[2].Replace("note 1", "note x", StringComparison.Ordinal) : "garbage";
        }

        _ = await ReadAll(lines);

        await using var lease = (await _store.TryTake(Ana with { AllowDamaged = true }, default)).ShouldNotBeNull();
        var note = await _store.Append(new JournalEntry(RecordType.Note), lease, default);

        lease.Token.ShouldBe(2);
        note.Seq.ShouldBe(Count + 2);
        (await _store.Read(1, default)).Damage.ShouldNotBeNull().Seq.ShouldBe(3);
        var after = await _store.Read(4, default);
        (after.Damage, after.Records[0].Seq, after.Records[^1].Seq).ShouldBe((null, 4, Count + 2));
        ((int)after.Records[^2].Data["damage"]!["seq"]!).ShouldBe(3);
    }

    [Fact]
    public async Task A_record_of_a_newer_version_is_refused_and_its_type_named()
    {
        var lines = await Write();
        lines[3] = lines[3].Replace("\"type\":\"note\"", "\"type\":\"teleported\"", StringComparison.Ordinal);

        var damage = (await ReadAll(lines)).Damage.ShouldNotBeNull();

        damage.Seq.ShouldBe(4);
        damage.What.ShouldContain("\"teleported\" is not known here: it was written by a newer version");
        _ = await Should.ThrowAsync<JournalDamagedException>(() => _store.TryTake(Ana, default));
    }

    [Fact]
    public async Task The_journal_of_another_environment_is_refused()
    {
        _ = await Write();
        var other = new FileJournalStore(_folder.Env, "staging", _clock, new LocalProcess("here", 1, default, (_, _) => false));

        (await other.Read(1, default)).Damage.ShouldNotBeNull().What.ShouldContain("belongs to the environment \"prod\"");
    }

    /// <summary>A journal longer than one chunk takes another path through the reader; damage is found there as well.</summary>
    [Fact]
    public async Task A_long_journal_is_read_whole_and_its_damage_found()
    {
        const int Many = 20_000;
        var previous = JournalLine.NoHash;
        var lines = new List<string>();
        var repeated = new JournalLine.Repeated();
        for (var seq = 1; seq <= Many; seq++)
        {
            var entry = new JournalEntry(RecordType.Note, "r-1", Data: new JsonObject { ["text"] = $"note {seq}" });
            var line = JournalLine.Write(entry, "prod", seq, 1, _clock.GetUtcNow(), previous);
            previous = JournalLine.Read(line.AsMemory(..^1), "prod", seq, wantRecord: false, repeated).Hash!;
            lines.Add(Encoding.UTF8.GetString(line.AsSpan(..^1)));
        }

        _ = Directory.CreateDirectory(_folder.Env);
        var reading = await ReadAll(lines);
        (reading.Damage, reading.Records.Count, reading.TornTail).ShouldBe((null, Many, false));
        new FileInfo(_store.JournalPath).Length.ShouldBeGreaterThan(4 * 1024 * 1024);
        (await _store.Read(Many - 1, default)).Records.Select(record => record.Seq).ShouldBe([Many - 1, Many]);

        lines.RemoveAt(15_000);
        (await ReadAll(lines)).Damage.ShouldNotBeNull().Seq.ShouldBe(15_001);
    }

    private async Task<List<string>> Write()
    {
        await using (var lease = (await _store.TryTake(Ana, default)).ShouldNotBeNull())
        {
            for (var index = 0; index < Count - 2; index++)
            {
                var data = new JsonObject { ["text"] = $"note {index}" };
                _ = await _store.Append(new JournalEntry(RecordType.Note, "r-1", Data: data), lease, default);
            }
        }

        return [.. await File.ReadAllLinesAsync(_store.JournalPath)];
    }

    private async Task<JournalReading> ReadAll(IEnumerable<string> lines)
    {
        await File.WriteAllTextAsync(_store.JournalPath, string.Concat(lines.Select(line => line + "\n")));
        var reading = await _store.Read(1, default);
        await HandsOverOneByOne(reading);
        return reading;
    }

    private async Task HandsOverOneByOne(JournalReading expected)
    {
        var records = new List<JournalRecord>();
        var reading = await _store.Read(1, records.Add, default);
        records.Select(r => (r.Seq, r.Hash)).ShouldBe(expected.Records.Select(r => (r.Seq, r.Hash)));
        (reading.Records.Count, reading.Damage, reading.TornTail).ShouldBe((0, expected.Damage, expected.TornTail));
    }

    private async Task<JournalReading> ReadWith(List<string> lines, int index, byte[] changed)
    {
        var parts = lines.Select((line, at) => at == index ? changed : Encoding.UTF8.GetBytes(line));
        await File.WriteAllBytesAsync(_store.JournalPath, [.. parts.SelectMany(part => part.Append((byte)'\n'))]);
        return await _store.Read(1, default);
    }
}
