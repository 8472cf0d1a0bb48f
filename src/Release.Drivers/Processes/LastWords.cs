using System.Text;
using Release.Output;

namespace Release.Drivers.Processes;

/// <summary>The end of a log, for a message.</summary>
internal static class LastWords
{
    private const int Bytes = 8 * 1024;
    private const int Lines = 5;
    private const int LineLength = 300;

    /// <summary>The last lines that say something, filtered and bounded; empty when there are none.</summary>
    public static string Of(string log)
    {
        try
        {
            using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            _ = file.Seek(-Math.Min(Bytes, file.Length), SeekOrigin.End);
            using var reader = new StreamReader(file, Encoding.UTF8);
            return string.Join('\n', reader.ReadToEnd().Split('\n', '\r')
                .Select(line => TerminalText.Line(line, LineLength).Trim())
                .Where(line => line.Length > 0)
                .TakeLast(Lines));
        }
        catch (IOException)
        {
            // Without a log there is nothing to quote; the message itself must not fail for it.
            return "";
        }
    }
}
