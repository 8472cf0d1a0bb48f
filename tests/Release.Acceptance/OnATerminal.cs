using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Release.Tests.Terminal;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>A person at a terminal of 80 by 24: what is on the screen at every moment, and what stays.</summary>
[Collection(TheClone.Releases)]
public sealed class OnATerminal(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    private const int Width = 80;
    private const int Height = 24;

    // Every frame ends with this: lines wrap again.
    private const string EndOfFrame = "\e[?7h";

    [TerminalFact]
    public async Task A_release_is_watched_from_its_first_step_to_its_last_line() => await Given().A_running_v1(new Settings { Step = "2s" })
        .When().Something_else("V2_is_promoted_on_a_terminal", w => Run(w, "", "Promote", "--version", "2.0.0"))
        .Then().It_exits_with(0)
        .That("At_some_moment_everything_that_matters_is_on_the_screen", w => Screens(w.Last.Output).ShouldContain(screen => Shows(
            screen,
            "── local · run 2 · release 2.0.0, 1.0.0 serves ─",
            "✓ PreChecks",
            "▶ MetricsGate",
            "split     ping asked 40 %, seen ",
            "error-rate",
            "limit 5 %",
            " at 40 %, ",
            "next      Promote (100 %), Verify, Handover",
            "to stop   Ctrl-C  traffic back to 1.0.0; ./build.sh Resume goes on",
            "./build.sh Rollback  undoes all of it, from any terminal")))
        .That("No_screen_is_torn", w => Screens(w.Last.Output).ShouldAllBe(screen =>
            screen.Count <= Height && screen.Count(line => line.StartsWith("── local", StringComparison.Ordinal)) <= 1))
        .That("The_terminal_is_as_it_was", w => TheTerminalIsAsItWas(w.Last.Output))
        .That("What_a_pipe_would_get_stays", w => Shows(
            All(w.Last.Output),
            "║ MetricsGate",
            "prepare-ping: ping 2.0.0 is published.",
            "split of ping: asked 40 %",
            "gate of ping: pass: error-rate",
            "Handover           Succeeded",
            "2.0.0 serves everything in local").ShouldBeTrue())
        .V2_serves_everything();

    [TerminalFact]
    public async Task Ctrl_C_gives_the_terminal_back_and_says_how_to_go_on() => await Given().A_running_v1(new Settings { Step = "4s" })
        .When().Something_else("V2_is_promoted_and_Ctrl_C_is_typed", w => Run(w, "judged at the earliest in", "Promote", "--version", "2.0.0"))
        .Then().It_exits_with(130)
        .That("The_terminal_is_as_it_was", w => TheTerminalIsAsItWas(w.Last.Output))
        .That("It_says_how_to_go_on", w => Shows(All(w.Last.Output), "interrupted by Ctrl-C", "./build.sh Resume", "./build.sh Abandon").ShouldBeTrue())
        .The_candidate_has_no_share()
        .The_state_is("interrupted");

    [TerminalTheory]
    [InlineData("NO_COLOR", "1")]
    [InlineData("TERM", "dumb")]
    [InlineData("TERM", "")]
    [InlineData("CI", "true")]
    public async Task Without_control_codes_where_none_are_wanted(string variable, string value) => await Given().A_running_v1()
        .When().Something_else($"V2_is_promoted_with {variable}={value}", w =>
        {
            w.Root.Variables[variable] = value;
            return Run(w, "", "Promote", "--version", "2.0.0");
        })
        .Then().It_exits_with(0)
        .That("There_is_none", w => w.Last.Output.ShouldNotContain("\e"))
        .It_says("gate of ping: pass", "2.0.0 serves everything in local");

    private static Task<Ended> Run(World world, string interruptAt, params string[] arguments)
    {
        _ = world.Root.Variables.TryAdd("TERM", "xterm-256color");
        return world.Run(PseudoTerminal.Start(world.Root, world.Clone.Program, Width, Height, interruptAt, world.Clone.Environment(), arguments));
    }

    private static List<IReadOnlyList<string>> Screens(string output)
    {
        var (terminal, screens) = (new TinyTerminal(Width, Height), new List<IReadOnlyList<string>>());
        foreach (var frame in output.Split(EndOfFrame))
        {
            terminal.Write(frame + EndOfFrame);
            screens.Add(terminal.Screen);
        }

        return screens;
    }

    private static IReadOnlyList<string> All(string output)
    {
        var terminal = new TinyTerminal(Width, Height);
        terminal.Write(output);
        return terminal.All;
    }

    private static void TheTerminalIsAsItWas(string output)
    {
        var terminal = new TinyTerminal(Width, Height);
        terminal.Write(output);
        terminal.CursorIsVisible.ShouldBeTrue();
        terminal.WrapsLines.ShouldBeTrue();
        string[] beginnings = ["── local", "split     ", "to stop   ", "time      ", "next      ", "waiting   ", "step      "];
        terminal.All.ShouldAllBe(line => !beginnings.Any(b => line.StartsWith(b, StringComparison.Ordinal)));
    }

    // Long lines go on in the next row of the screen.
    private static bool Shows(IReadOnlyList<string> screen, params string[] texts)
    {
        var text = string.Join('\n', screen);
        return texts.All(t => text.Contains(t, StringComparison.Ordinal) || string.Concat(screen.Select(l => l.PadRight(1))).Contains(t, StringComparison.Ordinal));
    }
}
