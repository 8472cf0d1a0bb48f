namespace Release.Journal;

/// <summary>
/// The journal refuses to be appended to, because its chain does not hold. Nothing was written. Reading still works; a
/// rollback goes on by asking for the lease with <see cref="LeaseRequest.AllowDamaged"/>.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="damage">The first bad record.</param>
public sealed class JournalDamagedException(string path, JournalDamage damage) : Exception(
    $"{path}, line {damage.Line}: record {damage.Seq} is damaged: {damage.What}. A record after it could not be "
    + "trusted, so nothing was written. Restore the file from a copy, or roll back, which goes on despite the damage.")
{
    /// <summary>Gets the first bad record.</summary>
    public JournalDamage Damage => damage;
}

/// <summary>
/// An append did not reach the disk (full, broken, read-only). The record is not acknowledged and the run stops; the lease
/// appends nothing more.
/// </summary>
/// <param name="message">What happened, to what, and what to do next.</param>
/// <param name="cause">What the disk said.</param>
public sealed class JournalFailedException(string message, Exception? cause) : Exception(message, cause);
