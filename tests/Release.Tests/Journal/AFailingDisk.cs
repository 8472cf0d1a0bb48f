using System.Text.Json.Nodes;
using Release.Journal;

namespace Release.Tests.Journal;

/// <summary>Appends that the disk refuses, whole or half-way.</summary>
public sealed class AFailingDisk : IDisposable
{
    private static readonly LeaseRequest Ana = new("ana@laptop", "Promote 1.2.0");

    private readonly TemporaryFolder _folder = new();
    private readonly List<FailingFile> _files = [];
    private readonly FileJournalStore _store;

    public AFailingDisk() => _store = new FileJournalStore(
        _folder.Env,
        "prod",
        new ManualClock(),
        new LocalProcess("here", 1, default, (_, _) => false),
        path =>
        {
            _files.Add(new FailingFile(path));
            return _files[^1];
        });

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(int.MaxValue)]
    public async Task Invariant_12_A_full_disk_stops_the_run_and_leaves_nothing_acknowledged(int roomLeft)
    {
        var lease = (await _store.TryTake(Ana, default)).ShouldNotBeNull();
        var before = await File.ReadAllBytesAsync(_store.JournalPath);
        _files[0].Room = roomLeft;

        var failed = await Should.ThrowAsync<JournalFailedException>(
            () => _store.Append(new JournalEntry(RecordType.Note, Data: new JsonObject { ["x"] = 1 }), lease, default));

        failed.Message.ShouldContain("No space left on device");
        failed.Message.ShouldContain("taken back");
        (await File.ReadAllBytesAsync(_store.JournalPath)).ShouldBe(before);

        // Room again makes no difference: what a failed flush left behind is not known.
        _files[0].Room = null;
        _ = await Should.ThrowAsync<JournalFailedException>(() => _store.Append(new JournalEntry(RecordType.Note), lease, default));
        await lease.DisposeAsync();
        (await File.ReadAllBytesAsync(_store.JournalPath)).ShouldBe(before);

        await using var next = await _store.TryTake(Ana, default);
        next.ShouldNotBeNull().Token.ShouldBe(2);
        (await _store.Read(1, default)).Damage.ShouldBeNull();
    }

    [Fact]
    public async Task What_cannot_be_taken_back_is_cut_off_by_the_next_holder()
    {
        var lease = (await _store.TryTake(Ana, default)).ShouldNotBeNull();
        (_files[0].Room, _files[0].KeepsWhatIsThere) = (100, true);

        var failed = await Should.ThrowAsync<JournalFailedException>(
            () => _store.Append(new JournalEntry(RecordType.Note), lease, default));
        failed.Message.ShouldContain("the next append cuts that off");
        await lease.DisposeAsync();

        (await _store.Read(1, default)).TornTail.ShouldBeTrue();
        await using var next = await _store.TryTake(Ana, default);
        var reading = await _store.Read(1, default);
        (reading.TornTail, reading.Damage, reading.Records.Count).ShouldBe((false, null, 2));
    }

    [Fact]
    public async Task A_lease_whose_first_record_cannot_be_written_is_not_taken()
    {
        var store = new FileJournalStore(
            _folder.Env,
            "prod",
            new ManualClock(),
            new LocalProcess("here", 1, default, (_, _) => false),
            path => new FailingFile(path) { Room = 10 });

        _ = await Should.ThrowAsync<JournalFailedException>(() => store.TryTake(Ana, default));

        (await store.Look(default)).ShouldBeNull();
        await using var lease = await _store.TryTake(Ana, default);
        lease.ShouldNotBeNull().Token.ShouldBe(1);
    }

    private sealed class FailingFile(string path)
        : FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)
    {
        /// <summary>Gets or sets how many bytes still fit; the flush fails when all do; null: a healthy disk.</summary>
        public int? Room { get; set; }

        public bool KeepsWhatIsThere { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer[..Math.Min(Room ?? int.MaxValue, buffer.Length)]);
            ThrowIf(Room < buffer.Length);
        }

        public override void Flush(bool flushToDisk)
        {
            base.Flush(flushToDisk);
            ThrowIf(Room == int.MaxValue && Length > Kept);
        }

        public override void SetLength(long value)
        {
            ThrowIf(KeepsWhatIsThere);
            base.SetLength(value);
            Kept = value;
        }

        private long Kept { get; set; }

        private static void ThrowIf(bool refused)
        {
            if (refused)
            {
                throw new IOException("No space left on device");
            }
        }
    }
}
