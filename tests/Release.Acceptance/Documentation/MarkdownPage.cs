using System.Text;
using System.Text.RegularExpressions;

namespace Release.Acceptance.Documentation;

/// <summary>A page of the documentation, as far as it can be checked: its anchors, links, code blocks and code in sentences.</summary>
internal sealed partial class MarkdownPage
{
    private readonly string _prose;

    private MarkdownPage(string root, string name)
    {
        Name = name;
        var lines = File.ReadAllLines(Path.Combine(root, name));
        var prose = new StringBuilder();
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        Blocks = [.. Read(lines, prose, anchors)];
        _prose = prose.ToString();
        Anchors = anchors;
    }

    /// <summary>Gets its path below the repository, with slashes.</summary>
    public string Name { get; }

    /// <summary>Gets what a link may point to, as GitHub makes it of the headings.</summary>
    public IReadOnlySet<string> Anchors { get; }

    public IReadOnlyList<CodeBlock> Blocks { get; }

    /// <summary>Gets the targets of links, images too.</summary>
    public IEnumerable<string> Links => Link().Matches(WithoutSpans(_prose)).Select(m => m.Groups[1].Value);

    /// <summary>Gets the code in sentences and tables, without its backquotes.</summary>
    public IEnumerable<string> Spans => Span().Matches(_prose).Select(m => m.Groups[1].Value.Replace("\\|", "|", StringComparison.Ordinal));

    /// <summary>Gets everything that is no code block.</summary>
    public string Prose => _prose;

    /// <summary>Gets the README and every page below <c>docs</c>.</summary>
    public static IReadOnlyList<MarkdownPage> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "README.md"))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .Select(name => new MarkdownPage(Repository.Root, name)),
    ];

    /// <summary>The cells of the table rows whose first one is code of this form, without backquotes.</summary>
    public IEnumerable<string[]> Rows(string first) =>
        from line in _prose.Split('\n')
        where Regex.IsMatch(line, $@"^\| `{first}` \|")
        select line.Trim('|').Split('|').Select(cell => cell.Trim().Trim('`')).ToArray();

    public override string ToString() => Name;

    private IEnumerable<CodeBlock> Read(string[] lines, StringBuilder prose, HashSet<string> anchors)
    {
        var comment = "";
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                var end = Array.FindIndex(lines, i + 1, l => l.TrimStart().StartsWith("```", StringComparison.Ordinal));
                end.ShouldBeGreaterThan(i, $"{Name}:{i + 1}: this code block is never closed");
                yield return new CodeBlock(Name, i + 2, line.Trim().TrimStart('`').Trim(), comment, lines[(i + 1)..end]);
                (i, comment) = (end, "");
                continue;
            }

            if (line.StartsWith("<!--", StringComparison.Ordinal))
            {
                line.TrimEnd().ShouldEndWith("-->", Case.Sensitive, $"{Name}:{i + 1}: a comment of a code block is one line");
                comment = line.Trim()[4..^3].Trim();
                continue;
            }

            comment = line.Trim().Length == 0 ? comment : "";
            prose.Append(line).Append('\n');
            if (Heading().Match(line) is { Success: true } heading)
            {
                anchors.Add(Anchor(heading.Groups[1].Value)).ShouldBeTrue($"{Name}:{i + 1}: there are two headings '{line}'");
            }
        }
    }

    private static string Anchor(string heading) =>
        NotInAnchors().Replace(heading.Trim().ToLowerInvariant().Replace(' ', '-'), "");

    private static string WithoutSpans(string text) => Span().Replace(text, "");

    [GeneratedRegex(@"^#{1,6} +(.+?) *$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}_-]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex Span();
}
