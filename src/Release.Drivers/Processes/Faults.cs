using System.Text.RegularExpressions;
using Release.Output;
using Release.Runs;

namespace Release.Drivers.Processes;

/// <summary>What a candidate can be told to do wrong, on this platform only: the gate shall be seen at work.</summary>
public static partial class Faults
{
    /// <summary>The forms, for messages.</summary>
    public const string Valid = "error-rate=20%, reset-rate=5%, latency=+300ms, capacity=30/s, boot=fail, boot=5s, crash-after=5s, hang-on-stop, metrics=hang|gone|nan|negative|huge|reset";

    /// <summary>Checks what a person asked for, before anything is started.</summary>
    /// <exception cref="ReleaseException">One is not a fault; <see cref="ExitStatus.Usage"/>.</exception>
    public static void Validate(IReadOnlyList<string> faults)
    {
        if (faults.FirstOrDefault(fault => !Form().IsMatch(fault)) is { } wrong)
        {
            throw new ReleaseException(
                ExitStatus.Usage, $"--fault {TerminalText.Line(wrong, 80)} is not a fault.", $"Faults are {Valid}.");
        }
    }

    // \z, because $ would let a newline follow.
    [GeneratedRegex(
        @"\A((error|reset)-rate=(100|[0-9]{1,2})(\.[0-9]{1,3})?%|latency=\+[0-9]{1,6}(ms|s)|capacity=[0-9]{1,6}/s|boot=(fail|[0-9]{1,5}(ms|s))|crash-after=[0-9]{1,6}(ms|s)|hang-on-stop|metrics=(hang|gone|nan|negative|huge|reset))\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
