namespace Release.Evidence;

/// <summary>Files kept for auditors. A file is put once and never overwritten.</summary>
public interface IEvidenceStore
{
    /// <summary>
    /// Puts a file of a run. Putting the same content under the same name again is no error (a resumed run repeats it);
    /// other content is. The names are ours, not people's.
    /// </summary>
    /// <param name="run">The run's folder: its number, and the start of its plan's hash, as a journal may begin anew.</param>
    /// <param name="name">The file.</param>
    /// <param name="content">The text.</param>
    /// <param name="cancellation">Ends it before anything is written.</param>
    Task<EvidenceFile> Put(string run, string name, string content, CancellationToken cancellation);

    /// <summary>Replaces a pointer of the environment (<c>latest-success.json</c>): the one kind of file that changes.</summary>
    Task Point(string name, string content, CancellationToken cancellation);

    /// <summary>The text of a pointer; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    Task<string?> ReadPointer(string name, CancellationToken cancellation);

    /// <summary>Adds lines to a report of the environment (<c>deployments-2026-11-21.md</c>); the title is written once, at its top.</summary>
    Task Report(string name, string title, string lines, CancellationToken cancellation);

    /// <summary>
    /// Compares a file with what was recorded when it was put. Changes nothing and throws only on cancellation: the recorded
    /// name may come from a journal that somebody changed, so a name that leads out of the store, a link and what is no
    /// ordinary file are not followed.
    /// </summary>
    Task<EvidenceCondition> Look(EvidenceFile file, CancellationToken cancellation);
}

/// <summary>A file that was put.</summary>
/// <param name="Name">Its path in the store.</param>
/// <param name="Sha256">Its digest in hex.</param>
/// <param name="Size">Its length in bytes.</param>
public sealed record EvidenceFile(string Name, string Sha256, long Size);
