using Release.Journal;
using Release.Runs;

namespace Release.Watching;

/// <summary>
/// The watch that was begun last, as a fold of the journal. Its records are only kept until somebody asks: most commands never
/// do, and a day has hundreds of looks.
/// </summary>
internal sealed class WatchFold
{
    private readonly List<JournalRecord> _records = [];
    private readonly Dictionary<string, int> _watches = new(StringComparer.Ordinal);
    private WatchState? _state;
    private int _known;

    /// <summary>Gets the last watch, also one that is over; null when there was none.</summary>
    public WatchState? Last
    {
        get
        {
            if (_records.Count == 0 || _known == _records.Count)
            {
                return _records.Count == 0 ? null : _state;
            }

            (_state, _known) = (WatchState.Of(_records, _watches[_records[0].Entry.Run!]), _records.Count);
            return _state;
        }
    }

    /// <summary>Whether a run's version was ever watched.</summary>
    public bool Watched(string run) => _watches.ContainsKey(run);

    /// <summary>Takes one more record in.</summary>
    public void Add(JournalRecord record, RunState? run)
    {
        if (record.Type is not RecordType.Watch || run is null)
        {
            return;
        }

        if (record.Entry.Step == WatchRecords.Begun)
        {
            _records.Clear();
            _watches[run.Id] = _watches.GetValueOrDefault(run.Id) + 1;
            _known = 0;
        }

        // What belongs to another watch than the last one came too late to matter.
        if (record.Entry.Step == WatchRecords.Begun || (_records.Count > 0 && _records[0].Entry.Run == record.Entry.Run))
        {
            _records.Add(record);
        }
    }
}
