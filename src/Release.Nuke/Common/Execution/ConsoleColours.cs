namespace Nuke.Common.Execution;

/// <summary>
/// Whether an output may get colours. The release's live view follows the same table
/// (<c>Release.Components.Terminal.TerminalRules</c>), and one test holds both to it.
/// </summary>
internal static class ConsoleColours
{
    public static bool AreTaken(IReadOnlyDictionary<string, string> variables, bool isTerminal)
    {
        // no-color.org: present and not empty, whatever it says.
        var isPlain = Text("NO_COLOR").Length > 0 || Text("TERM") is "" or "dumb" or "unknown";
        return isTerminal && !isPlain && !IsOn("CI") && !IsOn("GITHUB_ACTIONS");

        string Text(string name) => variables.GetValueOrDefault(name) ?? "";

        bool IsOn(string name) => Text(name).ToUpperInvariant() is not ("" or "FALSE" or "0");
    }
}
