using Release.Journal;

namespace Release.Runs;

/// <summary>The backups that a run which is open, or what serves now, may still need: a pure function of the journal (invariant 5).</summary>
public static class UsedBackups
{
    /// <summary>Their names.</summary>
    public static async Task<IReadOnlyCollection<string>> Of(IJournal journal, CancellationToken cancellation)
    {
        var (state, _) = await EnvironmentState.Read(journal, cancellation);
        return Of(state);
    }

    /// <summary>The same of a fold.</summary>
    public static IReadOnlyCollection<string> Of(EnvironmentState state)
    {
        var promoted = state.Runs.LastOrDefault(r => r.Opening.Kind is RunKind.Release && r.Outcome is RunOutcome.Promoted);
        return [.. new[] { state.Open, state.LastPromoted, promoted }.OfType<RunState>()
            .SelectMany(r => r.Steps)
            .Select(s => s.Outcome?["backup"] is System.Text.Json.Nodes.JsonValue name && name.TryGetValue(out string? text) ? text : null)
            .OfType<string>()
            .Concat(new[] { state.Open?.Opening.Restores?.Backup }.OfType<string>())
            .Distinct(StringComparer.Ordinal)];
    }
}
