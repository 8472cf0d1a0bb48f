using Release.Evidence;

namespace Release.Reports;

/// <summary>A file that was kept.</summary>
/// <param name="Name">Its path in the store.</param>
/// <param name="Size">Its length in bytes, as recorded.</param>
/// <param name="Sha256">Its digest, as recorded.</param>
/// <param name="At">When it was recorded.</param>
/// <param name="Now">How it is now; null when nobody looked.</param>
public sealed record ReportedEvidence(string Name, long Size, string Sha256, DateTimeOffset At, EvidenceCondition? Now);
