using System.Text.Json;
using System.Text.Json.Nodes;

namespace Release.Journal;

/// <summary>
/// The journal and the lease of one environment in a folder on a local disk. The folder holds
/// <list type="bullet">
/// <item><c>journal.jsonl</c>: one record a line, see <see cref="JournalLine"/>;</item>
/// <item><c>lease.lock</c>: locked by who holds the lease. A killed holder frees it at once, so no rule for stale locks is
/// needed; a holder that is alive keeps the lease even past its time to live, until it answers or is killed;</item>
/// <item><c>stop-request.json</c>: somebody asks the holder to stop.</item>
/// </list>
/// Nothing is created before the lease is first taken or a stop is first asked for. Who appended outside a lease is found by
/// the file's length. What no journal of this kind can tell is that its last records were all cut off.
/// </summary>
public sealed class FileJournalStore : IJournal, ILeases
{
    private static readonly TimeSpan KilledFreesWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(10);

    private readonly string _folder;
    private readonly TimeProvider _clock;
    private readonly LocalProcess _process;
    private readonly Func<string, FileStream> _open;
    private readonly HashSet<string> _warned = [];

    /// <summary>Opens the store of an environment; touches nothing yet.</summary>
    /// <param name="folder">The environment's own folder, such as <c>.release/prod</c>.</param>
    /// <param name="env">The environment's name, which every record carries.</param>
    /// <param name="clock">Tells the time of the records and the lease's monotonic time.</param>
    /// <param name="process">Who this process is to others: <see cref="LocalProcess.Current"/> but in tests.</param>
    public FileJournalStore(string folder, string env, TimeProvider clock, LocalProcess process)
        : this(folder, env, clock, process, OpenForAppend)
    {
    }

    internal FileJournalStore(
        string folder, string env, TimeProvider clock, LocalProcess process, Func<string, FileStream> open)
    {
        (_folder, Env, _clock, _process, _open) = (Path.GetFullPath(folder), env, clock, process, open);
    }

    /// <summary>Gets the environment's name.</summary>
    public string Env { get; }

    /// <summary>Gets the copy on another disk; null for none.</summary>
    public JournalCopy? Copy { get; init; }

    /// <summary>Gets where the records are.</summary>
    public string JournalPath => Path.Combine(_folder, "journal.jsonl");

    internal string LockPath => Path.Combine(_folder, "lease.lock");

    internal string StopPath => Path.Combine(_folder, "stop-request.json");

    /// <inheritdoc/>
    public Task<JournalReading> Read(long fromSeq, CancellationToken cancellation) =>
        Task.FromResult(JournalScan.Read(Readable(), Env, fromSeq, cancellation));

    /// <inheritdoc/>
    public Task<JournalReading> Read(long fromSeq, Action<JournalRecord> take, CancellationToken cancellation) =>
        Task.FromResult(JournalScan.Read(Readable(), Env, fromSeq, take, cancellation));

    /// <summary>Why nothing can be recorded here, in one sentence without an end; null when it can. Waits for a disk that hangs.</summary>
    public string? WhyAway()
    {
        try
        {
            if (!File.Exists(JournalPath))
            {
                return $"there is no journal at {JournalPath}";
            }

            // The file may lie elsewhere than the folder, and a disk that is full still opens everything.
            var place = Path.GetDirectoryName(File.ResolveLinkTarget(JournalPath, returnFinalTarget: true)?.FullName ?? JournalPath)!;
            using (var journal = _open(JournalPath))
            {
                _ = journal.ReadByte();
            }

            var probe = Path.Combine(place, $".answers-{_process.Id}");
            Durable.Replace(probe, new byte[64 * 1024]);
            Durable.Delete(probe);
            return null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return refused.Message.TrimEnd('.');
        }
    }

    /// <inheritdoc/>
    /// <exception cref="JournalFailedException">The disk refused; see there.</exception>
    /// <exception cref="ArgumentException">The entry cannot be written as canonical JSON; nothing was written.</exception>
    public Task<JournalRecord> Append(JournalEntry entry, ILease lease, CancellationToken cancellation) =>
        lease is FileLease held && string.Equals(held.Path, JournalPath, StringComparison.Ordinal)
            ? held.Append(entry, cancellation)
            : throw new LeaseLostException(
                $"The lease (token {lease.Token}) is not one of {JournalPath}, so nothing was written. Take the lease of \"{Env}\" first.");

    /// <inheritdoc/>
    /// <exception cref="JournalDamagedException">
    /// The chain does not hold and the request does not allow that; the lease is not taken.
    /// </exception>
    public async Task<ILease?> TryTake(LeaseRequest request, CancellationToken cancellation) =>
        await Copied(Take(request, takenFrom: null, cancellation));

    /// <inheritdoc/>
    public Task<LeaseHolder?> Look(CancellationToken cancellation)
    {
        if (!LockFile.IsHeld(LockPath))
        {
            return Task.FromResult<LeaseHolder?>(null);
        }

        var expiresAt = LockFile.RenewedAt(LockPath) + FileLease.TimeToLive;
        var last = JournalTail.LastLease(JournalPath, Env);
        var holder = last?.Type == RecordType.LeaseTaken
            ? HolderIn(last, expiresAt)
            : new LeaseHolder("a process that is just taking or freeing the lease", string.Empty, string.Empty, 0, default, last?.Token ?? 0, default, expiresAt);
        return Task.FromResult<LeaseHolder?>(holder);
    }

    /// <inheritdoc/>
    public Task AskToStop(StopRequest request, CancellationToken cancellation)
    {
        Durable.CreateDirectory(_folder);
        var content = new JsonObject
        {
            ["by"] = request.By,
            ["reason"] = request.Reason,
            ["at"] = JournalLine.Text(request.At),
            ["nonce"] = request.Nonce,
        };
        Durable.Replace(StopPath, CanonicalJson.Bytes(content));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<StopRequest?> StopRequested(CancellationToken cancellation)
    {
        // Asked several times a second, and mostly there is none: one look at the folder, no exception.
        return Task.FromResult(File.Exists(StopPath) ? ReadStopRequest() : null);
    }

    /// <inheritdoc/>
    public Task ClearStopRequest(CancellationToken cancellation)
    {
        Durable.Delete(StopPath);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<ILease?> TakeOver(LeaseHolder holder, LeaseRequest request, CancellationToken cancellation)
    {
        // Somebody else may have taken it since the caller looked: that one was not asked to stop.
        if (await Look(cancellation) is { } now)
        {
            var isHere = string.Equals(holder.Host, _process.Host, StringComparison.OrdinalIgnoreCase);
            if (now.Token != holder.Token || now.ProcessId != holder.ProcessId || !isHere)
            {
                return null;
            }

            _ = _process.Kill(holder.ProcessId, holder.ProcessStart);
        }

        // Even when the kill found nobody: then the holder ended by itself just now.
        for (var began = _clock.GetTimestamp(); ; await Task.Delay(LookAgainAfter, _clock, cancellation))
        {
            var lease = await Copied(Take(request, holder, cancellation));
            if (lease is not null || _clock.GetElapsedTime(began) > KilledFreesWithin)
            {
                return lease;
            }
        }
    }

    private static FileStream OpenForAppend(string path) =>
        new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    // Who took the lease is in the copy before anything follows: a store that fails at the next record is no further than it.
    private static async Task<FileLease?> Copied(FileLease? lease)
    {
        await (lease?.Copy() ?? Task.CompletedTask);
        return lease;
    }

    // What a rollback wrote into the copy while the store was away counts from then on, also before the store has it.
    private string Readable()
    {
        if (Copy is null)
        {
            return JournalPath;
        }

        try
        {
            switch (Copy.Compare(JournalPath))
            {
                case CopyStanding.Alone:
                    WarnOnce($"There is no journal at {JournalPath}: its copy {Copy.Path} is read instead. The store is away, or was lost.");
                    return Copy.Path;
                case CopyStanding.Ahead:
                    WarnOnce($"The journal's copy {Copy.Path} has more than the journal, written while its store was away: it counts, and the next command that changes something puts it back.");
                    return Copy.Path;
                case CopyStanding.Apart:
                    WarnOnce($"The journal {JournalPath} and its copy {Copy.Path} went apart: the journal is read.");
                    return JournalPath;
                case CopyStanding.None:
                case CopyStanding.Follows:
                default:
                    return JournalPath;
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException && File.Exists(Copy.Path))
        {
            WarnOnce($"The journal {JournalPath} cannot be read ({refused.Message.TrimEnd('.')}): its copy {Copy.Path} is read instead.");
            return Copy.Path;
        }
    }

    private void WarnOnce(string line)
    {
        if (_warned.Add(line))
        {
            Copy!.Warn(line);
        }
    }

    /// <summary>Puts back what the copy has more. How many bytes that were.</summary>
    /// <exception cref="JournalFailedException">What is to be recorded has no place: the store is away, or the two went apart.</exception>
    private long TakeBack(LeaseRequest request)
    {
        switch (Copy?.Compare(JournalPath))
        {
            case CopyStanding.Alone:
                throw new JournalFailedException(
                    $"There is no journal at {JournalPath}, but its copy {Copy.Path} has one: the store is away, or was lost. Bring it back; if it is lost for good, "
                    + $"put the copy in its place (cp {Copy.Path} {JournalPath}); to begin anew, move the copy away.",
                    null);
            case CopyStanding.Apart when !request.AllowDamaged:
                throw new JournalFailedException(
                    $"The journal {JournalPath} and its copy {Copy.Path} went apart: each has records that the other has not, so a rollback in the copy does not fit behind the journal. "
                    + "Compare their last lines and keep the one that says what runs now: copy it over the other.",
                    null);
            case CopyStanding.Ahead:
                var rest = Copy.Rest(JournalPath);
                using (var journal = _open(JournalPath))
                {
                    journal.Position = JournalScan.Check(JournalPath, Env, CancellationToken.None).End.Length;
                    journal.SetLength(journal.Position);
                    journal.Write(rest);
                    journal.Flush(flushToDisk: true);
                }

                Copy.Warn($"{rest.Count(b => b == (byte)'\n')} records that were written into {Copy.Path} while the store was away are in the journal now.");
                return rest.Length;
            case CopyStanding.None:
            case CopyStanding.Follows:
            case CopyStanding.Apart:
            case null:
            default:
                return 0;
        }
    }

    private static LeaseHolder HolderIn(JournalRecord taken, DateTimeOffset expiresAt)
    {
        var start = Text(taken, "processStart");
        return new LeaseHolder(
            Text(taken, "owner"),
            Text(taken, "purpose"),
            Text(taken, "host"),
            taken.Data["pid"] is JsonValue pid && pid.TryGetValue(out int id) ? id : 0,
            DateTimeOffset.TryParse(start, System.Globalization.CultureInfo.InvariantCulture, out var at) ? at : default,
            taken.Token,
            taken.Ts,
            expiresAt);
    }

    private static string Text(JournalRecord record, string member) =>
        record.Data[member] is JsonValue value && value.TryGetValue(out string? text) ? text : string.Empty;

#pragma warning disable CA2000 // The lease owns both from here on, and the catch frees them when there is none.
    private FileLease? Take(LeaseRequest request, LeaseHolder? takenFrom, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        LockFile? held = null;
        JournalWriter? writer = null;
        try
        {
            // Not even a folder is made where a store is to be that is away.
            if (Copy?.Compare(JournalPath) is CopyStanding.Alone)
            {
                _ = TakeBack(request);
            }

            Durable.CreateDirectory(_folder);
            held = LockFile.TryTake(LockPath);
            if (held is null)
            {
                return null;
            }

            var takenBack = TakeBack(request);
            var (end, damage, tornBytes) = JournalScan.Check(JournalPath, Env, cancellation);
            if (damage is not null && !request.AllowDamaged)
            {
                throw new JournalDamagedException(JournalPath, damage);
            }

            var isNew = !File.Exists(JournalPath);
            writer = new JournalWriter(JournalPath, Env, _clock, _open(JournalPath), end, tornBytes);
            if (isNew)
            {
                Durable.FlushDirectory(_folder);
            }

            var lease = new FileLease(this, _clock, held, writer, end.Token + 1);
            lease.Open(Taken(request, takenFrom, damage, tornBytes, takenBack));
            return lease;
        }
        catch (Exception refused)
        {
            writer?.Dispose();
            held?.Dispose();
            if (refused is UnauthorizedAccessException or IOException && Copy is not null)
            {
                throw new JournalFailedException($"{JournalPath} cannot be written: {refused.Message}", refused);
            }

            throw;
        }
    }
#pragma warning restore CA2000

    private JournalEntry Taken(LeaseRequest request, LeaseHolder? takenFrom, JournalDamage? damage, long tornBytes, long takenBack)
    {
        var data = new JsonObject
        {
            ["owner"] = request.Owner,
            ["purpose"] = request.Purpose,
            ["host"] = _process.Host,
            ["pid"] = _process.Id,
            ["processStart"] = JournalLine.Text(_process.Start),
        };
        if (takenFrom is not null)
        {
            data["takenFrom"] = new JsonObject { ["owner"] = takenFrom.Owner, ["token"] = takenFrom.Token };
        }

        if (damage is not null)
        {
            data["damage"] = new JsonObject { ["line"] = damage.Line, ["seq"] = damage.Seq, ["what"] = damage.What };
        }

        if (tornBytes > 0)
        {
            data["tornBytesCutOff"] = tornBytes;
        }

        if (takenBack > 0)
        {
            data["bytesTakenBackFromCopy"] = takenBack;
        }

        return new JournalEntry(RecordType.LeaseTaken, Data: data);
    }

    private StopRequest? ReadStopRequest()
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(StopPath));
            string Member(string name) => document.RootElement.GetProperty(name).GetString() ?? string.Empty;
            var at = document.RootElement.GetProperty("at").GetDateTimeOffset();
            return new StopRequest(Member("by"), Member("reason"), at, Member("nonce"));
        }
        catch (FileNotFoundException)
        {
            // Cleared between the look and the reading.
            return null;
        }
        catch (Exception strange) when (strange is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // Somebody put a file there by hand. That is a person who wants it to stop, whatever the file says.
            return new StopRequest("unknown", $"{StopPath} is not readable as a stop request", File.GetLastWriteTimeUtc(StopPath), string.Empty);
        }
    }
}
