using Nuke.Common;
using Nuke.Common.Git;
using Nuke.Common.IO;
using Nuke.Common.Tooling;

namespace Release.Tests.Graph;

[Collection("Graph")]
public sealed class StartingTools
{
    [Fact]
    public void Quotes_values_so_that_each_stays_one_argument()
    {
        Built($"tag -m {"a \"b\" c\\"} {""} --x={"1 2"}").ShouldBe("tag -m \"a \\\"b\\\" c\\\\\" \"\" --x=\"1 2\"");
        Built($"{"a b":nq} {"plain"} {new[] { "x y", "z" }}").ShouldBe("a b plain \"x y\" z");
        Built($"\"in {"qu\"otes"}\"").ShouldBe("\"in qu\\\"otes\"");
        Built($"{1.5} {(AbsolutePath)"/a b"}").ShouldBe("1.5 \"/a b\"");
    }

    [Theory]
    [InlineData("it's")]
    [InlineData("a b")]
    [InlineData("\"quoted\"")]
    [InlineData("back\\slash\\")]
    [InlineData("$HOME `id` ;")]
    public void Hands_the_value_over_as_it_is(string value)
    {
        using var process = ProcessTasks.StartProcess("printf", $"%s {value}");
        process.AssertZeroExitCode().Output.StdToText().ShouldBe(value);
    }

    [Fact]
    public async Task Streams_output_filtered_and_shows_the_second_stream_as_such()
    {
        using var run = new GraphRun<Tools>();
        (await run.Run("Noisy")).ShouldBe(0, run.Out);
        run.Out.ShouldContain("[INF] > /bin/sh -c ");
        run.Out.ShouldContain("[DBG] : :error::out");
        run.Out.ShouldContain("[DBG] 2> err");
        run.Out.ShouldNotContain("Errors & Warnings");
    }

    [Fact]
    public async Task Hides_a_value_that_is_marked()
    {
        using var run = new GraphRun<Tools>();
        (await run.Run("Hiding")).ShouldBe(0, run.Out);
        run.Out.ShouldContain("[INF] > echo ***");
        run.Out.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Fails_with_the_exit_code_and_the_last_errors()
    {
        using var run = new GraphRun<Tools>();
        (await run.Run("Failing")).ShouldBe(1);
        run.Out.ShouldContain("ProcessException: sh exited with 3.");
        run.Out.ShouldContain("  the reason");
    }

    [Fact]
    public async Task Says_what_to_do_when_the_tool_is_not_there()
    {
        using var run = new GraphRun<Tools>();
        (await run.Run("Absent")).ShouldBe(1);
        run.Out.ShouldContain("Cannot start 'no-such-tool'");
    }

    [Fact]
    public async Task Ends_the_whole_tree_with_the_run()
    {
        using var run = new GraphRun<Tools>();
        (await run.Run("Sleeping")).ShouldBe(143);
        run.Out.ShouldContain("Sleeping           Aborted");
    }

    [Fact]
    public void Ends_what_takes_too_long()
    {
        using var process = ProcessTasks.StartProcess("sleep", "60", timeout: 50);
        Should.Throw<ProcessException>(() => process.AssertWaitForExit()).Message.ShouldBe("sleep did not end within 0.1 s.");
    }

    [Fact]
    public void Reads_a_repository_without_starting_git()
    {
        var root = (AbsolutePath)Directory.CreateTempSubdirectory("graph-").FullName;
        var commit = new string('a', 40);
        _ = (root / ".git" / "HEAD").WriteAllText("ref: refs/heads/main\n");
        _ = (root / ".git" / "config").WriteAllText("[remote \"origin\"]\n\turl = git@github.com:us/shop.git\n");
        _ = (root / ".git" / "packed-refs").WriteAllText($"# pack-refs\n{commit} refs/heads/main\n{commit} refs/tags/1.0\n");
        var repository = GitRepository.FromLocalDirectory((root / "sub").CreateDirectory());
        (repository.Branch, repository.Commit, repository.Identifier).ShouldBe(("main", commit, "us/shop"));
        repository.Tags.ShouldBe(["1.0"]);
        repository.HttpsUrl.ShouldBe("https://github.com/us/shop.git");
        root.DeleteDirectory();
        Should.Throw<BuildFailure>(() => GitRepository.FromLocalDirectory("/")).Message.ShouldContain("not in a git repository");
    }

    [Fact]
    public void Paths_are_equal_by_what_they_name()
    {
        var path = (AbsolutePath)"/a/b/";
        (path / "../c" == "/a/c").ShouldBeTrue();
        (path / .. == "/a").ShouldBeTrue();
        (path + ".txt" == "/a/b.txt").ShouldBeTrue();
        path.Equals((AbsolutePath)"/a/x/../b").ShouldBeTrue();
        Should.Throw<BuildFailure>(() => (AbsolutePath)"b").Message.ShouldContain("is not an absolute path");
        Should.Throw<BuildFailure>(() => path / "/etc").Message.ShouldContain("is itself rooted");
    }

    private static string Built(ArgumentStringHandler arguments) => arguments.ToStringAndClear();

    internal sealed class Tools : NukeBuild
    {
        public Target Noisy => _ => _.Executes(() =>
            ProcessTasks.StartShell("echo ::error::out; echo err >&2").AssertZeroExitCode());

        public Target Hiding => _ => _.Executes(() => ProcessTasks.StartProcess("echo", $"{"hunter2":r}").AssertZeroExitCode());

        public Target Failing => _ => _.Executes(() =>
            ProcessTasks.StartShell("echo the reason >&2; exit 3").AssertZeroExitCode());

        public Target Absent => _ => _.Executes(() => ProcessTasks.StartProcess("no-such-tool"));

        public Target Sleeping => _ => _.Executes(() =>
        {
            var process = ProcessTasks.StartShell("sleep 60 & echo started; wait");
            Trace.Interrupt().ShouldBeTrue();
            process.AssertZeroExitCode();
        });
    }
}
