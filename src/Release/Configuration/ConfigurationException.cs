using Release.Output;

namespace Release.Configuration;

/// <summary>One thing that is wrong with a configuration.</summary>
/// <param name="File">The file, as a person would name it (<c>environments/local.json</c>).</param>
/// <param name="Line">Where, from 1; 0 for the whole file.</param>
/// <param name="Column">Where in the line, from 1; 0 for the whole file.</param>
/// <param name="Path">Where, as a JSON path (<c>$.gate.tick</c>); empty for the whole file.</param>
/// <param name="Message">What was expected, what was found, the nearest valid name. Filtered text.</param>
public sealed record ConfigurationError(string File, int Line, int Column, string Path, string Message)
{
    /// <summary>
    /// One line: <c>environments/local.json:12:5  $.gate.tick: expected a duration such as "30s", found 5</c>. Terminals and
    /// editors open a place written so.
    /// </summary>
    public override string ToString()
    {
        var place = Line == 0 ? File : $"{File}:{Line}:{Column}";
        return TerminalText.Line(Path.Length == 0 ? $"{place}  {Message}" : $"{place}  {Path}: {Message}");
    }
}

/// <summary>A configuration cannot be used. Carries every error at once; nothing was touched.</summary>
/// <param name="errors">At least one, in the order of the file.</param>
/// <param name="more">How many more there are, which were only counted.</param>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationError> errors, int more = 0) : Exception(Summary(errors, more))
{
    /// <summary>How many errors the message tells: a screen full, and then how many more there are.</summary>
    public const int MostTold = 40;

    /// <summary>Makes one with a single error about a whole file.</summary>
    public ConfigurationException(string file, string message)
        : this([new(file, 0, 0, "", message)])
    {
    }

    /// <summary>Gets what is wrong: all of it, or the first thousand.</summary>
    public IReadOnlyList<ConfigurationError> Errors => errors;

    private static string Summary(IReadOnlyList<ConfigurationError> errors, int more)
    {
        var lines = errors.Take(MostTold).Select(error => error.ToString());
        return string.Join(
            Environment.NewLine,
            errors.Count > MostTold ? lines.Append($"… and {errors.Count - MostTold + more} more errors: mend these first, the rest is told then.") : lines);
    }
}
