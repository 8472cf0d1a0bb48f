using System.Globalization;
using Release.Configuration;
using Release.Journal;
using Release.Reports;
using Release.Runs;

namespace Release.Notices;

/// <summary>
/// The outbox, as a fold of the journal (invariant 5): what happened and nobody was told of yet, and what was to be delivered and
/// was not. A process that dies between the two loses nothing: the next one finds the same here.
/// </summary>
internal sealed class NoticeFold
{
    /// <summary>After this nobody is told any more: it would be history, and is in the journal.</summary>
    public static readonly TimeSpan TellsFor = TimeSpan.FromHours(24);

    private readonly Dictionary<string, Notice> _due = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Told> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Failures, DateTimeOffset Again)> _channels = new(StringComparer.Ordinal);
    private readonly HashSet<string> _stuck = new(StringComparer.Ordinal);

    /// <summary>Takes one more record in.</summary>
    public void Add(JournalRecord record, RunState? run)
    {
        if (record.Type is RecordType.Sample or RecordType.StepIntent or RecordType.StepApplied or RecordType.Probe)
        {
            return;
        }

        if (record.Type is RecordType.Notice)
        {
            Tell(record);
            return;
        }

        // Said again only when somebody tried anew in between.
        if (record.Type is RecordType.Decision && record.Data.Text("decision") is "continue" or "accept-as-is" && run is not null)
        {
            _ = _stuck.Remove(run.Id);
        }

        foreach (var notice in NoticeEvents.Of(record, run).Where(n => n.Kind is not NoticeKind.Stuck || _stuck.Add(n.Run!)))
        {
            _due.Keys.Where(k => _due[k].At + TellsFor < record.Ts).ToList().ForEach(k => _due.Remove(k));
            _due[notice.Key] = notice;
        }
    }

    /// <summary>What somebody is to be told and no record says so yet.</summary>
    public IReadOnlyList<Notice> Due(IReadOnlyList<INotifier> channels, DateTimeOffset now) =>
        [.. _due.Values.Where(n => now - n.At < TellsFor && channels.Any(c => c.Options.Wants(n.Kind)))];

    /// <summary>What a channel is to be delivered now, oldest first, with how often each was tried. Nothing while one that failed gets its pause.</summary>
    public IReadOnlyList<(Notice Notice, int Tries)> Pending(NotifierOptions channel, DateTimeOffset now) => Of(channel.Id).Again > now ? [] :
        [.. _told.Values.Where(t => t.Channels.ContainsKey(channel.Id)).Select(t => (t.Notice, t.Channels[channel.Id]))];

    /// <summary>How often a channel failed in a row, and from when on it may be tried again.</summary>
    public (int Failures, DateTimeOffset Again) Of(string channel) => _channels.GetValueOrDefault(channel);

    /// <summary>When a delivery that failed is tried again: after a minute, two, four, at most an hour; later where the other side asks for it, within reason.</summary>
    public static DateTimeOffset Again(DateTimeOffset now, int tries, TimeSpan? asked)
    {
        var longest = TimeSpan.FromHours(1);
        var pause = TimeSpan.FromMinutes(Math.Min(60, Math.Pow(2, Math.Clamp(tries - 1, 0, 10))));
        return now + (asked is not { } after || after <= pause ? pause : after < longest ? after : longest);
    }

    private void Tell(JournalRecord record)
    {
        if (record.Data.Text("of") is { Length: > 0 } of)
        {
            Settle(of, record);
            return;
        }

        // What an older version noted as told is no more than that.
        if (record.Data["channels"] is System.Text.Json.Nodes.JsonArray channels)
        {
            var notice = Notice.FromJson(record.Data, record.Entry.Run);
            _ = _due.Remove(notice.Key);
            _told[notice.Key] = new(notice, channels.ToDictionary(c => c!.GetValue<string>(), _ => 0));
        }
    }

    private void Settle(string notice, JournalRecord record)
    {
        var (channel, outcome) = (record.Data.Text("channel"), record.Data.Text("outcome"));
        if (outcome == "delivered" || record.Data["again"] is null)
        {
            _ = _channels.Remove(channel);
        }
        else
        {
            _channels[channel] = ((int)(record.Data.Number("failures") ?? 1), DateTimeOffset.Parse(record.Data.Text("again"), CultureInfo.InvariantCulture));
        }

        if (!_told.TryGetValue(notice, out var told))
        {
            return;
        }

        if (outcome is "delivered" or "given-up")
        {
            _ = told.Channels.Remove(channel);
        }
        else
        {
            told.Channels[channel] = (int)(record.Data.Number("attempt") ?? 1);
        }

        if (told.Channels.Count == 0)
        {
            _ = _told.Remove(notice);
        }
    }

    private sealed record Told(Notice Notice, Dictionary<string, int> Channels);
}
