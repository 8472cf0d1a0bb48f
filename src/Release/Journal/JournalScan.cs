using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Release.Journal;

/// <summary>Where the next record goes.</summary>
/// <param name="Seq">The highest place seen; 0 when there is none.</param>
/// <param name="Token">The highest fencing token seen; 0 when there is none.</param>
/// <param name="Hash">The hash of the last line that could be read.</param>
/// <param name="Length">The length of the file without a torn tail.</param>
internal sealed record JournalEnd(long Seq, long Token, string Hash, long Length);

/// <summary>Reads a journal file from the start and checks the chain (invariant 11).</summary>
internal sealed class JournalScan
{
    // Large enough that handing a chunk to another core costs nothing, small enough that most journals are one chunk.
    private const int ChunkSize = 2 * 1024 * 1024;
    private const byte NewLine = (byte)'\n';

    private readonly string _env;
    private readonly long _fromSeq;
    private readonly Action<JournalRecord>? _take;
    private JournalDamage? _damage;
    private bool _torn;
    private bool _started;
    private int _line;
    private long _expected;
    private string _lastHash = JournalLine.NoHash;
    private int _unreadable;

    // What becomes the JournalEnd.
    private long _seq;
    private long _token;
    private string _hash = JournalLine.NoHash;
    private long _length;

    private JournalScan(string env, long fromSeq, Action<JournalRecord>? take)
    {
        (_env, _fromSeq, _take) = (env, fromSeq, take);
        (_started, _expected) = (fromSeq <= 1, 1);
    }

    /// <summary>Reads the records; see <see cref="IJournal"/>.</summary>
    public static JournalReading Read(string path, string env, long fromSeq, CancellationToken cancellation)
    {
        var records = new List<JournalRecord>();
        return Read(path, env, fromSeq, records.Add, cancellation) with { Records = records };
    }

    /// <summary>Hands the records over one by one, each once it is verified, and keeps none.</summary>
    public static JournalReading Read(string path, string env, long fromSeq, Action<JournalRecord> take, CancellationToken cancellation)
    {
        var scan = new JournalScan(env, fromSeq, take);
        scan.Run(path, cancellation);
        return new JournalReading([], scan._damage, scan._torn);
    }

    /// <summary>Checks the whole file and finds where the next record goes.</summary>
    public static (JournalEnd End, JournalDamage? Damage, long TornBytes) Check(
        string path, string env, CancellationToken cancellation)
    {
        var scan = new JournalScan(env, fromSeq: 1, take: null);
        var size = scan.Run(path, cancellation);
        var end = new JournalEnd(scan._seq, scan._token, scan._hash, scan._length);
        return (end, scan._damage, size - end.Length);
    }

    private static int Fill(SafeFileHandle file, byte[] buffer, int from, long offset)
    {
        var filled = from;
        for (var got = -1; filled < buffer.Length && got != 0; filled += got)
        {
            got = RandomAccess.Read(file, buffer.AsSpan(filled), offset + filled - from);
        }

        return filled;
    }

    private long Run(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        // Shared, so that a reader never stands in the way of the writer.
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        // A writer may append while this reads: what is beyond the length now belongs to the next reading.
        var size = RandomAccess.GetLength(file);
        var parsing = new Queue<Task<List<(ParsedLine Line, int Length)>>>();
        var rest = Array.Empty<byte>();
        for (var offset = 0L; offset < size;)
        {
            cancellation.ThrowIfCancellationRequested();
            var buffer = GC.AllocateUninitializedArray<byte>(rest.Length + (int)Math.Min(ChunkSize, size - offset));
            rest.CopyTo(buffer, 0);
            var filled = Fill(file, buffer, rest.Length, offset);
            var got = filled - rest.Length;
            offset = got == 0 ? size : offset + got;
            var whole = buffer.AsSpan(0, filled).LastIndexOf(NewLine) + 1;
            rest = buffer[whole..filled];
            parsing.Enqueue(Start(buffer, whole, isOnly: size <= ChunkSize));
            if (parsing.Count > Environment.ProcessorCount)
            {
                LinkAll(parsing.Dequeue());
            }
        }

        while (parsing.TryDequeue(out var lines))
        {
            LinkAll(lines);
        }

        SettleUnreadable(isLast: rest.Length == 0);
        _torn |= rest.Length > 0;
        return size;
    }

    private Task<List<(ParsedLine Line, int Length)>> Start(byte[] buffer, int whole, bool isOnly) =>
        isOnly
            ? Task.FromResult(Parse(buffer.AsMemory(0, whole)))
            : Task.Run(() => Parse(buffer.AsMemory(0, whole)), CancellationToken.None);

    private List<(ParsedLine Line, int Length)> Parse(ReadOnlyMemory<byte> lines)
    {
        var parsed = new List<(ParsedLine, int)>(lines.Length / 256);
        var repeated = new JournalLine.Repeated();
        while (!lines.IsEmpty)
        {
            var length = lines.Span.IndexOf(NewLine);
            parsed.Add((JournalLine.Read(lines[..length], _env, _fromSeq, _take is not null, repeated), length + 1));
            lines = lines[(length + 1)..];
        }

        return parsed;
    }

#pragma warning disable VSTHRD002 // The tasks only compute and need no thread that waits here.
    private void LinkAll(Task<List<(ParsedLine Line, int Length)>> lines)
    {
        foreach (ref readonly var line in CollectionsMarshal.AsSpan(lines.GetAwaiter().GetResult()))
        {
            SettleUnreadable(isLast: false);
            _line++;
            if (line.Line.IsJson)
            {
                Link(line.Line, line.Length);
            }
            else
            {
                _unreadable = line.Length;
            }
        }
    }
#pragma warning restore VSTHRD002

    // A line that is no JSON is a torn tail when it is the last one and damage when it is not.
    private void SettleUnreadable(bool isLast)
    {
        if (_unreadable == 0)
        {
            return;
        }

        if (isLast)
        {
            _torn = true;
        }
        else
        {
            _length += _unreadable;
            Blame(_started ? "it is not a JSON object" : null);
        }

        _unreadable = 0;
    }

    private void Link(in ParsedLine line, int length)
    {
        _length += length;
        _seq = Math.Max(_seq, line.Seq);
        _token = Math.Max(_token, line.Token);
        _hash = line.Hash ?? _hash;
        if (!_started && line.Hash is not null && line.Seq >= _fromSeq)
        {
            (_started, _expected, _lastHash) = (true, line.Seq, line.PrevHash!);
        }

        if (!_started || _damage is not null)
        {
            return;
        }

        Blame(line.Fault ?? Misplaced(line));
        if (_damage is null)
        {
            _expected++;
            _lastHash = line.Hash!;
            if (line.Record is not null)
            {
                _take!(line.Record);
            }
        }
    }

    private string? Misplaced(in ParsedLine line)
    {
        if (line.Seq != _expected)
        {
            return line.Seq > _expected
                ? $"it is missing: record {line.Seq} stands in its place"
                : $"record {line.Seq} stands in its place, again or out of order";
        }

        return string.Equals(line.PrevHash, _lastHash, StringComparison.Ordinal)
            ? null
            : "it does not follow the record before it: its prevHash is another record's";
    }

    private void Blame(string? what)
    {
        if (what is not null)
        {
            _damage ??= new JournalDamage(_expected, _line, what);
        }
    }
}
