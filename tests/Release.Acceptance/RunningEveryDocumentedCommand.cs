using Release.Acceptance.Documentation;
using Release.Acceptance.Processes;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>Whatever the documentation tells a person to type is typed, and ends as the page says.</summary>
/// <param name="clone">The compiled program.</param>
/// <param name="output">Where it is said how long each took.</param>
public abstract class RunningDocumentedCommands(TheClone clone, ITestOutputHelper output)
{
    /// <summary>The pages with commands; every second one, so that two rows of tests share the work.</summary>
    protected static TheoryData<string> EverySecondPage(int first) =>
        [.. MarkdownPage.All.Where(page => page.Blocks.Any(block => block.HasCommands)).Select(page => page.Name).Where((_, i) => i % 2 == first)];

    protected async Task Follow(string name)
    {
        await using var run = new PageRun(clone.It, output.WriteLine);
        await run.Follow(MarkdownPage.All.Single(page => page.Name == name));
        run.Problems.ShouldBeEmpty();
    }
}

/// <summary>The first half of the pages.</summary>
[Collection(TheClone.Releases)]
public sealed class RunningEveryDocumentedCommand(TheClone clone, ITestOutputHelper output) : RunningDocumentedCommands(clone, output)
{
    private readonly TheClone _clone = clone;
    private readonly ITestOutputHelper _output = output;

    public static TheoryData<string> Pages => EverySecondPage(0);

    [ReleaseTheory]
    [MemberData(nameof(Pages))]
    public Task A_page_is_followed(string name) => Follow(name);

    [ReleaseFact]
    public async Task A_command_in_a_sentence_is_understood()
    {
        await using var run = new PageRun(_clone.It, _output.WriteLine);
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

/// <summary>The other half.</summary>
[Collection(TheClone.Crashes)]
public sealed class RunningTheOtherDocumentedCommands(TheClone clone, ITestOutputHelper output) : RunningDocumentedCommands(clone, output)
{
    public static TheoryData<string> Pages => EverySecondPage(1);

    [ReleaseTheory]
    [MemberData(nameof(Pages))]
    public Task A_page_is_followed(string name) => Follow(name);
}
