using Release.Configuration;
using Release.Drivers;
using Release.Journal;
using Release.Runs;

namespace Release.Components;

/// <summary>
/// Which configuration a command works with: what an open run recorded, else the environment's file, in an emergency by its
/// profile. A file that is wrong does not keep a run from being undone (invariant 14), nor a new one from being refused.
/// </summary>
/// <param name="build">The command.</param>
/// <param name="purpose">What it is about to do.</param>
/// <param name="screen">Where what was chosen is said; null where it was said already.</param>
internal sealed class ConfigurationInForce(IRelease build, Purpose purpose, ConsoleScreen? screen)
{
    private readonly string _root = build.RootDirectory;
    private readonly string _name = build.Env;

    /// <summary>Gets a value indicating whether what the runs recorded is enough, where the file is not there.</summary>
    public bool WorksWithoutFile { get; init; }

    /// <summary>Gets a value indicating whether a run is open, which keeps the configuration that it was opened with.</summary>
    public bool HasOpenRun { get; private set; }

    private string FileName => EnvironmentFile.FileOf(_name);

    private bool IsRollback => purpose is Purpose.Rollback;

    /// <summary>Chooses.</summary>
    /// <exception cref="ConfigurationException">The file is wrong, and nothing recorded stands for it.</exception>
    public async Task<LoadedEnvironment> Find(IJournal journal)
    {
        var state = await Fold(journal);
        HasOpenRun = state.Open is not null;
        var recorded = (state.Open ?? (IsRollback ? state.LastPromoted : null))?.Opening;
        try
        {
            var file = EnvironmentFile.Load(_root, _name, DriverTypes.All);
            return recorded is null || IsBegunAnew ? Profile(file) : Kept(recorded, file);
        }
        catch (ConfigurationException error) when (state.Runs.Count > 0 && (WorksWithoutFile || IsRollback || (recorded is not null && !IsBegunAnew)))
        {
            if (Directory.Exists(Path.Combine(_root, EnvironmentFile.Folder)))
            {
                screen?.Warn(error.Message);
            }

            screen?.Warn("Going on with the configuration that the last run recorded.");
            return EnvironmentFile.ParseRecorded((recorded ?? state.Runs[^1].Opening).Configuration, FileName, DriverTypes.All);
        }
    }

    // The run that is open is withdrawn, and another one begins.
    private bool IsBegunAnew => build.Supersede && !IsRollback;

    private LoadedEnvironment Kept(RunOpening recorded, LoadedEnvironment file)
    {
        if (build.Emergency && purpose is Purpose.Change)
        {
            throw new ReleaseException(
                ExitStatus.Usage,
                "A run is open and keeps the configuration it was opened with, so --emergency would change nothing.",
                $"Go on with it without: {ReleaseEnvironment.CommandIn(_name, "Promote")}; or begin anew: {ReleaseEnvironment.CommandIn(_name, "Promote --supersede --emergency --reason \"…\"")}.");
        }

        if (recorded.Configuration == file.Source)
        {
            return file;
        }

        if (!recorded.IsEmergency)
        {
            screen?.Line($"{FileName} changed since that run was opened: it keeps the configuration it was opened with.");
        }

        return Read(recorded.Configuration) is { } kept ? kept with { Runbook = file.Runbook } : file;
    }

    // What another version of the program recorded may not be readable to this one, while the file is.
    private LoadedEnvironment? Read(string recorded)
    {
        try
        {
            return EnvironmentFile.ParseRecorded(recorded, FileName, DriverTypes.All);
        }
        catch (ConfigurationException error)
        {
            screen?.Warn($"The configuration that the run recorded cannot be read: {error.Message}");
            screen?.Warn($"Going on with {FileName} as it is now.");
            return null;
        }
    }

    private LoadedEnvironment Profile(LoadedEnvironment usual) => !build.Emergency || IsRollback
        ? usual
        : EnvironmentFile.InEmergency(usual, DriverTypes.All) ?? throw new ReleaseException(
            ExitStatus.Usage,
            $"{_name} declares nothing for emergencies, so --emergency would change nothing.",
            $"Add \"emergency\" to {FileName} (docs/configuration.md), or release without it.");

    // Whoever only looks is told what is wrong with the journal: that it cannot be folded must not keep him from looking.
    private async Task<EnvironmentState> Fold(IJournal journal)
    {
        try
        {
            return (await EnvironmentState.Read(journal, CancellationToken.None)).State;
        }
#pragma warning disable CA1031 // records that somebody wrote by hand may lack anything
        catch (Exception) when (purpose is Purpose.Look)
#pragma warning restore CA1031
        {
            return new EnvironmentState([]);
        }
    }
}
