namespace Release.Acceptance.Wrong;

/// <summary>One row of the table: a command as a person would type it into a shell, and what it gets.</summary>
/// <param name="Command">The line, which starts with <c>./build.sh</c>; variables may stand before it.</param>
/// <param name="Answer">All of what it prints, and its exit code as the last line.</param>
internal sealed record WrongLine(string Command, string Answer)
{
    private const string Prompt = "$ ";

    /// <summary>Reads a table: a row begins with <c>$ </c> and ends at the next; lines with <c>#</c> at the start stand between rows.</summary>
    public static IReadOnlyList<WrongLine> Read(IEnumerable<string> table)
    {
        var rows = new List<(string Command, List<string> Answer)>();
        foreach (var line in table.Where(l => !l.StartsWith('#')))
        {
            if (line.StartsWith(Prompt, StringComparison.Ordinal))
            {
                rows.Add((line[Prompt.Length..], []));
            }
            else if (rows.Count > 0)
            {
                rows[^1].Answer.Add(line);
            }
        }

        return [.. rows.Select(r => new WrongLine(r.Command, string.Join('\n', r.Answer).Trim()))];
    }

    public override string ToString() => $"{Prompt}{Command}\n{Answer}\n";
}
