using Release.Configuration;
using Release.Runbooks;
using Release.Runs;

namespace Release.Components;

/// <summary>What the words of SignOff ask for.</summary>
internal static class RunbookCommand
{
    /// <summary>The request.</summary>
    /// <exception cref="ReleaseException">A part of it is missing, or two contradict each other.</exception>
    public static SignOffRequest Request(string? line, string? role, string? note, bool reject, bool withdraw)
    {
        if (string.IsNullOrWhiteSpace(line) || string.IsNullOrWhiteSpace(role))
        {
            throw Usage(
                string.IsNullOrWhiteSpace(line) ? "SignOff needs the line that is signed, --line." : "SignOff needs the role that signs, --as.",
                $"For example: {OwnProgram.Command} SignOff --line {(string.IsNullOrWhiteSpace(line) ? "CAN-91" : OptionText.Found(line).Trim('"'))} --as qa --note \"…\".");
        }

        return reject && withdraw
            ? throw Usage("--reject says no and --withdraw says nothing any more: SignOff takes one of them.", "Leave one out.")
            : new SignOffRequest(line, role, reject ? SignedAnswer.No : withdraw ? SignedAnswer.Withdrawn : SignedAnswer.Yes, note?.Trim() ?? "");
    }

    private static ReleaseException Usage(string message, string next) => new(ExitStatus.Usage, $"{message} Nothing was touched.", next);
}
