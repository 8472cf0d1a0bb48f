using Release.Reports;

namespace Release.Runbooks;

/// <summary>The words and tones of outcomes, the same on every page.</summary>
internal static class RunbookTones
{
    public static (string Word, Tone Tone) Of(LineStatus status) => status switch
    {
        LineStatus.Passed => ("passed", Tone.Good),
        LineStatus.Signed => ("signed", Tone.Good),
        LineStatus.Failed => ("failed", Tone.Bad),
        LineStatus.Missing => ("missing", Tone.Bad),
        LineStatus.Open => ("open", Tone.Wait),
        LineStatus.NotApplicable => ("not applicable", Tone.Idle),
        _ => throw new InvalidDataException($"'{status}' is not an outcome that this version knows."),
    };
}
