using Release.Components.Terminal;
using Release.Runs;

namespace Release.Components;

/// <summary>How the process's command ended: its exit code and its last line, whoever of its targets came to that.</summary>
internal static class CommandEnd
{
    // The graph says why it refuses, before anything of ours is there to say it.
    private static bool IsSaid;

    /// <summary>Gets or sets the result that the last line tells; null while nothing has ended.</summary>
    public static RunResult? Result { get; set; }

    /// <summary>Keeps a refusal for the exit code; the graph itself says it.</summary>
    public static ReleaseException Refused(ReleaseException error)
    {
        (Result, IsSaid) = (RunResult.Of(error), true);
        return error;
    }

    /// <summary>Says the last line, and with <c>--json</c> the one document.</summary>
    /// <param name="exitCode">What the graph returned.</param>
    /// <param name="asksForJson">Whether one of the builds was asked for JSON.</param>
    /// <returns>The exit code.</returns>
    public static int Say(int exitCode, bool asksForJson)
    {
        var code = Result is { Status: not ExitStatus.Done and var status } && exitCode is 0 or 1 ? (int)status : exitCode;
        var output = ProcessOutput.Current;
        output?.Live?.Dispose();
        var json = output?.IsJson == true || asksForJson;
        if (Result is { } result && !IsSaid)
        {
            ConsoleScreen.LastLine(result, json);
        }

        if (json)
        {
            var document = Documents.Whole(Result, code, output?.Said ?? []);
            (output is null ? Console.Out.WriteLine : (Action<string>)output.Document)(document);
        }

        return code;
    }
}
