using Nuke.Common;
using Release.Configuration;
using Release.Drivers;
using Release.Drivers.Git;
using Release.Drivers.Processes;
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
    /// <summary>Gets what drivers work with.</summary>
    public required DriverContext Drivers { get; init; }

    public static async Task<Surroundings> Open(IRelease build, Purpose purpose)
    {
        var (root, name) = ((string)build.RootDirectory, build.Env);
        var mask = new SecretMask();
        var screen = ConsoleScreen.Create(mask);
        var clock = SystemClock.Instance;
        var isKnown = EnvironmentFile.IsName(name) && File.Exists(Path.Combine(root, ".release", name, "journal.jsonl"));
        if (!EnvironmentFile.Names(root).Contains(name) && !(purpose is Purpose.Rollback && isKnown))
        {
            _ = EnvironmentFile.Load(root, name, DriverTypes.All); // says which environments there are
        }

        if (purpose is not Purpose.Look)
        {
            RefuseVanishingJournal(build, purpose, screen);
        }

        var state = Path.Combine(root, ".release", name);
        var journal = new FileJournalStore(state, name, clock, LocalProcess.Current());
        var configuration = await Configuration(root, name, journal, screen, purpose);
        var tool = new Tool(clock, mask);
        Placeholders? values = null;
        var context = new DriverContext(root, name, tool, clock, screen.Passing) { Resolve = text => values!.Resolve(text) };
        var drivers = DriverCatalog.Create(configuration.Options.Platform, configuration.Options.Traffic, context);
        var endpoints = new EndpointNames(drivers.Router);
        var placeholders = new Placeholders(new PlaceholderSources { Root = root, Named = endpoints.Named, Warn = screen.Warn, PlaceOf = configuration.PlaceOf }, mask);
        values = placeholders;
        var probes = DriverCatalog.CreateProbes(context);
        var ports = new EnvironmentPorts
        {
            Journal = journal,
            Leases = journal,
            Platform = drivers.Platform,
            Router = drivers.Router,
            Metrics = DriverCatalog.CreateMetrics(configuration.Options.Gate, context),
            Backups = DriverCatalog.CreateBackups(configuration.Options.Backup, context),
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
        return new(new ReleaseEnvironment(configuration.Options, configuration.Source, ports, screen, Inputs(build, configuration.Options))) { Drivers = context };
    }

    /// <summary>
    /// What an open run recorded, else the file. A file that is wrong does not keep a run from being undone (invariant 14),
    /// nor a new one from being refused.
    /// </summary>
    private static async Task<LoadedEnvironment> Configuration(string root, string name, FileJournalStore journal, ConsoleScreen screen, Purpose purpose)
    {
        var state = (await EnvironmentState.Read(journal, CancellationToken.None)).State;
        var open = (state.Open ?? (purpose is Purpose.Rollback ? state.LastPromoted : null))?.Opening.Configuration;
        try
        {
            var file = EnvironmentFile.Load(root, name, DriverTypes.All);
            if (open is null || open == file.Source)
            {
                return file;
            }

            screen.Line($"environments/{name}.json changed since that run was opened: it keeps the configuration it was opened with.");
            return EnvironmentFile.ParseRecorded(open, $"environments/{name}.json", DriverTypes.All);
        }
        catch (ConfigurationException error) when (state.Runs.Count > 0 && (open is not null || purpose is Purpose.Rollback))
        {
            screen.Warn($"{error.Message}");
            screen.Warn("Going on with the configuration that the last run recorded.");
            return EnvironmentFile.ParseRecorded(open ?? state.Runs[^1].Opening.Configuration, $"environments/{name}.json", DriverTypes.All);
        }
    }

    private static ReleaseInputs Inputs(IRelease build, EnvironmentOptions options)
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
            Owner = TerminalText.Line($"{System.Environment.UserName}@{System.Environment.MachineName}"),
            Program = Program(),
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

    private static string Program()
    {
        var module = typeof(Surroundings).Module;
        return module.ModuleVersionId.ToString("n");
    }
}
