using Nuke.Common.Execution;
using Release.Components.Terminal;

namespace Release.Tests.Terminal;

/// <summary>Where control codes belong and where not: one table, for the live view and for the graph's colours.</summary>
public class ATableOfTerminals
{
    [Theory]
    [InlineData("TERM=xterm-256color")]
    [InlineData("TERM=screen")]
    [InlineData("TERM=linux NO_COLOR=")]
    [InlineData("TERM=xterm CI=false")]
    [InlineData("TERM=xterm CI=0 GITHUB_ACTIONS=False")]
    public void A_terminal_gets_them(string variables) => Takes(variables, isTerminal: true).ShouldBe((true, true));

    [Theory]
    [InlineData("")]
    [InlineData("TERM=")]
    [InlineData("TERM=dumb")]
    [InlineData("TERM=unknown")]
    [InlineData("TERM=xterm NO_COLOR=1")]
    [InlineData("TERM=xterm NO_COLOR=0")]
    [InlineData("TERM=xterm NO_COLOR=false")]
    [InlineData("TERM=xterm CI=true")]
    [InlineData("TERM=xterm CI=1")]
    [InlineData("TERM=xterm CI=woodpecker")]
    [InlineData("TERM=xterm GITHUB_ACTIONS=true")]
    public void One_that_asks_for_none_or_is_none_does_not(string variables) => Takes(variables, isTerminal: true).ShouldBe((false, false));

    [Theory]
    [InlineData("TERM=xterm-256color")]
    [InlineData("TERM=xterm COLORTERM=truecolor")]
    [InlineData("CI=true")]
    public void Neither_does_a_file_or_a_pipe(string variables) => Takes(variables, isTerminal: false).ShouldBe((false, false));

    private static (bool Live, bool Colours) Takes(string variables, bool isTerminal)
    {
        var all = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        return (TerminalRules.TakesControlCodes(all, isTerminal), ConsoleColours.AreTaken(all, isTerminal));
    }
}

/// <summary>Whether a command line asks for one JSON document; known before the graph has read it.</summary>
public class AskingForJson
{
    [Theory]
    [InlineData("Promote --json", "")]
    [InlineData("--json Promote", "")]
    [InlineData("Promote -json", "")]
    [InlineData("Promote --JSON", "")]
    [InlineData("Promote --json=true", "")]
    [InlineData("Promote --json=perhaps", "")]
    [InlineData("Promote", "RELEASE_JSON=true")]
    [InlineData("Promote", "NUKE_JSON=1")]
    public void It_does(string arguments, string variables) => Wants(arguments, variables).ShouldBeTrue();

    [Theory]
    [InlineData("Promote", "")]
    [InlineData("Promote --json=false", "RELEASE_JSON=true")]
    [InlineData("json", "")]
    [InlineData("Promote --reason json", "JSON=true")]
    [InlineData("Promote", "RELEASE_JSON=false")]
    public void It_does_not(string arguments, string variables) => Wants(arguments, variables).ShouldBeFalse();

    private static bool Wants(string arguments, string variables) => ProcessOutput.WantsJson(
        arguments.Split(' '), variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]));
}
