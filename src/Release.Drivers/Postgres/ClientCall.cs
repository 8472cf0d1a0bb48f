using Release.Output;
using Release.Tools;

namespace Release.Drivers.Postgres;

/// <summary>One call of <c>pg_dump</c> or <c>pg_restore</c>: its password file, its progress, and its last words when it failed.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="place">Where it connects.</param>
/// <param name="limit">How long it may take.</param>
internal sealed class ClientCall(DriverContext context, PgPlace place, TimeSpan limit)
{
    private const int Remembered = 6;
    private readonly Queue<string> _last = new();

    /// <summary>Gets the last thing that it said it works on (<c>table "public.orders"</c>); empty for nothing yet.</summary>
    public string WorksOn { get; private set; } = "";

    /// <summary>Runs it to its end.</summary>
    /// <param name="program">The program's path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="output">What takes its standard output; null where it has none that matters.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DatabaseException">It failed; the message has its own words.</exception>
    public async Task Run(string program, IReadOnlyList<string> arguments, Func<Stream, CancellationToken, Task>? output, CancellationToken cancellation)
    {
        using var password = PgPass.Write(place.Password);
        var command = new ToolCommand(program, [.. arguments])
        {
            Environment = PgCommands.Environment(place, password.Path),
            Timeout = limit,
            OnErrorLine = Hear,
            TakeOutput = output,
        };
        ToolResult result;
        try
        {
            result = await context.Tool.Run(command, cancellation);
        }
        catch (ToolTimeoutException late)
        {
            throw new DatabaseException($"{Path.GetFileName(program)} was not done within {limit.TotalMinutes:0.#} min (\"timeout\") and was ended{During}.", late);
        }

        if (!result.Succeeded)
        {
            throw new DatabaseException($"{Path.GetFileName(program)} failed{During}: {Words(result)}");
        }
    }

    private string During => WorksOn.Length == 0 ? "" : $" at {WorksOn}";

    private string Words(ToolResult result) =>
        _last.Count > 0 ? string.Join(" ", _last) : result.Shown.Length > 0 ? TerminalText.Line(result.Shown, 400) : $"exit code {result.ExitCode}";

    // --verbose says what it does, a line each; what has "error", "detail" or "could not" in it is what went wrong.
    private void Hear(string line)
    {
        if (Progress.Of(line) is { } thing)
        {
            WorksOn = thing;
            if (thing.StartsWith("table ", StringComparison.Ordinal))
            {
                context.Report($"  {thing}");
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
