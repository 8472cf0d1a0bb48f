using System.Text;
using System.Text.Json.Nodes;

namespace Release.Acceptance.Processes;

/// <summary>Reads a journal while somebody writes it; only what is new is parsed, so that it can be asked every millisecond.</summary>
internal sealed class JournalTail(string file)
{
    private readonly List<JsonObject> _records = [];
    private long _read;

    public IReadOnlyList<JsonObject> Records => _records;

    /// <summary>Takes in the records that are new. A line that is being written is not there yet.</summary>
    public bool Grew()
    {
        if (!new FileInfo(file).Exists || !File.Exists(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file) || new FileInfo(file).Length == _read)
        {
            return false;
        }

        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = _read;
        using var rest = new MemoryStream();
        stream.CopyTo(rest);
        var bytes = rest.GetBuffer().AsSpan(0, (int)rest.Length);
        var whole = bytes[..(bytes.LastIndexOf((byte)'\n') + 1)];
        _read += whole.Length;
        var lines = Encoding.UTF8.GetString(whole).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        _records.AddRange(lines.Select(l => JsonNode.Parse(l)!.AsObject()));
        return lines.Length > 0;
    }
}
