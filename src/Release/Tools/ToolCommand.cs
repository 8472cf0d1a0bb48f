namespace Release.Tools;

/// <summary>One call of a program: a value, so that drivers build it in pure code and tests compare it.</summary>
/// <param name="Program">A name that is searched in PATH (never in the working folder), or a path.</param>
/// <param name="Arguments">Passed as they are: no shell, no quoting, no expansion.</param>
public sealed record ToolCommand(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>Gets where it runs; null for this process's folder.</summary>
    public string? WorkingFolder { get; init; }

    /// <summary>Gets variables added to this process's environment; a null value takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Gets how long it may take. Then it is killed with everything it started.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets the text for its standard input, as UTF-8; null closes it at once, so that nothing waits for a person.</summary>
    public string? Input { get; init; }

    /// <summary>
    /// Gets what takes its standard output as bytes; then no line of it is shown and none is kept. What it throws ends the
    /// program, and the run throws it. It is called once, and its token ends with the run.
    /// </summary>
    public Func<Stream, CancellationToken, Task>? TakeOutput { get; init; }

    /// <summary>
    /// Gets what is called for every line of both outputs as it comes, filtered and masked, one call at a time. If it
    /// throws it is called no more, and the run throws an <see cref="InvalidOperationException"/> around that in the end.
    /// </summary>
    public Action<string>? OnLine { get; init; }

    /// <summary>Gets what is called, in the same way, for every line of its standard error only.</summary>
    public Action<string>? OnErrorLine { get; init; }

    /// <summary>Gets how many characters of each output are kept, from its beginning.</summary>
    public int Keep { get; init; } = 1024 * 1024;

    /// <summary>The command as text, for tests and messages; arguments with blanks in quotes. Not for a shell.</summary>
    public override string ToString()
        => string.Join(' ', Arguments.Prepend(Program).Select(word => word.Length == 0 || word.Any(char.IsWhiteSpace) ? $"\"{word}\"" : word));
}
