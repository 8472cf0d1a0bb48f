namespace Release.Components.Terminal;

/// <summary>
/// Whether an output may get control codes: a live view, and colours. Decided from what is given, not from the process.
/// The graph's console follows the same table (<c>Nuke.Common.Execution.ConsoleColours</c>), and one test holds both to it.
/// </summary>
internal static class TerminalRules
{
    /// <summary>False for lines without any control code.</summary>
    /// <param name="variables">The process's environment.</param>
    /// <param name="isTerminal">Whether the output is a terminal.</param>
    public static bool TakesControlCodes(IReadOnlyDictionary<string, string> variables, bool isTerminal)
    {
        // no-color.org: present and not empty, whatever it says.
        var isPlain = Text("NO_COLOR").Length > 0 || Text("TERM") is "" or "dumb" or "unknown";
        return isTerminal && !isPlain && !IsOn("CI") && !IsOn("GITHUB_ACTIONS");

        string Text(string name) => variables.GetValueOrDefault(name) ?? "";

        bool IsOn(string name) => Text(name).ToUpperInvariant() is not ("" or "FALSE" or "0");
    }
}
