using System.ComponentModel;
using Nuke.Common;
using Nuke.Common.Execution;

namespace Release.Tests.Graph;

[Collection("Graph")]
public sealed class ReadingTheHelp
{
    [Fact]
    public async Task Finds_targets_by_their_category_in_an_order_that_can_be_followed()
    {
        using var run = new GraphRun<Helpful>();
        (await run.Run("--help", x => x.Ship)).ShouldBe(0, run.Error);
        run.Out.ShouldStartWith("""
            ./build.sh [targets] [parameters]

            Phases
              Check  Look (then Tell)
              Ship   Give it to everybody (default; after Check)

            Looking
              State

            Targets of this build
              Tell

            Parameters
            """.ReplaceLineEndings());
        run.Out.ShouldNotContain("Hidden");
    }

    [Fact]
    public async Task Finds_each_parameter_with_default_values_and_variable()
    {
        using var run = new GraphRun<Helpful>();
        run.Width = 120;
        (await run.Run("--help")).ShouldBe(0, run.Error);
        run.Out.ShouldContain("--env                     Where. [default local; RELEASE_ENV]");
        run.Out.ShouldContain("--percent                 How much; the default is a tenth. [RELEASE_PERCENT]");
        run.Out.ShouldContain("--mode                    [one of Slow, Fast; default Fast; RELEASE_MODE]");
        run.Out.ShouldContain("--key                     [required; RELEASE_KEY]");
        run.Out.ShouldContain("--skip ");
        run.Out.ShouldContain("--verbosity               The least that is logged. [one of Verbose, Normal, Minimal, Quiet; default Normal;");
    }

    [Fact]
    public async Task Sees_what_is_given_now_but_no_secret()
    {
        using var run = new GraphRun<Helpful>();
        (await run.With("RELEASE_ENV", "prod\u001b[31m").Run("--help --key hunter22")).ShouldBe(0, run.Error);
        run.Out.ShouldContain("now prod\\u001b[31m");
        run.Out.ShouldNotContain("\u001b");
        run.Out.ShouldNotContain("hunter22");
    }

    [Theory]
    [InlineData(null, 80)]
    [InlineData(60, 60)]
    [InlineData(20, 40)]
    [InlineData(300, 120)]
    public async Task Never_reads_past_the_edge_of_the_terminal(int? width, int most)
    {
        using var run = new GraphRun<Helpful>();
        run.Width = width;
        (await run.Run("--help")).ShouldBe(0, run.Error);
        var longest = run.Out.Split('\n').Max(static line => line.TrimEnd('\r').Length);
        longest.ShouldBeLessThanOrEqualTo(most);
        longest.ShouldBeGreaterThan(most - 24);
    }

    [Fact]
    public void Breaks_a_word_only_where_it_is_longer_than_a_line()
    {
        TextColumns.Lines("ab cd efghijk l", 5).ShouldBe(["ab cd", "efghi", "jk l"]);
        TextColumns.Lines("", 5).ShouldBeEmpty();
    }

    internal enum Mode
    {
        Slow,
        Fast,
    }

    [Category("Phases")]
    internal interface IPhases : INukeBuild
    {
        Target Ship => _ => _.Description("Give it to everybody").DependsOn<IPhases>(x => x.Check);
        Target Check => _ => _.Description("Look.");
    }

    [Category("Looking")]
    internal interface ILook : INukeBuild
    {
        [Parameter("Where.")]
        string Env => TryGetValue(() => Env) ?? "local";

        Target State => _ => _;
    }

    internal sealed class Helpful : NukeBuild, IPhases, ILook
    {
        [Parameter("How much; the default is a tenth.")] public int Percent { get; } = 10;
        [Parameter] public Mode Mode { get; } = Mode.Fast;
        [Secret] [Required] [Parameter] public string? Key { get; }
        public Target Tell => _ => _;
        public Target Hidden => _ => _.Unlisted();
        public Target Ship => _ => _.Inherit<IPhases>(x => x.Ship);
        public Target Check => _ => _.Inherit<IPhases>(x => x.Check).Triggers(Tell);
    }
}
