namespace Nuke.Common.Execution;

/// <summary>In the order of Serilog's levels.</summary>
internal enum Severity
{
    Verbose,
    Debug,
    Information,
    Warning,
    Error,
    Fatal,
}

internal sealed record Note(Severity Severity, string? Target, string Text)
{
    public override string ToString() => $"[{RunLog.Tag(Severity)}] {(Target is null ? "" : Target + ": ")}{Text}";
}

/// <summary>Writes <c>HH:mm:ss [INF] message</c> in UTC and keeps errors and warnings for the end.</summary>
internal sealed class RunLog(RunConsole console, TimeProvider clock)
{
    private readonly List<Note> _noteworthy = [];

    public Verbosity Verbosity { get; set; } = Verbosity.Normal;

    /// <summary>The target that runs now; null between targets.</summary>
    public ExecutableTarget? Target { get; set; }

    public IReadOnlyList<Note> Noteworthy
    {
        get
        {
            lock (_noteworthy)
            {
                return [.. _noteworthy];
            }
        }
    }

    public static string Tag(Severity severity) => severity switch
    {
        Severity.Verbose => "VRB",
        Severity.Debug => "DBG",
        Severity.Information => "INF",
        Severity.Warning => "WRN",
        Severity.Error => "ERR",
        Severity.Fatal => "FTL",
        _ => throw new InvalidOperationException($"No such severity: {severity}."),
    };

    /// <summary>Failures meant for a person are shown by their message; others also say where, from verbosity Verbose on.</summary>
    public void Write(Severity severity, string message, Exception? exception = null)
    {
        var host = NukeBuild.Host;
        if (host?.FilterMessage(message) == true)
        {
            return;
        }

        if (severity >= Severity.Warning)
        {
            var first = FirstLine(message);
            var text = exception is null ? first : $"{first} ({exception.GetType().Name}: {FirstLine(exception.Message)})";
            lock (_noteworthy)
            {
                _noteworthy.Add(new Note(severity, Target?.Name, text));
            }

            if (severity == Severity.Warning)
            {
                host?.ReportWarning(message, exception?.Message);
            }
            else
            {
                host?.ReportError(message, exception?.Message);
            }
        }

        if (severity < Floor)
        {
            return;
        }

        console.Line($"{clock.GetUtcNow().UtcDateTime:HH:mm:ss} [{Tag(severity)}] {Indented(message)}", ShadeOf(severity));
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            console.Line($"  {cause.GetType().Name}: {Indented(cause.Message)}", ShadeOf(severity));
        }

        Trace(exception);
    }

    /// <summary>An exception that ends a target: its message is the event, so it needs no sentence around it.</summary>
    public void Fail(Exception exception)
    {
        Write(Severity.Error, $"{exception.GetType().Name}: {exception.Message}", exception.InnerException);
        Trace(exception);
    }

    public static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd('\r');

    private static string Indented(string text) => text.ReplaceLineEndings("\n").Replace("\n", "\n  ", StringComparison.Ordinal);

    private void Trace(Exception? exception)
    {
        if (exception is not (null or BuildFailure) && Verbosity == Verbosity.Verbose)
        {
            console.Line(exception.StackTrace ?? "", Shade.Dim);
        }
    }

    private Severity Floor => Verbosity switch
    {
        Verbosity.Verbose => Severity.Verbose,
        Verbosity.Normal => Severity.Debug,
        Verbosity.Minimal => Severity.Warning,
        Verbosity.Quiet => Severity.Error,
        _ => Severity.Verbose,
    };

    private static Shade ShadeOf(Severity severity) => severity switch
    {
        Severity.Verbose or Severity.Debug => Shade.Dim,
        Severity.Information => Shade.Plain,
        Severity.Warning => Shade.Warning,
        Severity.Error or Severity.Fatal => Shade.Error,
        _ => Shade.Plain,
    };
}
