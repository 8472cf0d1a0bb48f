namespace Release.Drivers.Docker;

/// <summary>Cuts bytes into lines. A line that is longer than the bound is cut there, its rest thrown away.</summary>
internal sealed class LineCutter(int longest)
{
    private readonly List<byte> _open = [];

    /// <summary>Gets whether a line was too long.</summary>
    public bool WasCut { get; private set; }

    /// <summary>The lines that these bytes end, without their ends.</summary>
    public IReadOnlyList<byte[]> Add(ReadOnlySpan<byte> bytes)
    {
        var lines = new List<byte[]>();
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            Keep(bytes[..end]);
            lines.Add([.. _open]);
            _open.Clear();
            bytes = bytes[(end + 1)..];
        }

        Keep(bytes);
        return lines;
    }

    /// <summary>What stands behind the last line's end.</summary>
    public IReadOnlyList<byte[]> Finish()
    {
        byte[] rest = [.. _open];
        _open.Clear();
        return rest.Length == 0 ? [] : [rest];
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var room = longest - _open.Count;
        WasCut |= bytes.Length > room;
        _open.AddRange(bytes[..Math.Min(bytes.Length, room)]);
    }
}
