namespace Release.Acceptance.Documentation;

/// <summary>A fenced code block.</summary>
/// <param name="Page">The page it is on.</param>
/// <param name="Line">The number of its first line there.</param>
/// <param name="Language">What stands behind its fence.</param>
/// <param name="Comment">The HTML comment before it, which says how it is checked; empty for none.</param>
/// <param name="Lines">Its content.</param>
internal sealed record CodeBlock(string Page, int Line, string Language, string Comment, IReadOnlyList<string> Lines)
{
    /// <summary>Gets the file that a comment <c>from path</c> names: the block is a part of it, word for word. Null for none.</summary>
    public string? File => Comment.StartsWith("from ", StringComparison.Ordinal) ? Comment["from ".Length..] : null;

    /// <summary>Gets why its commands are only planned: a comment <c>plan only: why</c>. Null where they are run.</summary>
    public string? PlannedBecause => Comment.StartsWith("plan only: ", StringComparison.Ordinal) ? Comment["plan only: ".Length..]
        : Language.Length == 0 ? "it is plain text"
        : null;

    /// <summary>Gets a value indicating whether it holds commands: <c>sh</c>, <c>console</c> with what they print, or plain text with the build's.</summary>
    public bool HasCommands => Language is "sh" or "console" || (Language.Length == 0 && Lines.Any(IsOfTheBuild));

    /// <summary>Gets the commands, each with the lines of output that are shown below it.</summary>
    public IEnumerable<DocumentedCommand> Commands()
    {
        DocumentedCommand? command = null;
        for (var i = 0; HasCommands && i < Lines.Count; i++)
        {
            var text = Lines[i];
            var isCommand = Language switch
            {
                "sh" => text.Trim().Length > 0 && !text.StartsWith('#'),
                "console" => text.StartsWith("$ ", StringComparison.Ordinal),
                _ => IsOfTheBuild(text),
            };
            if (isCommand)
            {
                if (command is not null)
                {
                    yield return command;
                }

                command = DocumentedCommand.Parse($"{Page}:{Line + i}", Language == "console" ? text[2..] : text);
            }
            else if (Language == "console" && text.Trim() is { Length: > 0 } shown)
            {
                command = (command ?? throw new InvalidOperationException($"{Page}:{Line + i}: output without a command")) with
                {
                    Shown = [.. command.Shown, shown],
                };
            }
        }

        if (command is not null)
        {
            yield return command;
        }
    }

    private static bool IsOfTheBuild(string line) => line.StartsWith("./build.sh ", StringComparison.Ordinal);
}
