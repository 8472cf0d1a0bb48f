using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using Release.Acceptance.Documentation;
using Release.Configuration;
using Release.Drivers;
using Release.Runs;

namespace Release.Acceptance;

/// <summary>What can be seen without running anything: ways that lead nowhere, texts that are no longer so.</summary>
public sealed partial class ReadingTheDocumentation
{
    [Fact]
    public void Every_link_leads_somewhere()
    {
        var problems =
            from page in MarkdownPage.All
            from link in page.Links
            where !link.StartsWith("https://", StringComparison.Ordinal)
            let problem = Broken(page, link)
            where problem is not null
            select $"{page}: {link}: {problem}";
        problems.ShouldBeEmpty();
    }

    [Fact]
    public void Every_page_is_reached_from_the_readme()
    {
        var reached = new HashSet<string> { "README.md" };
        for (var before = 0; before != reached.Count;)
        {
            before = reached.Count;
            reached.UnionWith(
                from page in MarkdownPage.All
                where reached.Contains(page.Name)
                from link in page.Links
                where !link.StartsWith("https://", StringComparison.Ordinal)
                select Target(page, link.Split('#')[0]));
        }

        MarkdownPage.All.Select(page => page.Name).Except(reached).ShouldBeEmpty("no link leads to these pages");
    }

    [Fact]
    public void What_is_quoted_from_a_file_is_in_that_file()
    {
        var problems =
            from block in MarkdownPage.All.SelectMany(page => page.Blocks)
            where block.File is not null
            let file = Path.Combine(Repository.Root, block.File!)
            where !File.Exists(file) || !Normal(File.ReadAllLines(file)).Contains(Normal(block.Lines), StringComparison.Ordinal)
            select $"{block.Page}:{block.Line}: this is not, or no longer, what {block.File} says";
        problems.ShouldBeEmpty();
    }

    [Fact]
    public void Every_piece_of_configuration_is_valid()
    {
        var problems =
            from block in MarkdownPage.All.SelectMany(page => page.Blocks)
            where block.Language == "json" && block.File is null && block.Page != "docs/configuration.md" // generated, with tests of its own
            let problem = Invalid(string.Join('\n', block.Lines))
            where problem is not null
            select $"{block.Page}:{block.Line}: {problem}";
        problems.ShouldBeEmpty();
    }

    [Fact]
    public void Every_exit_code_is_one_that_there_is()
    {
        var known = Enum.GetValues<ExitStatus>().Select(status => (int)status).ToHashSet();
        var problems =
            from page in MarkdownPage.All
            from text in page.Blocks.SelectMany(block => block.Lines).Append(page.Prose)
            from Match code in ExitCode().Matches(text)
            where !known.Contains(int.Parse(code.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))
            select $"{page}: {code.Value}: there is no such exit code";
        problems.ShouldBeEmpty();
    }

    [Fact]
    public void Every_exit_code_has_its_row()
    {
        var known = Enum.GetValues<ExitStatus>().Select(status => ((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture)).ToList();
        var rows = MarkdownPage.All.Single(page => page.Name == "docs/commands.md").Rows("[0-9]+").Select(row => row[0]).ToList();
        known.Except(rows).Select(code => $"docs/commands.md misses the row: | `{code}` | … |")
            .Concat(rows.Except(known).Select(code => $"docs/commands.md has a row for exit code {code}, which there is not"))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_name_in_code_is_in_the_sources()
    {
        var sources = string.Join('\n', new[] { "build", "src", "examples", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(File.ReadAllText));
        var words = Word().Matches(sources).Select(m => m.Value).ToHashSet();
        var problems =
            from page in MarkdownPage.All
            where page.Name != "docs/compared.md" && page.Name != "docs/words.md" // these name what others have
            from span in page.Spans
            where Name().IsMatch(span) && !words.Contains(span)
            select $"{page}: `{span}` is neither a target nor a type nor a member";
        problems.ShouldBeEmpty();
    }

    [Fact]
    public void Every_code_block_says_what_it_is()
    {
        string[] languages = ["", "sh", "console", "json", "csharp", "xml", "text"];
        var problems =
            from block in MarkdownPage.All.SelectMany(page => page.Blocks)
            let problem = !languages.Contains(block.Language) ? $"'{block.Language}' is none of {string.Join(", ", languages)}"
                : block.Language is "csharp" or "xml" && block.File is null ? "code is quoted from a file that is compiled: <!-- from path -->"
                : !block.HasCommands && block.Lines.Any(line => line.StartsWith("$ ", StringComparison.Ordinal) || line.StartsWith("./build.sh", StringComparison.Ordinal))
                    ? "a command that no test runs: make it sh or console"
                : block.Comment.Length > 0 && block.File is null && block.PlannedBecause is null ? $"the comment '{block.Comment}' is not understood"
                : null
            where problem is not null
            select $"{block.Page}:{block.Line}: {problem}";
        problems.ShouldBeEmpty();
    }

    private static string? Broken(MarkdownPage page, string link)
    {
        var (path, anchor) = link.Split('#') is [var before, var after] ? (before, after) : (link, null);
        var target = Target(page, path);
        return !File.Exists(Path.Combine(Repository.Root, target)) && !Directory.Exists(Path.Combine(Repository.Root, target)) ? $"there is no {target}"
            : anchor is not null && !MarkdownPage.All.Single(p => p.Name == target).Anchors.Contains(anchor) ? $"{target} has no heading for #{anchor}"
            : null;
    }

    private static string Target(MarkdownPage page, string path) => path.Length == 0
        ? page.Name
        : Path.GetRelativePath(Repository.Root, Path.GetFullPath(path, Path.GetDirectoryName(Path.Combine(Repository.Root, page.Name))!)).Replace('\\', '/');

    // A part of an environment's file takes the place of what the shop's file has there.
    private static string? Invalid(string text)
    {
        var shop = JObject.Parse(File.ReadAllText(Path.Combine(Repository.Root, "examples/shop/shop.json")));
        try
        {
            foreach (var (name, value) in text.StartsWith('{') ? JObject.Parse(text) : JObject.Parse($"{{{text}}}"))
            {
                shop[name] = value;
            }

            _ = EnvironmentFile.Parse(shop.ToString(), $"environments/{shop["name"]}.json", DriverTypes.All);
            return null;
        }
        catch (Exception wrong) when (wrong is ConfigurationException or Newtonsoft.Json.JsonException)
        {
            return wrong.Message;
        }
    }

    private static string Normal(IEnumerable<string> lines) => string.Join('\n', lines.Select(line => line.Trim()));

    [GeneratedRegex(@"\bexit(?: code)? (\d+)\b")]
    private static partial Regex ExitCode();

    [GeneratedRegex(@"\A[A-Z][a-z]+(?:[A-Z][a-z]+)*\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\b[A-Z][A-Za-z]+\b")]
    private static partial Regex Word();
}
