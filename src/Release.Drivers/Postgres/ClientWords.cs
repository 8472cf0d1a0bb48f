using Release.Output;

namespace Release.Drivers.Postgres;

/// <summary>Hears what <c>pg_dump</c> or <c>pg_restore</c> says with <c>--verbose</c>: what it works on, and its last words when it fails.</summary>
/// <param name="report">Takes one line of progress.</param>
internal sealed class ClientWords(Action<string> report)
{
    private const int Remembered = 6;
    private readonly Queue<string> _last = new();
    private string _worksOn = "";

    /// <summary>Gets where it was, for the middle of a sentence (<c> at table "public.orders"</c>); empty for nothing yet.</summary>
    public string During => _worksOn.Length == 0 ? "" : $" at {_worksOn}";

    /// <summary>Hears a line of its standard error, masked already.</summary>
    public void Hear(string line)
    {
        if (Progress.Of(line) is { } thing)
        {
            _worksOn = TerminalText.Line(thing, 200);
            if (thing.StartsWith("table ", StringComparison.Ordinal))
            {
                report($"  {_worksOn}");
            }
        }
        else if (Progress.IsTrouble(line))
        {
            _last.Enqueue(TerminalText.Line(line, 300));
            if (_last.Count > Remembered)
            {
                _ = _last.Dequeue();
            }
        }
    }

    /// <summary>What it said went wrong; else this.</summary>
    public string Or(string otherwise) => _last.Count > 0 ? string.Join(" ", _last) : otherwise;

    /// <summary>Reads what the programs say of their progress.</summary>
    internal static class Progress
    {
        private static readonly string[] Starts = ["dumping contents of ", "processing data for ", "creating "];

        private static readonly string[] Troubles = ["error:", "fatal:", "detail:", "hint:", "query was:", "warning:", "Command was:", "could not", "failed", "ERROR:", "FATAL:", "No space left"];

        /// <summary>The thing that a line says is being worked on; null for other lines.</summary>
        public static string? Of(string line)
        {
            var said = line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon ? line[(colon + 2)..] : line;
            return Starts.FirstOrDefault(start => said.StartsWith(start, StringComparison.Ordinal)) is { } found ? said[found.Length..] : null;
        }

        public static bool IsTrouble(string line) => Troubles.Any(trouble => line.Contains(trouble, StringComparison.Ordinal));
    }
}
