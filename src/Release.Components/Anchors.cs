using Release.Output;
using Release.Runs;

namespace Release.Components;

/// <summary>Hashes from people.</summary>
internal static class Anchors
{
    private const int Digits = 64;

    /// <summary>The hash in lower case, or a refusal; empty for none.</summary>
    public static string Require(string? text) => text is null ? ""
        : text.Length == Digits && text.All(char.IsAsciiHexDigit)
            ? text.ToLowerInvariant()
            : throw new ReleaseException(
                ExitStatus.Usage,
                $"--anchor {TerminalText.Line(text, 80)} is not a hash of the journal: expected {Digits} hexadecimal digits, as the last line of Audit, a report or latest-success.json has them.",
                "Nothing was touched.");
}
