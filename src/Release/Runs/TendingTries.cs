using Release.Journal;

namespace Release.Runs;

/// <summary>
/// How often tenders tried each thing, and when last: a fold of the leases that they took for it (invariant 5), so that one
/// that is started anew every minute knows what those before it met. A thing that is still to be done was tried in vain.
/// Whoever else takes the lease may have mended what was in the way: then the counting begins anew.
/// </summary>
internal sealed class TendingTries
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);

    private readonly Dictionary<string, (int Count, DateTimeOffset Last)> _tries = new(StringComparer.Ordinal);

    /// <summary>Takes a record in that says who took the lease.</summary>
    public void Add(JournalRecord taken)
    {
        var purpose = taken.Data["purpose"] is System.Text.Json.Nodes.JsonValue value && value.TryGetValue(out string? text) ? text : "";
        if (Chore.IsPurpose(purpose))
        {
            _tries[purpose] = (_tries.GetValueOrDefault(purpose).Count + 1, taken.Ts);
        }
        else
        {
            _tries.Clear();
        }
    }

    /// <summary>How often it was tried, when last, and from when on it may be tried again: at once after the first time, then after a pause that doubles.</summary>
    public (int Count, DateTimeOffset Last, DateTimeOffset Again) Of(Chore chore)
    {
        var (count, last) = _tries.GetValueOrDefault(chore.Purpose);
        var doubled = FirstPause * Math.Pow(2, Math.Clamp(count - 2, 0, 20));
        return (count, last, count < 2 ? last : last + (doubled < LongestPause ? doubled : LongestPause));
    }
}
