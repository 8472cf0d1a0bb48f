using Release.Evidence;
using Release.Journal;
using Release.Runs;

namespace Release.Auditing;

/// <summary>What was found in an environment's journal, and in what it refers to.</summary>
/// <param name="Journal">Every record that can be read, and where the chain does not hold.</param>
/// <param name="Findings">What does not hold, the first bad record first.</param>
/// <param name="People">What people did.</param>
/// <param name="Evidence">The files that were put, and how each is now.</param>
/// <param name="Tags">The tags that were made; null where there is no repository to look into.</param>
/// <param name="Anchors">The chain's hashes that stand elsewhere.</param>
public sealed record Audit(
    WholeJournal Journal,
    IReadOnlyList<AuditFinding> Findings,
    IReadOnlyList<PersonsAct> People,
    IReadOnlyList<AuditedEvidence> Evidence,
    IReadOnlyList<AuditedTag>? Tags,
    IReadOnlyList<AuditedAnchor> Anchors)
{
    /// <summary>Gets a value indicating whether everything is what it says.</summary>
    public bool Holds => Findings.Count == 0;

    /// <summary>Reads and compares. Takes no lease and changes nothing.</summary>
    /// <param name="ports">The peers.</param>
    /// <param name="anchor">A hash that somebody noted elsewhere; may be empty.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<Audit> Of(EnvironmentPorts ports, string anchor, CancellationToken cancellation)
    {
        var journal = await WholeJournal.Read(ports.Journal, cancellation);
        var outside = new OutsideReferences(ports);
        var evidence = await outside.Evidence(journal.Records, cancellation);
        var tags = await outside.Tags(journal.Records, cancellation);
        var anchors = await outside.Anchors(journal.Records, anchor, cancellation);
        IEnumerable<AuditFinding> found =
        [
            .. journal.Damages.Select(d => new AuditFinding(AuditKind.Chain, d.Seq, null, d.What)),
            .. RecordReferences.Of(journal.Records),
            .. evidence.Where(e => e.Now is not EvidenceCondition.Intact).Select(Finding),
            .. (tags ?? []).Where(t => t.Now != t.Commit).Select(Finding),
            .. anchors.Where(a => a.Seq is null).Select(a => Finding(a, journal.Records)),
        ];

        // The chain first: where it does not hold, the rest may be a consequence.
        return new Audit(
            journal, [.. found.OrderBy(f => f.Kind is AuditKind.Chain ? 0 : 1).ThenBy(f => f.Seq)], PeoplesActs.Of(journal.Records), evidence, tags, anchors);
    }

    private static AuditFinding Finding(AuditedEvidence evidence) => new(
        AuditKind.Evidence,
        evidence.Seq,
        evidence.Run,
        $"the evidence {evidence.File.Name} {evidence.Now switch
        {
            EvidenceCondition.Missing => "is not there any more",
            EvidenceCondition.Changed => $"was changed: it is not the {evidence.File.Size} bytes with SHA-256 {evidence.File.Sha256}",
            EvidenceCondition.Unreadable => "cannot be read, or its name leads out of the store",
            EvidenceCondition.Intact => "is as it was put",
            _ => throw new InvalidDataException($"'{evidence.Now}' is not a condition that this version knows."),
        }}");

    private static AuditFinding Finding(AuditedTag tag) => new(
        AuditKind.Tag,
        tag.Seq,
        tag.Run,
        tag.Now is null ? $"the tag {tag.Name} is not there any more; it was on {tag.Commit}" : $"the tag {tag.Name} is on {tag.Now}, it was put on {tag.Commit}");

    private static AuditFinding Finding(AuditedAnchor anchor, IReadOnlyList<JournalRecord> records) => new(
        AuditKind.Anchor,
        records.Count > 0 ? records[^1].Seq : 0,
        null,
        $"no record has the hash {anchor.Hash} that stands in {anchor.Where}: the journal was written anew since, was cut off before it, or is another one");
}
