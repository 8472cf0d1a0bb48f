using Release.Output;

namespace Release.Configuration;

/// <summary>One thing that is wrong with a configuration.</summary>
/// <param name="File">The file, as a person would name it (<c>environments/local.json</c>).</param>
/// <param name="Line">Where, from 1; 0 for the whole file.</param>
/// <param name="Path">Where, as a JSON path (<c>$.gate.tick</c>); empty for the whole file.</param>
/// <param name="Message">What was expected, what was found, the nearest valid name. Filtered text.</param>
public sealed record ConfigurationError(string File, int Line, string Path, string Message)
{
    /// <summary>One line: <c>environments/local.json:12  $.gate.tick: expected a duration such as "30s", found 5</c>.</summary>
    public override string ToString()
    {
        var place = Line == 0 ? File : $"{File}:{Line}";
        return TerminalText.Line(Path.Length == 0 ? $"{place}  {Message}" : $"{place}  {Path}: {Message}");
    }
}

/// <summary>A configuration cannot be used. Carries every error at once; nothing was touched.</summary>
/// <param name="errors">At least one, in the order of the file.</param>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationError> errors)
    : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>Makes one with a single error about a whole file.</summary>
    public ConfigurationException(string file, string message)
        : this([new(file, 0, "", message)])
    {
    }

    /// <summary>Gets what is wrong.</summary>
    public IReadOnlyList<ConfigurationError> Errors => errors;
}
