namespace Nuke.Common.Execution;

/// <summary>Everything of the process that a run touches, so that a test can give its own.</summary>
internal sealed class Surroundings
{
    public required IReadOnlyList<string> Arguments { get; init; }
    public required IReadOnlyDictionary<string, string> Variables { get; init; }
    public required TextWriter Out { get; init; }
    public required TextWriter Error { get; init; }
    public required string WorkingDirectory { get; set; }
    public required TimeProvider Clock { get; init; }
    public required Interruption Interruption { get; init; }
    /// <summary>The terminal's width in columns; null where there is none.</summary>
    public int? Width { get; init; }

    /// <summary>Asks a person; null where nobody can answer.</summary>
    public IPrompt? Prompt { get; init; }

    public bool OutTakesColours { get; init; }
    public bool ErrorTakesColours { get; init; }
}
