using Nuke.Common.CI.GitHubActions;
using Release.Reports;
using Release.Runs;

namespace Release.Components;

/// <summary>Where a GitHub job's summary is.</summary>
internal static class JobSummary
{
    /// <summary>Begins the summary of a command; null where there is none. Never fails a run.</summary>
    public static async Task<RunSummary?> Begin(ReleaseEnvironment environment)
    {
        try
        {
            string? file = GitHubActions.Instance?.StepSummaryFile;
            return string.IsNullOrEmpty(file) ? null : await RunSummary.Begin(environment, file, ConsoleScreen.Masked);
        }
#pragma warning disable CA1031 // a summary that cannot be begun must not keep a release, and less a rollback, from running
        catch (Exception error)
#pragma warning restore CA1031
        {
            environment.Screen.Warn($"The job's summary will not be written: {error.Message}");
            return null;
        }
    }
}
