using Release.Configuration;
using Release.Output;
using Release.Runs;

namespace Release.Components;

/// <summary>What <c>Tend</c> was asked for.</summary>
internal static class TendCommand
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Whether the words make sense together.</summary>
    /// <exception cref="ReleaseException">They do not.</exception>
    public static bool Understands(bool watch, string? every)
    {
        if (every is not null && !watch)
        {
            throw CommandEnd.Refused(new(ExitStatus.Usage, "--every says how often a watching tender looks, and without --watch it looks once.", $"Leave it out, or run {OwnProgram.Command} Tend --watch --every 30s."));
        }

        return every is null || (ValueText.TryDuration(every, out var given) && given >= Shortest && given <= Longest)
            ? true
            : throw CommandEnd.Refused(new(ExitStatus.Usage, $"--every is '{TerminalText.Line(every)}': expected a duration from 1s to 1h.", $"For example: {OwnProgram.Command} Tend --watch --every 30s."));
    }

    /// <summary>The time between two looks; null for one look.</summary>
    public static TimeSpan? Interval(bool watch, string? every) =>
        !watch ? null : every is not null && ValueText.TryDuration(every, out var given) ? given : Default;
}
