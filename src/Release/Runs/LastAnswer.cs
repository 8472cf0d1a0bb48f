using System.Text.Json.Nodes;

namespace Release.Runs;

/// <summary>When a version that was taken back gave its last answer, by its own counters.</summary>
/// <param name="After">At most this long after somebody asked for the way back; null when it still answered at the end of the look.</param>
/// <param name="Resolution">It came at most this much earlier: the time between the reading that had counted it and the one before; all of it when the first reading had.</param>
public sealed record LastAnswer(TimeSpan? After, TimeSpan Resolution)
{
    private const string Seconds = "lastCandidateAnswerSeconds";
    private const string ResolutionSeconds = "lastCandidateAnswerResolutionSeconds";

    /// <summary>For a person.</summary>
    public string Text => After is { } after
        ? FormattableString.Invariant($"between {Math.Max(0, (after - Resolution).TotalSeconds):0.00} and {after.TotalSeconds:0.00} s after the command, by its own counters")
        : "it still counted requests when it was last looked at";

    /// <summary>Into a record or a document: seconds, to the millisecond.</summary>
    public void AddTo(JsonObject data)
    {
        data[Seconds] = After is { } after ? Math.Round(after.TotalSeconds, 3) : null;
        data[ResolutionSeconds] = Math.Round(Resolution.TotalSeconds, 3);
    }

    /// <summary>From a record; null when it says nothing of it.</summary>
    public static LastAnswer? FromJson(JsonObject data) => data[ResolutionSeconds]?.GetValue<double>() is { } resolution
        ? new LastAnswer(data[Seconds] is { } seconds ? TimeSpan.FromSeconds(seconds.GetValue<double>()) : null, TimeSpan.FromSeconds(resolution))
        : null;
}
