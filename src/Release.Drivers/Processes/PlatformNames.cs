using System.Text.RegularExpressions;
using Release.Output;

namespace Release.Drivers.Processes;

/// <summary>Names become folders: what could lead out of theirs is refused.</summary>
internal static partial class PlatformNames
{
    /// <summary>The name itself.</summary>
    /// <exception cref="ArgumentException">It cannot be the name of a folder everywhere.</exception>
    public static string Check(string kind, string name) => Form().IsMatch(name)
        ? name
        : throw new ArgumentException(
            $"{kind} \"{TerminalText.Line(name, 80)}\" must be 1 to 150 letters, digits, dots, dashes, plus signs or underscores, "
            + "the first a letter or digit.");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._+-]{0,149}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
