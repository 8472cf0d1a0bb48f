using System.Globalization;
using Release.Journal;

namespace Release.Reports;

/// <summary>The candidate's share that was asked for, from the records of the traffic steps.</summary>
internal static class ShareChanges
{
    private const string Prefix = "shift-traffic-";

    /// <summary>The share in percent after the record; null when it says nothing about traffic.</summary>
    public static double? Of(JournalRecord record) => record.Entry.Step is not { } step || !step.StartsWith(Prefix, StringComparison.Ordinal) ? null
        : record.Type is RecordType.StepUndone ? 0
        : record.Type is RecordType.StepApplied && double.TryParse(step.AsSpan(step.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var share) ? share
        : null;

    /// <summary>The changes of one service's share.</summary>
    public static IReadOnlyList<SharePoint> Of(IEnumerable<JournalRecord> records, string service)
    {
        var points = new List<SharePoint>();
        foreach (var record in records.Where(r => IsOf(r, service)))
        {
            if (Of(record) is { } share && (points.Count == 0 || points[^1].Percent != share))
            {
                points.Add(new SharePoint(record.Ts, share));
            }
        }

        return points;
    }

    // A service may be called as another one and more: "api" and "api-50".
    private static bool IsOf(JournalRecord record, string service) =>
        record.Entry.Step is { } step && step.StartsWith(Prefix, StringComparison.Ordinal) && step[Prefix.Length..step.LastIndexOf('-')] == service;
}
