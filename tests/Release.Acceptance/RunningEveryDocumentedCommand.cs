using Release.Acceptance.Documentation;
using Release.Acceptance.Processes;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>Whatever the documentation tells a person to type is typed, and ends as the page says.</summary>
[Collection(TheClone.Releases)]
public sealed class RunningEveryDocumentedCommand(TheClone clone, ITestOutputHelper output)
{
    public static TheoryData<string> Pages =>
        [.. MarkdownPage.All.Where(page => page.Blocks.Any(block => block.HasCommands)).Select(page => page.Name)];

    [ReleaseTheory]
    [MemberData(nameof(Pages))]
    public async Task A_page_is_followed(string name)
    {
        await using var run = new PageRun(clone.It, output.WriteLine);
        await run.Follow(MarkdownPage.All.Single(page => page.Name == name));
        run.Problems.ShouldBeEmpty();
    }

    [ReleaseFact]
    public async Task A_command_in_a_sentence_is_understood()
    {
        await using var run = new PageRun(clone.It, output.WriteLine);
        var commands = MarkdownPage.All
            .SelectMany(page => page.Spans.Where(span => span.StartsWith("./build.sh ", StringComparison.Ordinal)).Select(span => (page, span)))
            .DistinctBy(found => found.span);
        foreach (var (page, span) in commands)
        {
            await run.Plan(DocumentedCommand.InSentence(page.Name, span));
        }

        run.Problems.ShouldBeEmpty();
    }
}
