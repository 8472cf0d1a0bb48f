using Nuke.Common;
using Nuke.Common.Execution;

namespace Release.Tests.Graph;

[Collection("Graph")]
public sealed class AskingForValues
{
    [Fact]
    public async Task Is_done_at_a_terminal_for_everything_that_is_missing()
    {
        using var run = new GraphRun<Demanding>();
        var person = new Person("1.2.0", "fast", "hunter22");
        run.Prompt = person;
        (await run.Run("Go")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["1.2.0 Fast hunter22"]);
        person.Questions.ShouldBe(["--version (What to release): ", "--mode [Slow, Fast]: ", "--key, not shown: "]);
        person.Secrets.ShouldBe([false, false, true]);
        (run.Out + run.Error).ShouldNotContain("hunter22");
    }

    [Fact]
    public async Task Asks_again_where_the_answer_does_not_fit()
    {
        using var run = new GraphRun<Demanding>();
        run.Prompt = new Person("1.2.0", "furious", "slow", "x");
        (await run.Run("Go")).ShouldBe(0, run.Error);
        run.Error.ShouldContain("--mode: 'furious' (answer) is not valid; expected one of Slow, Fast.");
        run.Ran.ShouldBe(["1.2.0 Slow x"]);
    }

    [Fact]
    public async Task Leaves_what_is_not_answered_missing()
    {
        using var run = new GraphRun<Demanding>();
        run.Prompt = new Person("", null, "x");
        (await run.Run("Go")).ShouldBe(2);
        run.Error.ShouldContain("--version is missing");
        run.Error.ShouldContain("--mode is missing");
        run.Error.ShouldNotContain("--key is missing");
        run.Ran.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Go --no-input")]
    [InlineData("Go --host GitHubActions")]
    public async Task Is_not_done_where_nobody_wants_to_or_can_answer(string arguments)
    {
        using var run = new GraphRun<Demanding>();
        var person = new Person();
        run.Prompt = person;
        (await run.Run(arguments)).ShouldBe(2);
        person.Questions.ShouldBeEmpty();
        run.Error.ShouldContain("--version is missing (What to release; or RELEASE_VERSION); required by Go.");
        run.Error.ShouldContain("--key is missing");
    }

    [Fact]
    public async Task Ends_with_a_signal_while_the_person_thinks()
    {
        using var run = new GraphRun<Demanding>();
        using var never = new ManualResetEventSlim();
        run.Prompt = new Thinking(() =>
        {
            _ = Trace.Interrupt();
            never.Wait();
        });
        (await run.Run("Go")).ShouldBe(143);
        never.Set();
        run.Out.ShouldContain("Interrupted; nothing was run.");
        run.Ran.ShouldBeEmpty();
    }

    private sealed class Person(params string?[] answers) : IPrompt
    {
        private readonly Queue<string?> _answers = new(answers);

        public List<string> Questions { get; } = [];

        public List<bool> Secrets { get; } = [];

        public string? Ask(string question, bool isSecret)
        {
            Questions.Add(question);
            Secrets.Add(isSecret);
            return _answers.Dequeue();
        }
    }

    private sealed class Thinking(Action think) : IPrompt
    {
        public string? Ask(string question, bool isSecret)
        {
            think();
            return null;
        }
    }

    internal enum Mode
    {
        Slow,
        Fast,
    }

    internal interface IKeyed : INukeBuild
    {
        [Secret]
        [Parameter]
        string? Key => TryGetValue(() => Key);
    }

    internal sealed class Demanding : NukeBuild, IKeyed
    {
        [Parameter("What to release.")] public string? Version { get; }
        [Parameter] public Mode? Mode { get; }

        public Target Go => _ => _.Requires(() => Version).Requires(() => Mode).Requires(() => ((IKeyed)this).Key)
            .Executes(() => Trace.Ran.Add($"{Version} {Mode} {((IKeyed)this).Key}"));
    }
}
