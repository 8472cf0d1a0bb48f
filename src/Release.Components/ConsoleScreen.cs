using Release.Components.Terminal;
using Release.Output;
using Release.Runs;
using Release.Views;
using Serilog;

namespace Release.Components;

/// <summary>Progress in the graph's own log, masked and filtered, and on a terminal the live view below it.</summary>
internal sealed class ConsoleScreen(SecretMask mask, LiveTerminal? live) : IScreen
{
    private static SecretMask? Mask;

    public bool IsLive => live is not null;

    public static ConsoleScreen Create(SecretMask mask)
    {
        Mask = mask;
        var live = ProcessOutput.Current?.Live;
        live?.ShowWith(mask.ShownLine);
        return new ConsoleScreen(mask, live);
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
    public static void LastLine(RunResult result, bool json) =>
        (result.IsSuccess && !json ? Console.Out : Console.Error).WriteLine(Shown(result.LastLine));

    public void Line(string text)
    {
        live?.Unsay();
        Log.Information("{Line:l}", mask.ShownLine(text));
    }

    public void Warn(string text)
    {
        live?.Unsay();
        Log.Warning("{Line:l}", mask.ShownLine(text));
    }

    public void Passing(string text)
    {
        if (live is null)
        {
            Line(text);
        }
        else
        {
            live.Say(text);
        }
    }

    public void Show(Func<RunPicture> picture) => live?.Show(picture);

    /// <summary>A document without secrets.</summary>
    public static string Masked(string document) => Mask?.Mask(document) ?? document;

    private static string Shown(string text) => Mask?.ShownLine(text) ?? TerminalText.Line(text);
}
