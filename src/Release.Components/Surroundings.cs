using Nuke.Common;
using Release.Configuration;
using Release.Drivers;
using Release.Drivers.Git;
using Release.Drivers.Processes;
using Release.Drivers.Prometheus;
using Release.Drivers.Synthetic;
using Release.Evidence;
using Release.Journal;
using Release.Output;
using Release.Probes;
using Release.Runs;
using Release.Tools;

namespace Release.Components;

/// <summary>What a command is about to do with an environment.</summary>
internal enum Purpose
{
    /// <summary>Look.</summary>
    Look,

    /// <summary>Change something.</summary>
    Change,

    /// <summary>Take something back: nothing stands in its way (invariant 14).</summary>
    Rollback,
}

/// <summary>Puts an environment together: its file or what a run recorded of it, its journal, its drivers.</summary>
internal sealed record Surroundings(ReleaseEnvironment Environment)
{
    public static async Task<Surroundings> Open(IRelease build, Purpose purpose, bool isAgain = false)
    {
        var (root, name) = ((string)build.RootDirectory, build.Env);
        var mask = new SecretMask();
        var screen = ConsoleScreen.Create(mask);
        var clock = SystemClock.Instance;
        RefuseNowhere(root);
        if (!EnvironmentFile.Names(root).Contains(name) && !WorksWithoutFile(root, name, purpose))
        {
            _ = EnvironmentFile.Load(root, name, DriverTypes.All); // says which environments there are
        }

        if (purpose is not Purpose.Look)
        {
            _ = OwnProgram.Digest(); // A run records it: it is computed beside what comes before.
            RefuseVanishingJournal(build, purpose, screen);
        }

        var state = Path.Combine(root, ".release", name);
        var journal = new FileJournalStore(state, name, clock, LocalProcess.Current());
        var configuration = await Configuration(build, journal, isAgain ? null : screen, purpose);
        var tool = new Tool(clock, mask);
        var context = new DriverContext(root, name, tool, clock, screen.Passing);
        var drivers = DriverCatalog.Create(configuration.Options.Platform, configuration.Options.Traffic, context);
        var endpoints = new EndpointNames(drivers.Router);
        var placeholders = new Placeholders(new PlaceholderSources { Root = root, Named = endpoints.Named, Warn = screen.Warn, PlaceOf = configuration.PlaceOf }, mask);
        var probes = ProbeFactory.Core();
        var ports = new EnvironmentPorts
        {
            Journal = journal,
            Leases = journal,
            Tenders = new FileTenders(state, clock, LocalProcess.Current()),
            Platform = drivers.Platform,
            Router = drivers.Router,
            Metrics = new ScrapeSource(configuration.Options.Gate.Metrics, ScrapeTimeout(configuration.Options.Gate), clock),
            Repository = new SourceRepository(new GitRepository(tool, root)),
            Traffic = new SyntheticTrafficGenerator(clock, screen),
            Evidence = new EvidenceFolder(Path.Combine(root, configuration.Options.Evidence.Path, name)),
            Probe = (options, address) => endpoints.Before(probes.Create(options, new ProbeContext
            {
                Root = root,
                BaseAddress = address,
                Placeholders = placeholders,
                Mask = mask,
                Tool = tool,
                Time = clock,
            })),
            Clock = clock,
        };
        return new(new ReleaseEnvironment(configuration.Options, configuration.Source, ports, screen, Inputs(build, configuration.Options, purpose is Purpose.Look ? null : OwnProgram.Digest())));
    }

    /// <summary>
    /// What an open run recorded, else the file. A file that is wrong does not keep a run from being undone (invariant 14),
    /// nor a new one from being refused.
    /// </summary>
    private static async Task<LoadedEnvironment> Configuration(IRelease build, FileJournalStore journal, ConsoleScreen? screen, Purpose purpose)
    {
        var (root, name) = ((string)build.RootDirectory, build.Env);
        var state = await Recorded(journal, purpose);
        var open = (state.Open ?? (purpose is Purpose.Rollback ? state.LastPromoted : null))?.Opening.Configuration;
        try
        {
            var file = EnvironmentFile.Load(root, name, DriverTypes.All);
            if (open is null || (build.Supersede && purpose is not Purpose.Rollback))
            {
                return Profile(build, file);
            }

            if (build.Emergency && purpose is Purpose.Change)
            {
                throw new ReleaseException(
                    ExitStatus.Usage,
                    $"Run {state.Open!.Id} is open and keeps the configuration it was opened with, so --emergency would change nothing.",
                    $"Go on with it without: {ReleaseEnvironment.CommandIn(name, "Promote")}; or begin anew: {ReleaseEnvironment.CommandIn(name, "Promote --supersede --emergency --reason \"…\"")}.");
            }

            if (open == file.Source)
            {
                return file;
            }

            if (state.Open is { Opening.IsEmergency: true })
            {
                return EnvironmentFile.ParseRecorded(open, $"environments/{name}.json", DriverTypes.All);
            }

            screen?.Line($"environments/{name}.json changed since that run was opened: it keeps the configuration it was opened with.");
            return EnvironmentFile.ParseRecorded(open, $"environments/{name}.json", DriverTypes.All);
        }
        catch (ConfigurationException error) when (state.Runs.Count > 0 && (WorksWithoutFile(root, name, purpose) || (open is not null && !build.Supersede)))
        {
            if (Directory.Exists(Path.Combine(root, EnvironmentFile.Folder)))
            {
                screen?.Warn(error.Message);
            }

            screen?.Warn("Going on with the configuration that the last run recorded.");
            return EnvironmentFile.ParseRecorded(open ?? state.Runs[^1].Opening.Configuration, $"environments/{name}.json", DriverTypes.All);
        }
    }

    private static LoadedEnvironment Profile(IRelease build, LoadedEnvironment usual) => !build.Emergency
        ? usual
        : EnvironmentFile.InEmergency(usual, DriverTypes.All) ?? throw new ReleaseException(
            ExitStatus.Usage,
            $"{usual.Options.Name} declares nothing for emergencies, so --emergency would change nothing.",
            $"Add \"emergency\" to {EnvironmentFile.FileOf(usual.Options.Name)} (docs/configuration.md), or release without it.");

    // Whoever only looks is told what is wrong with the journal: that it cannot be folded must not keep him from looking.
    private static async Task<EnvironmentState> Recorded(FileJournalStore journal, Purpose purpose)
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

    private static ReleaseInputs Inputs(IRelease build, EnvironmentOptions options, Task<string>? program)
    {
        var faults = build.Fault ?? [];
        if (faults.Length > 0 && options.Platform is not ProcessPlatformOptions)
        {
            throw new ReleaseException(ExitStatus.Usage, $"--fault is for the embedded environment only; {options.Name} runs on {options.Platform.Type}.", "Leave it out.");
        }

        Faults.Validate(faults);
        return new ReleaseInputs
        {
            Version = build.Version is { } version ? Versions.Require(version) : null,
            ChangeTicket = TerminalText.Line(build.ChangeTicket ?? ""),
            Reason = TerminalText.Line(build.Reason ?? ""),
            Faults = faults,
            AcceptJournal = build.AcceptJournal,
            Emergency = build.Emergency,
            Owner = OwnerName.Current,
            Program = "",
            Digesting = program,
            IsCiHost = build.IsServerBuild,
        };
    }

    // design.md, section 3: the next job would find nothing.
    private static void RefuseVanishingJournal(IRelease build, Purpose purpose, ConsoleScreen screen)
    {
        if (build.IsServerBuild && build.Env != "local" && !build.AllowLocalJournal)
        {
            if (purpose is Purpose.Rollback)
            {
                screen.Warn("The journal is on this machine's disk, which the next job may not find. A rollback goes on all the same.");
                return;
            }

            throw new ReleaseException(
                ExitStatus.Usage,
                $"The journal of {build.Env} lies on this machine's disk, and on a CI host the next job would not find it: nobody could resume or roll back.",
                "If this disk persists between jobs, say so with --allow-local-journal.");
        }
    }

    // A reading must be over before the next one is due, but a slow service gets a second.
    private static TimeSpan ScrapeTimeout(GateOptions gate) =>
        TimeSpan.FromSeconds(Math.Max(1, gate.Tick.TotalSeconds));

    /// <summary>
    /// Whether what the runs recorded is enough: to take back always; for anything else in a folder without configurations,
    /// on a machine that never saw the repository.
    /// </summary>
    private static bool WorksWithoutFile(string root, string name, Purpose purpose) =>
        EnvironmentFile.IsName(name) && File.Exists(Path.Combine(root, ".release", name, "journal.jsonl"))
        && (purpose is Purpose.Rollback || !Directory.Exists(Path.Combine(root, EnvironmentFile.Folder)));

    private static void RefuseNowhere(string root)
    {
        if (OwnProgram.IsPacked && !Directory.Exists(Path.Combine(root, EnvironmentFile.Folder)) && !Directory.Exists(Path.Combine(root, ".release")))
        {
            throw new ReleaseException(
                ExitStatus.Usage,
                $"{root} has neither environments/ nor .release/, so there is nothing to work on.",
                $"Say where the clone or the copied folder is: {OwnProgram.Command} Status --root DIR.");
        }
    }
}
