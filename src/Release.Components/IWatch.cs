using System.ComponentModel;
using Nuke.Common;
using Release.Configuration;
using Release.Output;
using Release.Runs;

namespace Release.Components;

/// <summary>Watches what was promoted.</summary>
[Category(TargetGroups.Supporting)]
public interface IWatch : IRelease
{
    /// <summary>Gets for how long.</summary>
    [Parameter("Watch: for how long, such as 24h. Default is the environment's watch.for, or a day.")]
    string? For => TryGetValue(() => For);

    /// <summary>Gets a value indicating whether the environment can be watched so.</summary>
    /// <exception cref="ReleaseException">It cannot; the message is for a person, and nothing was touched.</exception>
    bool CanWatch => WatchCommand.Understands(For) && CanChange;

    /// <summary>Gets the target.</summary>
    Target Watch => _ => _
        .Description("Watch what was promoted, --for 24h: looks, smoke tests, gates and summaries become due, and a tender makes them")
        .Requires(() => CanWatch)
        .Executes(() => ReleaseCommand.Of(this).Watch(WatchCommand.Time(For)));
}

/// <summary>What <c>Watch</c> was asked for.</summary>
internal static class WatchCommand
{
    /// <summary>Whether the words make sense.</summary>
    /// <exception cref="ReleaseException">They do not.</exception>
    public static bool Understands(string? time) => time is null || Time(time) is not null
        ? true
        : throw CommandEnd.Refused(new(ExitStatus.Usage, $"--for is '{TerminalText.Line(time)}': expected a duration from 1s to 49d.", $"For example: {OwnProgram.Command} Watch --for 24h."));

    /// <summary>For how long; null for what the environment says.</summary>
    public static TimeSpan? Time(string? time) => time is not null && ValueText.TryDuration(time, out var given) && given >= TimeSpan.FromSeconds(1) ? given : null;
}
