namespace Release.Journal;

/// <summary>Reads a journal from its end, where the answer to "who holds the lease" mostly is.</summary>
internal static class JournalTail
{
    private const int FirstWindow = 64 * 1024;

    /// <summary>Finds the last record about a lease, whole or not; null when there is none.</summary>
    public static JournalRecord? LastLease(string path, string env)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var size = RandomAccess.GetLength(file);
        for (long window = FirstWindow; ; window *= 4)
        {
            var start = Math.Max(0, size - window);
            var buffer = new byte[size - start];
            var bytes = buffer.AsSpan(0, RandomAccess.Read(file, buffer, start));

            // The first line of the window is cut, unless the window begins where the file does.
            if (Last(start == 0 ? bytes : bytes[(bytes.IndexOf((byte)'\n') + 1)..], env) is { } found)
            {
                return found;
            }

            if (start == 0)
            {
                return null;
            }
        }
    }

    private static JournalRecord? Last(ReadOnlySpan<byte> lines, string env)
    {
        for (var end = lines.LastIndexOf((byte)'\n'); end >= 0;)
        {
            var start = lines[..end].LastIndexOf((byte)'\n') + 1;
            var line = lines[start..end];

            // The type is the last member of every line.
            if (line.EndsWith("\"type\":\"lease-taken\"}"u8) || line.EndsWith("\"type\":\"lease-released\"}"u8))
            {
                var parsed = JournalLine.Read(line.ToArray(), env, fromSeq: 0, wantRecord: true, new JournalLine.Repeated());
                if (parsed.Record is not null)
                {
                    return parsed.Record;
                }
            }

            end = start - 1;
        }

        return null;
    }
}
