using Release.Journal;
using Release.Output;
using Release.Runs;

namespace Release.Runbooks;

/// <summary>An environment's runbook as it stands. Takes no lease and changes nothing.</summary>
public sealed class RunbookView(ReleaseEnvironment environment)
{
    /// <summary>The runbook of a run, or of none yet.</summary>
    /// <param name="run">Its number; null for the one that is open, else the last release or rollback.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ReleaseException">The environment names no runbook, or there is no such run.</exception>
    public async Task<ExecutedRunbook> Read(string? run, CancellationToken cancellation)
    {
        var runbook = environment.Runbook ?? throw new ReleaseException(
            ExitStatus.Usage,
            environment.Options.Runbook is { } file ? $"The runbook of {environment.Name}, {file}, cannot be read: see above." : $"{environment.Name} names no runbook.",
            "\"runbook\" in the environment's file names one: docs/runbook.md says how to write it.");
        var journal = await WholeJournal.Read(environment.Ports.Journal, cancellation);
        journal.Damages.ToList().ForEach(d => environment.Screen.Warn($"The journal is damaged at record {d.Seq} (line {d.Line}): {d.What}. What the lines say may not be what happened."));
        var state = new EnvironmentState(journal.Records);
        return ExecutedRunbook.Of(runbook, environment.Name, environment.Options, journal.Records, state, Chosen(state, run));
    }

    /// <summary>It for a person: a line each, and the counts.</summary>
    public static IReadOnlyList<string> Render(ExecutedRunbook runbook)
    {
        var (lines, section) = (new List<string> { $"{runbook.Title}: {(runbook.Run is null ? $"no release of {runbook.Environment} was begun yet" : $"run {runbook.Run} in {runbook.Environment}, {runbook.About}")}" }, "");
        var widest = runbook.Lines.Max(l => l.Id.Length);
        foreach (var line in runbook.Lines)
        {
            if (line.Section != section)
            {
                section = line.Section;
                lines.Add($"{section}");
            }

            var (word, _) = RunbookTones.Of(line.Status);
            lines.Add($"  {line.Id.PadRight(widest)}  {word,-14}  {line.Says}");
            var outcome = string.Join(", ", new[] { line.At is { } at ? Show.Time(at) : "", line.By == LineOutcome.Program ? "" : line.By, line.Evidence }.Where(t => t.Length > 0));
            if (outcome.Length > 0)
            {
                lines.Add($"  {new string(' ', widest)}                  {outcome}");
            }
        }

        if (runbook.Changed is { } changed)
        {
            lines.Add(changed);
        }

        lines.Add(runbook.Summary);
        return lines;
    }

    private RunState? Chosen(EnvironmentState state, string? run) =>
        run is null ? state.Open ?? state.Runs.LastOrDefault(r => r.Opening is { Kind: RunKind.Release, IsFirst: false } or { Kind: RunKind.Rollback })
        : state.Run(run) ?? throw new ReleaseException(
            ExitStatus.Usage, $"The journal of {environment.Name} has no run {run}.", $"See them all: {environment.Command("History")}.");
}
