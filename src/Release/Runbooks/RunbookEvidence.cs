using System.Globalization;
using Release.Journal;
using Release.Runs;

namespace Release.Runbooks;

/// <summary>Puts a run's executed runbook into its evidence, as HTML and Markdown.</summary>
internal sealed class RunbookEvidence(RunContext run)
{
    /// <summary>
    /// Puts it. The name holds the place in the journal that it was made at, so that a run that is resumed, in which more is
    /// known, puts another one beside it.
    /// </summary>
    public async Task Put(string phase, bool isEnding)
    {
        if (run.Environment.Runbook is not { } runbook)
        {
            return;
        }

        var journal = await WholeJournal.Read(run.Ports.Journal, CancellationToken.None);
        var state = new EnvironmentState(journal.Records);
        var executed = ExecutedRunbook.Of(runbook, run.Environment.Name, run.Options, journal.Records, state, state.Run(run.Journal.RunId), isEnding);
        var name = string.Create(CultureInfo.InvariantCulture, $"runbook-{state.LastSeq}");
        await run.PutEvidence(phase, $"{name}.md", new RunbookMarkdown(executed, text => text).Render());
        await run.PutEvidence(phase, $"{name}.html", new RunbookPage(executed, text => text).Render());
        run.Screen.Line($"  runbook: {executed.Summary}");
    }

    /// <summary>The same on the way back, which nothing may keep from its end (invariant 14).</summary>
    public async Task TryPut(string phase)
    {
        try
        {
            await Put(phase, isEnding: true);
        }
#pragma warning disable CA1031 // Traffic is where it should be: whatever is wrong with a page about it does not keep the run open.
        catch (Exception error) when (error is not (LeaseLostException or JournalFailedException))
#pragma warning restore CA1031
        {
            run.Screen.Warn($"  the executed runbook could not be kept: {error.Message}");
        }
    }
}
