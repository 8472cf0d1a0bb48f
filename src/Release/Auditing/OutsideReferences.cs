using System.Text.Json;
using System.Text.Json.Nodes;
using Release.Evidence;
using Release.Journal;
using Release.Reports;
using Release.Runs;
using Release.Tools;

namespace Release.Auditing;

/// <summary>An evidence file as the journal has it, and as it is.</summary>
/// <param name="Seq">The first record that has it.</param>
/// <param name="Run">Its run.</param>
/// <param name="File">What was recorded.</param>
/// <param name="Now">How it is.</param>
public sealed record AuditedEvidence(long Seq, string Run, EvidenceFile File, EvidenceCondition Now);

/// <summary>A tag as the journal has it.</summary>
/// <param name="Seq">The record that has it.</param>
/// <param name="Run">Its run.</param>
/// <param name="Name">The tag.</param>
/// <param name="Commit">The commit that it was put on.</param>
/// <param name="Now">The commit that it is on; null where it is gone, or nobody can look.</param>
public sealed record AuditedTag(long Seq, string Run, string Name, string Commit, string? Now);

/// <summary>A hash of the chain that stands elsewhere.</summary>
/// <param name="Where">Where it stands.</param>
/// <param name="Hash">The hash.</param>
/// <param name="Seq">The record that has it; null when none has.</param>
public sealed record AuditedAnchor(string Where, string Hash, long? Seq);

/// <summary>Compares what the journal refers to outside of itself: evidence, tags, and its own hashes that were written down elsewhere.</summary>
/// <param name="ports">The peers; nothing is changed.</param>
internal sealed class OutsideReferences(EnvironmentPorts ports)
{
    /// <summary>The pointer in the evidence that has a hash of the chain.</summary>
    internal const string Pointer = "latest-success.json";

    /// <summary>Every file that was recorded; one that a resumed run put again is the same file.</summary>
    public async Task<IReadOnlyList<AuditedEvidence>> Evidence(IReadOnlyList<JournalRecord> records, CancellationToken cancellation)
    {
        var looked = new List<AuditedEvidence>();
        foreach (var record in records.Where(r => r.Type is RecordType.Evidence).DistinctBy(r => (r.Data.Text("name"), r.Data.Text("sha256"))))
        {
            var file = new EvidenceFile(record.Data.Text("name"), record.Data.Text("sha256"), (long)(record.Data.Number("size") ?? 0));
            looked.Add(new AuditedEvidence(record.Seq, record.Entry.Run ?? "", file, await ports.Evidence.Look(file, cancellation)));
        }

        return looked;
    }

    /// <summary>Every tag that a run made and did not take back; null where there is no repository to look into.</summary>
    public async Task<IReadOnlyList<AuditedTag>?> Tags(IReadOnlyList<JournalRecord> records, CancellationToken cancellation)
    {
        try
        {
            if (await ports.Repository.Head(cancellation) is null)
            {
                return null;
            }

            var tags = new List<AuditedTag>();
            foreach (var record in Standing(records))
            {
                var (name, commit) = (record.Data["seen"].Text("tag"), record.Data["seen"].Text("commit"));
                tags.Add(new AuditedTag(record.Seq, record.Entry.Run ?? "", name, commit, await ports.Repository.TaggedCommit(name, cancellation)));
            }

            return tags;
        }
        catch (Exception error) when (error is ToolException or ArgumentException)
        {
            return null; // There is no git here, or the recorded name can be none of a tag: what is told is that nobody looked.
        }
    }

    /// <summary>The hashes that stand elsewhere, and which record has each.</summary>
    /// <param name="records">The journal.</param>
    /// <param name="noted">A hash that a person noted; may be empty.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<AuditedAnchor>> Anchors(IReadOnlyList<JournalRecord> records, string noted, CancellationToken cancellation)
    {
        var anchors = new List<AuditedAnchor>();
        if (noted.Length > 0)
        {
            anchors.Add(new AuditedAnchor("--anchor", noted, records.FirstOrDefault(r => r.Hash == noted)?.Seq));
        }

        if (await Pointed(cancellation) is { Length: > 0 } hash)
        {
            anchors.Add(new AuditedAnchor(Pointer, hash, records.FirstOrDefault(r => r.Hash == hash)?.Seq));
        }

        return anchors;
    }

    private async Task<string> Pointed(CancellationToken cancellation)
    {
        try
        {
            return await ports.Evidence.ReadPointer(Pointer, cancellation) is { } text ? (JsonNode.Parse(text) as JsonObject)?["journal"].Text("hash") ?? "" : "";
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    // The outcome says what was seen; a step that was undone, or is being undone, left nothing behind.
    private static IEnumerable<JournalRecord> Standing(IReadOnlyList<JournalRecord> records)
    {
        var undone = records.Where(r => r.Type is RecordType.StepUndoIntent or RecordType.StepUndone)
            .GroupBy(r => (r.Entry.Run, r.Entry.Step)).ToDictionary(g => g.Key, g => g.Max(r => r.Seq));
        return records.Where(r => r.Type is RecordType.StepApplied && r.Data["seen"].Text("tag").Length > 0 && r.Data["seen"].Text("commit").Length > 0
            && undone.GetValueOrDefault((r.Entry.Run, r.Entry.Step)) < r.Seq);
    }
}
