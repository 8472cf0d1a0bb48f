using Release.Output;
using Release.Tools;

namespace Release.Drivers.Postgres;

/// <summary>One call of <c>pg_dump</c> or <c>pg_restore</c> on this machine: its password file, its progress, and its last words when it failed.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="place">Where it connects.</param>
/// <param name="limit">How long it may take.</param>
internal sealed class ClientCall(DriverContext context, PgPlace place, TimeSpan limit)
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="program">The program's path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="output">What takes its standard output; null where it has none that matters.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DatabaseException">It failed; the message has its own words.</exception>
    public async Task Run(string program, IReadOnlyList<string> arguments, Func<Stream, CancellationToken, Task>? output, CancellationToken cancellation)
    {
        var words = new ClientWords(context.Report);
        using var password = PgPass.Write(place.Password);
        var command = new ToolCommand(program, [.. arguments])
        {
            Environment = PgCommands.Environment(place, password.Path),
            Timeout = limit,
            OnErrorLine = words.Hear,
            TakeOutput = output,
        };
        ToolResult result;
        try
        {
            result = await context.Tool.Run(command, cancellation);
        }
        catch (ToolTimeoutException late)
        {
            throw new DatabaseException($"{Path.GetFileName(program)} was not done within {limit.TotalMinutes:0.#} min (\"timeout\") and was ended{words.During}.", late);
        }

        if (!result.Succeeded)
        {
            throw new ClientFailedException(
                $"{Path.GetFileName(program)} failed{words.During}: {words.Or(result.Shown.Length > 0 ? TerminalText.Line(result.Shown, 400) : $"exit code {result.ExitCode}")}");
        }
    }
}
