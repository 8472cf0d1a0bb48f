using Microsoft.Win32.SafeHandles;

namespace Release.Journal;

/// <summary>How a journal and its copy stand to each other.</summary>
public enum CopyStanding
{
    /// <summary>There is no copy, or nothing is in it.</summary>
    None,

    /// <summary>The copy is the beginning of the journal, or all of it.</summary>
    Follows,

    /// <summary>The journal is the beginning of the copy: a rollback wrote there while the store was away, or the store lost its end.</summary>
    Ahead,

    /// <summary>There is a copy and no journal: the store is away, or was lost.</summary>
    Alone,

    /// <summary>
    /// A process was killed between its last record in the journal and the same record in the copy, and then a rollback went on
    /// in the copy: that one record, which nobody was told of, is all that the copy has not.
    /// </summary>
    Overtaken,

    /// <summary>Each has something that the other has not.</summary>
    Apart,
}

/// <summary>
/// A second copy of a journal on another disk, byte for byte: <c>journal.jsonl</c> in a folder of its own. The store's
/// holder brings it up to date after each record, at best: what keeps it from that is told once and never fails or holds up
/// a run. While the store is away a rollback continues the copy like a journal; the store takes those records back when
/// it is there again.
/// </summary>
/// <param name="folder">The environment's folder on the other disk.</param>
/// <param name="clock">Tells how long copying takes.</param>
/// <param name="warn">Takes one line that must not be missed.</param>
public sealed class JournalCopy(string folder, TimeProvider clock, Action<string> warn)
{
    // A network disk may hang: a run waits this long for one record, and from then on for none.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private Task _work = Task.CompletedTask;
    private long? _left;
    private bool _isSlow;
    private bool _isStopped;

    /// <summary>Gets the folder.</summary>
    public string Folder => folder;

    /// <summary>Gets the file.</summary>
    public string Path => System.IO.Path.Combine(folder, "journal.jsonl");

    /// <summary>Takes one line that must not be missed.</summary>
    public void Warn(string line) => warn(line);

    /// <summary>
    /// How it stands to a journal. Looks at the last line that both could have only: each line's hash covers those before it.
    /// </summary>
    /// <exception cref="IOException">One of the two cannot be read.</exception>
    public CopyStanding Compare(string journal)
    {
        if (!File.Exists(Path))
        {
            return CopyStanding.None;
        }

        using var copy = Open(Path);
        var copied = Lines.Whole(copy);
        if (copied == 0)
        {
            return CopyStanding.None;
        }

        if (!File.Exists(journal))
        {
            return CopyStanding.Alone;
        }

        using var original = Open(journal);
        var length = Lines.Whole(original);
        var shorter = Math.Min(copied, length);
        return length == 0 ? CopyStanding.Alone
            : !Lines.AreSame(original, copy, shorter) ? (Fork(original, length, copy, copied) is null ? CopyStanding.Apart : CopyStanding.Overtaken)
            : copied > length ? CopyStanding.Ahead : CopyStanding.Follows;
    }

    /// <summary>What a copy that is ahead has more, whole lines.</summary>
    public byte[] Rest(string journal)
    {
        using var original = Open(journal);
        using var copy = Open(Path);
        var from = Lines.Whole(original);
        return Lines.Read(copy, from, Lines.Whole(copy));
    }

    /// <summary>
    /// Where a copy that overtook its journal leaves it: the place, the journal's one record behind it, and what the copy has
    /// there instead.
    /// </summary>
    internal (long At, byte[] Record, byte[] Instead) Overtaking(string journal)
    {
        using var original = Open(journal);
        using var copy = Open(Path);
        var (length, copied) = (Lines.Whole(original), Lines.Whole(copy));
        var at = Fork(original, length, copy, copied) ?? throw new IOException($"{journal} was changed while it was read.");
        return (at, Lines.Read(original, at, length), Lines.Read(copy, at, copied));
    }

    /// <summary>
    /// Brings into it what it lacks, from a journal that can still be read although nothing can be recorded there. Never throws.
    /// </summary>
    /// <returns>How many records that were.</returns>
    public int CatchUp(string journal)
    {
        try
        {
            if (Compare(journal) is not CopyStanding.Follows)
            {
                return 0;
            }

            using var original = Open(journal);
            using var copy = OpenToWrite();
            var (at, end) = (Lines.Whole(copy), Lines.Whole(original));
            return end > at ? Lines.Append(original, copy, at, end).Count(b => b == (byte)'\n') : 0;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return 0;
        }
    }

    // A rollback without the store begins with taking the lease, right behind what both have.
    private static long? Fork(SafeFileHandle original, long length, SafeFileHandle copy, long copied)
    {
        var at = Lines.Before(original, length - 1);
        return at > 0 && copied > at && Lines.AreSame(original, copy, at) && Lines.First(copy, at, copied).AsSpan().EndsWith("\"type\":\"lease-taken\"}\n"u8) ? at : null;
    }

    /// <summary>Brings it up to date with the first <paramref name="length"/> bytes of a journal. Never throws, and waits for a moment only.</summary>
    internal async Task Follow(string journal, long length)
    {
        if (_isStopped)
        {
            return;
        }

        var work = _work = After(_work, () => Follow(journal, length, Open));
        if (!_isSlow && await Task.WhenAny(work, Task.Delay(Longest, clock)) != work)
        {
            _isSlow = true;
            warn($"The journal's copy {Path} is slow: it is written beside the run, and may be behind if this process is killed.");
        }
    }

    /// <summary>Ends the copying: waits for what is under way, but not for long.</summary>
    internal Task End() => Task.WhenAny(_work, Task.Delay(Longest, clock));

    private static async Task After(Task before, Action next)
    {
        await before;
        await Task.Run(next);
    }

    private void Follow(string journal, long length, Func<string, SafeFileHandle> open)
    {
        if (_isStopped)
        {
            return;
        }

        try
        {
            Durable.CreateDirectory(folder);
            if (_left is null && Compare(journal) is CopyStanding.Ahead or CopyStanding.Overtaken or CopyStanding.Apart)
            {
                Stop($"it is not the copy of {journal}: the two went apart. Compare them, and move the wrong one away");
                return;
            }

            using var original = open(journal);
            using var copy = OpenToWrite();
            var at = Lines.Whole(copy);
            if (_left is { } left && at != left)
            {
                Stop("something else wrote into it");
                return;
            }

            _ = Lines.Append(original, copy, at, length);
            _left = length;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            Stop(problem.Message.TrimEnd('.'));
        }
    }

    private void Stop(string why)
    {
        _isStopped = true;
        warn($"The journal's copy {Path} is not written any more: {why}. The run goes on; should its store be lost, what follows is lost with it.");
    }

    private SafeFileHandle OpenToWrite() =>
        File.OpenHandle(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Lines at the end of a file.</summary>
    private static class Lines
    {
        private const int Window = 64 * 1024;

        /// <summary>The length without a line that was cut short.</summary>
        public static long Whole(SafeFileHandle file) => Before(file, RandomAccess.GetLength(file));

        /// <summary>The line that ends at a place, newline included.</summary>
        public static byte[] Last(SafeFileHandle file, long end) => Read(file, Before(file, end - 1), end);

        /// <summary>The line that begins at a place, newline included; empty when it does not end before another one.</summary>
        public static byte[] First(SafeFileHandle file, long at, long end)
        {
            var rest = Read(file, at, end);
            return rest[..(rest.AsSpan().IndexOf((byte)'\n') + 1)];
        }

        /// <summary>Whether two journals are the same up to a place: each line's hash covers those before it.</summary>
        public static bool AreSame(SafeFileHandle one, SafeFileHandle other, long end) => Last(one, end).AsSpan().SequenceEqual(Last(other, end));

        /// <summary>Writes what one file has from a place on behind the same place of another, durably.</summary>
        public static byte[] Append(SafeFileHandle from, SafeFileHandle to, long at, long end)
        {
            var bytes = Read(from, at, end);
            RandomAccess.SetLength(to, at);
            RandomAccess.Write(to, bytes, at);
            RandomAccess.FlushToDisk(to);
            return bytes;
        }

        public static byte[] Read(SafeFileHandle file, long from, long to)
        {
            var bytes = new byte[Math.Max(0, to - from)];
            for (var filled = 0; filled < bytes.Length;)
            {
                var got = RandomAccess.Read(file, bytes.AsSpan(filled), from + filled);
                filled += got > 0 ? got : throw new IOException("The file became shorter while it was read.");
            }

            return bytes;
        }

        /// <summary>The place behind the last newline before a place; 0 when there is none.</summary>
        public static long Before(SafeFileHandle file, long end)
        {
            for (var to = end; to > 0; to -= Window)
            {
                var from = Math.Max(0, to - Window);
                if (Read(file, from, to).AsSpan().LastIndexOf((byte)'\n') is >= 0 and var at)
                {
                    return from + at + 1;
                }
            }

            return 0;
        }
    }
}
