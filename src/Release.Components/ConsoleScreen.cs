using Release.Output;
using Release.Runs;
using Serilog;

namespace Release.Components;

/// <summary>Progress in the graph's own log, masked and filtered.</summary>
internal sealed class ConsoleScreen(SecretMask mask) : IScreen
{
    private static SecretMask? Mask;

    public static ConsoleScreen Create(SecretMask mask)
    {
        Mask = mask;
        return new ConsoleScreen(mask);
    }

    /// <summary>The lines of a view, bare.</summary>
    public static void Plain(ReleaseEnvironment environment, IReadOnlyList<string> lines)
    {
        foreach (var line in lines)
        {
            Console.Out.WriteLine(Shown(line));
        }
    }

    /// <summary>The last line of a command, after the graph's summary.</summary>
    /// <param name="result">How it ended.</param>
    /// <param name="json">Whether standard output is for one JSON document.</param>
    /// <param name="document">That document, unless it was printed already.</param>
    public static void LastLine(RunResult result, bool json, string? document)
    {
        (result.IsSuccess && !json ? Console.Out : Console.Error).WriteLine(Shown(result.LastLine));
        if (json && document is not null)
        {
            Console.Out.WriteLine(Masked(document));
        }
    }

    public void Line(string text) => Log.Information("{Line:l}", mask.ShownLine(text));

    public void Warn(string text) => Log.Warning("{Line:l}", mask.ShownLine(text));

    /// <summary>A document without secrets.</summary>
    public static string Masked(string document) => Mask?.Mask(document) ?? document;

    private static string Shown(string text) => Mask?.ShownLine(text) ?? TerminalText.Line(text);
}
