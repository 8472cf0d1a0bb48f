using System.Text.Json;
using Release.Configuration;
using Release.Journal;
using Release.Output;
using Release.Runs;

namespace Release.Components;

/// <summary>Where an environment's journal and its copy are.</summary>
internal static class JournalPlace
{
    // A disk that hangs is as far away as one that is not there.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>
    /// The copy that the environment's file names, whatever else is wrong with that file; null when it names none. Asked
    /// before the file is read as a configuration, since that may be the journal's to say.
    /// </summary>
    public static JournalCopy? CopyOf(string root, string name, TimeProvider clock, Action<string> warn)
    {
        if (!EnvironmentFile.IsName(name))
        {
            return null;
        }

        try
        {
            using var file = JsonDocument.Parse(EnvironmentFile.ReadText(root, name), Lenient);
            return file.RootElement.GetProperty("journal").GetProperty("copy").GetString() is { Length: > 0 } folder
                ? new JournalCopy(Path.Combine(Path.GetFullPath(folder, root), name), clock, warn)
                : null;
        }
        catch (Exception strange) when (strange is ConfigurationException or JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>
    /// The copy as a journal, and why the store is away. Throws <see cref="ReleaseException"/> while the store answers: then
    /// it is the place to record in; and when there is no copy.
    /// </summary>
    public static async Task<(FileJournalStore Journal, string Away)> BreakGlass(
        string state, string name, JournalCopy? copy, TimeProvider clock, IScreen screen)
    {
        var process = LocalProcess.Current();
        var away = await WhyAway(new FileJournalStore(state, name, clock, process), clock) ?? throw new ReleaseException(
            ExitStatus.Usage,
            $"The journal of {name} answers, so no glass needs to be broken.",
            $"Run {ReleaseEnvironment.CommandIn(name, "Rollback")}.");
        if (copy is null || !File.Exists(copy.Path))
        {
            throw new ReleaseException(
                ExitStatus.Usage,
                $"The journal's store of {name} is away ({away}), and "
                    + (copy is null ? $"environments/{name}.json names no copy of it (journal.copy)" : $"there is no copy at {copy.Path}") + ": what to go back to is not known.",
                copy is null ? $"If there is a copy, name its folder in environments/{name}.json: {{ \"journal\": {{ \"copy\": \"…\" }} }}." : "Bring one of the two back, or shift traffic by hand.");
        }

        screen.Warn($"BREAK-GLASS: the journal's store of {name} is away ({away}). Working from its copy {copy.Path}, which may lack the last records.");
        if (await CatchUp(copy, Path.Combine(state, "journal.jsonl"), clock) is > 0 and var caught)
        {
            screen.Warn($"{caught} record{(caught == 1 ? "" : "s")} that the copy lacked could still be read from the store, and {(caught == 1 ? "is" : "are")} in the copy now.");
        }

        return (new FileJournalStore(copy.Folder, name, clock, process), away);
    }

    // A disk that is full or read-only still tells what the process that was killed on it had not copied yet.
    private static async Task<int> CatchUp(JournalCopy copy, string journal, TimeProvider clock)
    {
        try
        {
            return await Task.Run(() => copy.CatchUp(journal)).WaitAsync(Patience, clock);
        }
        catch (TimeoutException)
        {
            return 0;
        }
    }

    private static async Task<string?> WhyAway(FileJournalStore store, TimeProvider clock)
    {
        try
        {
            return await Task.Run(store.WhyAway).WaitAsync(Patience, clock);
        }
        catch (TimeoutException)
        {
            return $"its disk does not answer within {Show.Duration(Patience)}";
        }
    }
}
