namespace Nuke.Common.Execution;

internal enum Shade
{
    Plain,
    Heading,
    Dim,
    Good,
    Warning,
    Error,
}

/// <summary>
/// Where the graph prints. Every line is masked and filtered here and nowhere else; it takes any text from any thread.
/// </summary>
internal sealed class RunConsole(TextWriter writer, bool colours, Masker masker)
{
    private readonly Lock _lock = new();

    public void Line(string text = "", Shade shade = Shade.Plain)
    {
        var masked = Mask(text);
        lock (_lock)
        {
            foreach (var line in masked.Split('\n'))
            {
                // Masked again: a secret could have been broken up by characters that the filter takes out.
                var safe = masker.Apply(TextFilter.Untrusted(line));
                writer.WriteLine(colours && safe.Length > 0 ? Coloured(safe, shade) : safe);
            }
        }
    }

    /// <summary>A command to the CI host, which is ours: it is written as it stands.</summary>
    public void WorkflowCommand(string command)
    {
        lock (_lock)
        {
            writer.WriteLine(command);
        }
    }

    public string Mask(string? text) => masker.Apply(text ?? "");

    private static string Coloured(string text, Shade shade)
    {
        var code = shade switch
        {
            Shade.Plain => null,
            Shade.Heading => "36",
            Shade.Dim => "90",
            Shade.Good => "32",
            Shade.Warning => "33",
            Shade.Error => "31",
            _ => null,
        };
        return code is null ? text : $"\e[{code}m{text}\e[0m";
    }
}
