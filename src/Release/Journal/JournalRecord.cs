using System.Text.Json;
using System.Text.Json.Nodes;

namespace Release.Journal;

/// <summary>
/// What a record says. In the file these are kebab-case (<c>step-undo-intent</c>) and are the file format: add, never
/// rename.
/// </summary>
public enum RecordType
{
    /// <summary>A run begins: kind, version, artefacts, plan, configuration.</summary>
    RunOpened,

    /// <summary>A phase begins.</summary>
    PhaseStarted,

    /// <summary>A phase ended: <c>status</c>.</summary>
    PhaseFinished,

    /// <summary>Apply is about to be called; data carries <c>before</c>.</summary>
    StepIntent,

    /// <summary>Apply returned; data carries what was seen afterwards.</summary>
    StepApplied,

    /// <summary>Apply threw: from here on the run only goes back.</summary>
    StepFailed,

    /// <summary>Undo is about to be called.</summary>
    StepUndoIntent,

    /// <summary>Undo returned.</summary>
    StepUndone,

    /// <summary>Undo threw: the run is stuck.</summary>
    StepUndoFailed,

    /// <summary>A probe's result.</summary>
    Probe,

    /// <summary>One tick of the gate: counts per arm.</summary>
    Sample,

    /// <summary>A verdict of the gate or of a person, with its reason; also a change of direction.</summary>
    Decision,

    /// <summary>A named person's word.</summary>
    SignOff,

    /// <summary>A message that was sent, or could not be.</summary>
    Notice,

    /// <summary>A process took the lease: owner, host, pid, token.</summary>
    LeaseTaken,

    /// <summary>The holder gave the lease back.</summary>
    LeaseReleased,

    /// <summary>A run ended: outcome and what is still due.</summary>
    RunClosed,

    /// <summary>A file was put into the evidence store: name, size, digest.</summary>
    Evidence,

    /// <summary>Free text for people.</summary>
    Note,

    /// <summary>What a watch after a promotion begins, sees, finds and ends with: <c>what</c>.</summary>
    Watch,
}

/// <summary>What a caller appends; the journal adds place, time and chain.</summary>
/// <param name="Type">What it says.</param>
/// <param name="Run">The run it belongs to, or null (leases).</param>
/// <param name="Phase">The phase, or null.</param>
/// <param name="Step">The step's id, or null.</param>
/// <param name="Key">The step's idempotency key, or null.</param>
/// <param name="Deadline">When an unfinished call may be settled by looking, or null.</param>
/// <param name="Data">The rest. Numbers are integers up to 2^53 or doubles; never secrets.</param>
public sealed record JournalEntry(
    RecordType Type,
    string? Run = null,
    string? Phase = null,
    string? Step = null,
    string? Key = null,
    DateTimeOffset? Deadline = null,
    JsonObject? Data = null)
{
    private JsonObject? _data = Data;

    /// <summary>
    /// Gets the rest, or null. Of a record that was read it is parsed when it is first asked for: whoever folds a long
    /// journal looks into few.
    /// </summary>
    public JsonObject? Data
    {
        get => _data ??= Text.IsEmpty ? null : Parsed();
        init => (_data, Text) = (value, default);
    }

    /// <summary>Gets the data as it stands in the file, an object that was checked; empty where there is none.</summary>
    internal ReadOnlyMemory<byte> Text { get; init; }

    private JsonObject Parsed()
    {
        var reader = new Utf8JsonReader(Text.Span, new JsonReaderOptions { MaxDepth = JournalLine.MaxDepth });
        return JsonObject.Create(JsonElement.ParseValue(ref reader))!;
    }
}

/// <summary>One line of the journal: canonical JSON (RFC 8785), chained by hash (invariant 11).</summary>
/// <param name="Env">The environment.</param>
/// <param name="Seq">Its place, from 1, without gaps.</param>
/// <param name="Token">The fencing token it was written with.</param>
/// <param name="Ts">The store's clock, UTC, milliseconds.</param>
/// <param name="Entry">What was appended.</param>
/// <param name="PrevHash">The hash of the record before; 64 zeros for the first.</param>
/// <param name="Hash">SHA-256 in hex over the canonical form without this member.</param>
public sealed record JournalRecord(
    string Env,
    long Seq,
    long Token,
    DateTimeOffset Ts,
    JournalEntry Entry,
    string PrevHash,
    string Hash)
{
    /// <summary>Gets what the record says.</summary>
    public RecordType Type => Entry.Type;

    /// <summary>Gets the rest of the record; empty rather than null.</summary>
    public JsonObject Data => Entry.Data ?? [];
}
