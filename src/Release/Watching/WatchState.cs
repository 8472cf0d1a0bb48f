using System.Globalization;
using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Gates;
using Release.Journal;
using Release.Reports;

namespace Release.Watching;

/// <summary>An incident as its records leave it.</summary>
/// <param name="Id">Its name: the same in every notice about it.</param>
/// <param name="Group">What it is about: a service and a type of finding.</param>
/// <param name="Level">The worst severity so far.</param>
/// <param name="Rule">The rule of that severity.</param>
/// <param name="Since">Since when it is seen.</param>
/// <param name="Steps">What was done about it: <c>rule#0</c>, then one for each escalation.</param>
/// <param name="Text">Its last words.</param>
internal sealed record Incident(string Id, string Group, int Level, string Rule, DateTimeOffset Since, IReadOnlyList<string> Steps, string Text)
{
    /// <summary>Gets when it was over; null while it is open.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Gets how many looks in a row found nothing of it.</summary>
    public int Clear { get; init; }

    /// <summary>Gets a value indicating whether it takes the version back.</summary>
    public bool RollsBack { get; init; }
}

/// <summary>What one look counted.</summary>
/// <param name="Since">From when.</param>
/// <param name="At">Up to when.</param>
/// <param name="Services">The counts of each service that could be read.</param>
internal sealed record CountedLook(DateTimeOffset Since, DateTimeOffset At, IReadOnlyDictionary<string, Counters> Services);

/// <summary>A watch over a promoted version: a pure function of its records (invariant 5).</summary>
internal sealed class WatchState
{
    private readonly List<CountedLook> _looks = [];
    private readonly Dictionary<string, CounterState> _counters = new(StringComparer.Ordinal);
    private readonly List<Incident> _incidents = [];
    private readonly Dictionary<(string Rule, string Group), DateTimeOffset> _since = [];

    private WatchState(JournalRecord begun, int number)
    {
        var data = begun.Data;
        Number = number;
        (Run, From, Until) = (begun.Entry.Run!, Time(data, "from"), Time(data, "until"));
        Plan = new WatchOptions
        {
            For = Until - From,
            Every = TimeSpan.FromMilliseconds(data.Number("every") ?? 300_000),
            Smoke = Texts(data["smoke"]),
            Gate = Texts(data["gate"]),
            GateOver = TimeSpan.FromMilliseconds(data.Number("gateOver") ?? 600_000),
            Summary = data.Text("summary"),
            TimeZone = data.Text("timeZone"),
            Baseline = TimeSpan.FromMilliseconds(data.Number("baseline") ?? 3_600_000),
        };
        (LastLookAt, SummedUntil) = (From, From);
    }

    /// <summary>Gets the run whose version is watched.</summary>
    public string Run { get; }

    /// <summary>Gets which watch over this run it is, from 1: somebody may begin another one.</summary>
    public int Number { get; }

    /// <summary>Gets when it begins.</summary>
    public DateTimeOffset From { get; }

    /// <summary>Gets when it ends.</summary>
    public DateTimeOffset Until { get; }

    /// <summary>Gets what was planned at its beginning: a configuration that is changed since then is the next watch's.</summary>
    public WatchOptions Plan { get; }

    /// <summary>Gets the times of day as moments.</summary>
    public Schedule Schedule => Schedule.Of(Plan.TimeZone);

    /// <summary>Gets which look was made last; null before the first.</summary>
    public DateTimeOffset? LookedFor { get; private set; }

    /// <summary>Gets when the last look was made; the beginning before the first.</summary>
    public DateTimeOffset LastLookAt { get; private set; }

    /// <summary>Gets which smoke tests were made last; null before the first.</summary>
    public DateTimeOffset? SmokedFor { get; private set; }

    /// <summary>Gets which gate was judged last; null before the first.</summary>
    public DateTimeOffset? GatedFor { get; private set; }

    /// <summary>Gets up to when there is a summary.</summary>
    public DateTimeOffset SummedUntil { get; private set; }

    /// <summary>Gets what stable did before the release; null until it was looked up.</summary>
    public JsonObject? Baseline { get; private set; }

    /// <summary>Gets a value indicating whether it is over.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Gets the records of smoke tests, gates and alerts, for summaries.</summary>
    public List<JournalRecord> Told { get; } = [];

    /// <summary>Gets what was counted, oldest first.</summary>
    public IReadOnlyList<CountedLook> Looks => _looks;

    /// <summary>Gets every incident, oldest first.</summary>
    public IReadOnlyList<Incident> Incidents => _incidents;

    /// <summary>Gets the incident that takes the version back; null while none does.</summary>
    public Incident? RollsBack => _incidents.Find(i => i is { RollsBack: true, ResolvedAt: null });

    /// <summary>What the next look of a service subtracts from.</summary>
    public CounterState Counters(string service) => _counters.GetValueOrDefault(service, CounterState.Empty);

    /// <summary>The open incident of a group, or null.</summary>
    public Incident? Open(string group) => _incidents.Find(i => i.Group == group && i.ResolvedAt is null);

    /// <summary>Since when every look found a rule broken; null where the last one did not.</summary>
    public DateTimeOffset? BrokenSince(string rule, string group) => _since.TryGetValue((rule, group), out var since) ? since : null;

    /// <summary>Folds the records of one watch, the one that begins it first.</summary>
    public static WatchState Of(IReadOnlyList<JournalRecord> records, int number)
    {
        var state = new WatchState(records[0], number);
        foreach (var record in records.Skip(1))
        {
            state.Add(record);
        }

        return state;
    }

    internal static DateTimeOffset Time(JsonNode data, string name) => DateTimeOffset.Parse(data.Text(name), CultureInfo.InvariantCulture);

    private void Add(JournalRecord record)
    {
        switch (record.Entry.Step)
        {
            case WatchRecords.Look:
                Look(record);
                break;
            case WatchRecords.Smoke:
                SmokedFor = Time(record.Data, "due");
                Told.Add(record);
                Note(record);
                break;
            case WatchRecords.Gate:
                GatedFor = Time(record.Data, "due");
                Told.Add(record);
                Note(record);
                break;
            case WatchRecords.Incident:
                Take(record);
                break;
            case WatchRecords.Baseline:
                Baseline = record.Data;
                break;
            case WatchRecords.Summary:
                SummedUntil = Time(record.Data, "until");
                break;
            case WatchRecords.Ended:
                IsEnded = true;
                break;
            default:
                break; // what a later version adds about a watch changes nothing of these
        }
    }

    private void Look(JournalRecord record)
    {
        var (since, at, counted) = (LastLookAt, Time(record.Data, "at"), new Dictionary<string, Counters>(StringComparer.Ordinal));
        foreach (var (service, seen) in record.Data["services"] as JsonObject ?? [])
        {
            _counters[service] = GateJson.CountersFromJson(seen!["counters"]!.AsObject());
            if (seen["counts"] is JsonObject counts)
            {
                counted[service] = GateJson.CountsFromJson(counts);
            }
        }

        _looks.Add(new(since, at, counted));
        (LookedFor, LastLookAt) = (record.Data.Text("due").Length > 0 ? Time(record.Data, "due") : LookedFor, at);
        if (record.Data["alerts"] is JsonArray { Count: > 0 } || record.Data["gap"] is not null || record.Data["problems"] is JsonArray { Count: > 0 })
        {
            Told.Add(record);
        }

        Note(record);
    }

    // Which rules were found broken, and what of the open incidents was not seen any more.
    private void Note(JournalRecord record)
    {
        var groups = new Dictionary<string, bool?>(StringComparer.Ordinal);
        foreach (var finding in record.Data["findings"] as JsonArray ?? [])
        {
            var (rule, group, broken) = (finding.Text("rule"), finding.Text("group"), finding!["broken"]?.GetValue<bool>());
            if (broken is true)
            {
                _since[(rule, group)] = Time(finding, "since");
            }
            else if (broken is false)
            {
                _ = _since.Remove((rule, group));
            }

            groups[group] = groups.TryGetValue(group, out var known) ? Worse(known, broken) : broken;
        }

        for (var i = 0; i < _incidents.Count; i++)
        {
            if (_incidents[i].ResolvedAt is null && groups.TryGetValue(_incidents[i].Group, out var seen))
            {
                _incidents[i] = _incidents[i] with { Clear = seen is false ? _incidents[i].Clear + 1 : 0 };
            }
        }
    }

    private void Take(JournalRecord record)
    {
        var (data, at) = (record.Data, _incidents.FindIndex(i => i.Id == record.Data.Text("incident")));
        var incident = new Incident(
            data.Text("incident"), data.Text("group"), (int)(data.Number("level") ?? 3), data.Text("rule"), Time(data, "since"), Texts(data["steps"]), data.Text("text"))
        {
            ResolvedAt = data.Text("state") == "resolved" ? record.Ts : null,
            RollsBack = data["rollsBack"]?.GetValue<bool>() ?? false,
        };
        if (at < 0)
        {
            _incidents.Add(incident);
        }
        else
        {
            _incidents[at] = incident with { RollsBack = incident.RollsBack || _incidents[at].RollsBack, Text = incident.ResolvedAt is null ? incident.Text : _incidents[at].Text };
        }
    }

    // Seen by one rule is seen; not known is not the same as not seen.
    private static bool? Worse(bool? one, bool? other) => one is true || other is true ? true : one is null || other is null ? null : false;

    internal static List<string> Texts(JsonNode? list) => [.. (list as JsonArray ?? []).Select(t => t!.GetValue<string>())];
}
