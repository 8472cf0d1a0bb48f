using System.Collections;
using System.Runtime.InteropServices;
using System.Text;

namespace Release.Components.Terminal;

/// <summary>
/// The process's two outputs while a command runs, in both modes of the build: <c>Console.Out</c> and <c>Console.Error</c>
/// are set before the graph takes them. A terminal gets the live view; where one JSON document is wanted, standard output
/// is kept for it and all else goes to standard error.
/// </summary>
internal sealed class ProcessOutput : IDisposable
{
    // What a reader may take for one piece: a pager that is stopped is not waited for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private const int Remembered = 12;

#pragma warning disable CA2213 // what is said after the command's end still comes out
    private readonly OutputPump _out;
    private readonly OutputPump _error;
#pragma warning restore CA2213
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly Queue<string> _said = [];
    private string _saying = "";

    private ProcessOutput(IReadOnlyDictionary<string, string> variables, bool json)
    {
        IsJson = json;
        var isTerminal = !Console.IsOutputRedirected;
        var isLive = !json && TerminalRules.TakesControlCodes(variables, isTerminal);
        _out = new OutputPump(OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new DescriptorStream(1), Utf8);
        _error = new OutputPump(OperatingSystem.IsWindows() ? Console.OpenStandardError() : new DescriptorStream(2), Utf8);
        if (isLive)
        {
            Live = new LiveTerminal(_out, Size, SystemClock.Instance);
        }

        // Two outputs on one terminal: what was written first is read first.
        Action<string> toError = !Console.IsErrorRedirected && Live is not null ? Live.Write : text => Send(text, _error, after: _out);
        Action<string> toOut = Live is not null ? Live.Write : text => Send(text, _out, after: _error);
        var error = new OutputWriter(Utf8, json ? text => toError(Remember(text)) : toError);
        Console.SetError(error);
        Console.SetOut(json ? error : new OutputWriter(Utf8, toOut));
        AppDomain.CurrentDomain.ProcessExit += End;
        AppDomain.CurrentDomain.UnhandledException += End;
        if (Live is { } live && !OperatingSystem.IsWindows())
        {
            // Ctrl-\ ends the process where it stands; after Ctrl-Z the terminal is the shell's.
            Watch(PosixSignal.SIGQUIT, live.Dispose);
            Watch(PosixSignal.SIGTSTP, live.Pause);
            Watch(PosixSignal.SIGCONT, live.Resume);
        }
    }

    /// <summary>Gets that of this process; null where the build's <c>Main</c> does not use it.</summary>
    public static ProcessOutput? Current { get; private set; }

    /// <summary>Gets the live view; null where lines are printed.</summary>
    public LiveTerminal? Live { get; }

    /// <summary>Gets a value indicating whether standard output is kept for one document.</summary>
    public bool IsJson { get; }

    /// <summary>Gets the last lines that were said, where standard output is kept for a document.</summary>
    public IReadOnlyList<string> Said => [.. _said];

    /// <summary>Takes both outputs.</summary>
    /// <param name="arguments">The command line.</param>
    public static ProcessOutput Take(IReadOnlyList<string> arguments)
    {
        var variables = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? "", StringComparer.Ordinal);
        Current = new ProcessOutput(variables, WantsJson(arguments, variables));
        return Current;
    }

    /// <summary>Whether one JSON document is wanted, before anything is known of the build: then even a wrong command line gets one.</summary>
    internal static bool WantsJson(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables)
    {
        var at = arguments.ToList().FindLastIndex(a => a.Split('=')[0].TrimStart('-').Equals("json", StringComparison.OrdinalIgnoreCase) && a.StartsWith('-'));
        var value = at < 0 ? variables.GetValueOrDefault("RELEASE_JSON") ?? variables.GetValueOrDefault("NUKE_JSON") ?? "false"
            : arguments[at].Contains('=', StringComparison.Ordinal) ? arguments[at].Split('=', 2)[1]
            : "true";
        return !value.Equals("false", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Writes to standard output itself.</summary>
    public void Document(string text) => _out.Post(text + "\n");

    /// <summary>
    /// Takes the live view away, and waits for the readers as long as they read. What is written afterwards still comes out:
    /// the process waits for it once more when it exits.
    /// </summary>
    public void Dispose()
    {
        _signals.ForEach(s => s.Dispose());
        Finish();
    }

    private static (int Width, int Height) Size()
    {
        try
        {
            return (Console.WindowWidth, Console.WindowHeight);
        }
        catch (Exception error) when (error is IOException or PlatformNotSupportedException)
        {
            return (0, 0);
        }
    }

    private static void Send(string text, OutputPump output, OutputPump after)
    {
        // Only for the order on a screen; a reader that takes nothing is not waited for.
        _ = after.IsIdle || after.Drain(TimeSpan.FromMilliseconds(50));
        output.Post(text);
    }

    private void End(object? sender, EventArgs e) => Finish();

    private void Finish()
    {
        Live?.Dispose();
        _ = _out.Drain(Patience);
        _ = _error.Drain(Patience);
    }

    private void Watch(PosixSignal signal, Action act) => _signals.Add(PosixSignalRegistration.Create(signal, context =>
    {
        act();
        _ = _out.Drain(TimeSpan.FromMilliseconds(200));
    }));

    private string Remember(string text)
    {
        var lines = (_saying + text).Split('\n');
        _saying = lines[^1];
        foreach (var line in lines[..^1].Where(l => l.Trim().Length > 0))
        {
            _said.Enqueue(line.TrimEnd());
            if (_said.Count > Remembered)
            {
                _ = _said.Dequeue();
            }
        }

        return text;
    }
}
