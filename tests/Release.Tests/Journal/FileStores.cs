using Release.Journal;

namespace Release.Tests.Journal;

public sealed class AJournalInAFile : JournalConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FileJournalStore _store;

    public AJournalInAFile() =>
        _store = new FileJournalStore(_folder.Env, "prod", Clock, new LocalProcess("here", 1, default, (_, _) => false));

    protected override (IJournal Journal, ILeases Leases) Store => (_store, _store);

    public void Dispose() => _folder.Dispose();
}

public sealed class ALeaseInAFile : LeaseConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RememberingLeases _first;
    private readonly FileJournalStore _second;

    public ALeaseInAFile()
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        _first = new RememberingLeases(
            new FileJournalStore(_folder.Env, "prod", Clock, new LocalProcess("here", 11, start, (_, _) => false)));
        _second = new FileJournalStore(_folder.Env, "prod", Clock, new LocalProcess("here", 12, start, (id, at) =>
        {
            (id, at).ShouldBe((11, start));
            _first.Last!.Vanish();
            return true;
        }));
    }

    protected override (IJournal Journal, ILeases Leases) Store => (_first.Store, _first);

    protected override (IJournal Journal, ILeases Leases) Other => (_second, _second);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_file_systems_clock_says_when_it_ends()
    {
        await using var lease = await _first.TryTake(Ana, default);
        var holder = (await _second.Look(default)).ShouldNotBeNull();

        holder.ExpiresAt.ShouldBe(LockFile.RenewedAt(_second.LockPath) + TimeSpan.FromSeconds(60));
        (holder.Host, holder.ProcessId, holder.ProcessStart.Year).ShouldBe(("here", 11, 2026));
    }

    [Fact]
    public async Task It_is_renewed_every_15_seconds_without_anybody_asking()
    {
        await using var lease = await _first.TryTake(Ana, default);
        var old = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        SetTime(old);

        Clock.Advance(TimeSpan.FromSeconds(14));
        LockFile.RenewedAt(_second.LockPath).UtcDateTime.ShouldBe(old);
        Clock.Advance(TimeSpan.FromSeconds(1));
        LockFile.RenewedAt(_second.LockPath).UtcDateTime.ShouldBeGreaterThan(old);

        // Through the shell, since nobody in this process can open the locked file.
        void SetTime(DateTime time)
        {
            using var touch = System.Diagnostics.Process.Start("touch", ["-d", time.ToString("O"), _second.LockPath]);
            touch.WaitForExit();
        }
    }

    [Fact]
    public async Task A_lock_file_removed_by_hand_ends_the_lease()
    {
        await using var lease = (await _first.TryTake(Ana, default)).ShouldNotBeNull();
        File.Delete(_second.LockPath);
        Clock.Advance(TimeSpan.FromSeconds(16));

        var lost = await Should.ThrowAsync<LeaseLostException>(() => lease.EnsureHeld(default));
        lost.Message.ShouldContain("lease.lock was removed or replaced");
    }

    [Fact]
    public async Task Invariant_9_Somebody_elses_append_is_seen_before_the_next_one()
    {
        await using var lease = (await _first.TryTake(Ana, default)).ShouldNotBeNull();
        await File.AppendAllTextAsync(_second.JournalPath, "{}\n");
        var length = new FileInfo(_second.JournalPath).Length;

        var lost = await Should.ThrowAsync<LeaseLostException>(
            () => _first.Store.Append(new JournalEntry(RecordType.Note), lease, default));

        lost.Message.ShouldContain("was changed by something else");
        await lease.DisposeAsync();
        new FileInfo(_second.JournalPath).Length.ShouldBe(length);
    }

    [Fact]
    public async Task Looking_all_the_time_keeps_nobody_from_taking_it()
    {
        using var stop = new CancellationTokenSource();
        var looking = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                _ = await _second.Look(default);
            }
        });
        for (var round = 0; round < 200; round++)
        {
            await using var lease = await _first.TryTake(Ana, default);
            _ = lease.ShouldNotBeNull($"round {round}");
        }

        await stop.CancelAsync();
        await looking;
    }

    [Fact]
    public async Task A_file_put_there_by_hand_is_a_stop_request()
    {
        await using var lease = await _first.TryTake(Ana, default);
        await File.WriteAllTextAsync(_second.StopPath, "stop it!");

        (await _first.StopRequested(default)).ShouldNotBeNull().By.ShouldBe("unknown");
    }

    /// <summary>Remembers the lease, so that a test can end the process that holds it.</summary>
    private sealed class RememberingLeases(FileJournalStore store) : ILeases
    {
        public FileJournalStore Store => store;

        public FileLease? Last { get; private set; }

        public async Task<ILease?> TryTake(LeaseRequest request, CancellationToken cancellation)
        {
            var lease = await store.TryTake(request, cancellation);
            Last = lease as FileLease ?? Last;
            return lease;
        }

        public Task<LeaseHolder?> Look(CancellationToken cancellation) => store.Look(cancellation);

        public Task AskToStop(StopRequest request, CancellationToken cancellation) => store.AskToStop(request, cancellation);

        public Task<StopRequest?> StopRequested(CancellationToken cancellation) => store.StopRequested(cancellation);

        public Task ClearStopRequest(CancellationToken cancellation) => store.ClearStopRequest(cancellation);

        public Task<ILease?> TakeOver(LeaseHolder holder, LeaseRequest request, CancellationToken cancellation) =>
            store.TakeOver(holder, request, cancellation);
    }
}
