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
using Release.Runbooks;
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

    public static async Task<Surroundings> Open(IRelease build, Purpose purpose, bool isAgain = false)
    {
        var (root, name) = ((string)build.RootDirectory, build.Env);
        var mask = new SecretMask();
        var screen = ConsoleScreen.Create(mask);
        var clock = SystemClock.Instance;
        RefuseNowhere(root);
        var (state, copy) = (Path.Combine(root, ".release", name), JournalPlace.CopyOf(root, name, clock, screen.Warn));
        var isKnown = EnvironmentFile.IsName(name) && (File.Exists(Path.Combine(state, "journal.jsonl")) || File.Exists(copy?.Path));
        var worksWithoutFile = isKnown && (purpose is Purpose.Rollback || !Directory.Exists(Path.Combine(root, EnvironmentFile.Folder)));
        if (!EnvironmentFile.Names(root).Contains(name) && !worksWithoutFile)
        {
            _ = EnvironmentFile.Load(root, name, DriverTypes.All); // says which environments there are
        }

        if (purpose is not Purpose.Look)
        {
            _ = OwnProgram.Digest(); // A run records it: it is computed beside what comes before.
            RefuseVanishingJournal(build, purpose, screen);
        }

        var (journal, away) = purpose is Purpose.Rollback && build.BreakGlass
            ? await JournalPlace.BreakGlass(state, name, copy, clock, screen)
            : (new FileJournalStore(state, name, clock, LocalProcess.Current()) { Copy = copy }, null);
        var inForce = new ConfigurationInForce(build, purpose, isAgain ? null : screen) { WorksWithoutFile = worksWithoutFile };
        var configuration = await inForce.Find(journal);
        var tool = new Tool(clock, mask);
        Placeholders? values = null;
        var context = new DriverContext(root, name, tool, clock, screen.Passing) { Resolve = text => values!.Resolve(text), Services = configuration.Options.Services, Platform = configuration.Options.Platform, Backups = configuration.Options.Backup, BackupsInUse = token => UsedBackups.Of(journal, token) };
        var drivers = DriverCatalog.Create(configuration.Options.Platform, configuration.Options.Traffic, context);
        var endpoints = new EndpointNames(drivers.Router);
        var placeholders = new Placeholders(new PlaceholderSources { Root = root, Named = endpoints.Named, Warn = screen.Warn, PlaceOf = configuration.PlaceOf }, mask);
        values = placeholders;
        var probes = DriverCatalog.CreateProbes(context);
        var inputs = Inputs(build, configuration.Options, purpose) with { StoreAway = away };
        var asked = inputs.Version is { } version ? AskedVersions.Of(version, configuration.Options.Services) : null;
        var metrics = DriverCatalog.CreateMetrics(configuration.Options.Gate, context);
        var ports = new EnvironmentPorts
        {
            Journal = journal,
            Leases = journal,
            Tenders = new FileTenders(state, clock, LocalProcess.Current()),
            Platform = drivers.Platform,
            Router = drivers.Router,
            Metrics = metrics,
            Alerts = metrics as Watching.IAlertSource,
            Notifiers = DriverCatalog.CreateNotifiers(configuration.Options.Notify, context),
            Shown = mask.ShownLine,
            Backups = DriverCatalog.CreateBackups(configuration.Options.Backup, context),
            Repository = new SourceRepository(new GitRepository(tool, root)),
            Traffic = new SyntheticTrafficGenerator(clock, screen),
            Evidence = new EvidenceFolder(Path.Combine(root, configuration.Options.Evidence.Path, name)),
            Probe = (options, address, brought) => endpoints.Before(probes.Create(options, new ProbeContext
            {
                Root = root,
                BaseAddress = address,
                Placeholders = placeholders,
                Mask = mask,
                Tool = tool,
                Time = clock,
                Releasing = service => brought is null ? asked?.Of(service) : brought.FirstOrDefault(i => i.Artefact.Service == service)?.Artefact.Version,
            })),
            Clock = clock,
        };
        var environment = new ReleaseEnvironment(configuration.Options, configuration.Source, ports, screen, inputs) { Runbook = configuration.Runbook };
        if (purpose is not Purpose.Rollback && environment.Runbook is { } runbook)
        {
            try
            {
                RunbookFile.RequireSteps(runbook, StepNames.Of(environment));
            }
            catch (ConfigurationException wrong) when (inForce.HasOpenRun || purpose is Purpose.Look)
            {
                // Only what opens a run is refused: whoever looks, or has to end one, is told.
                screen.Warn(wrong.Message);
            }
        }

        return new(environment) { Drivers = context };
    }

    private static ReleaseInputs Inputs(IRelease build, EnvironmentOptions options, Purpose purpose)
    {
        // A rollback heeds neither faults nor a version to release, so a wrong one in the job's variables is not in its way.
        var isRollback = purpose is Purpose.Rollback;
        var faults = isRollback ? [] : build.Fault ?? [];
        if (faults.Length > 0 && options.Platform is not ProcessPlatformOptions)
        {
            throw new ReleaseException(ExitStatus.Usage, $"--fault is for the embedded environment only; {options.Name} runs on {options.Platform.Type}.", "Leave it out.");
        }

        Faults.Validate(faults);
        return new ReleaseInputs
        {
            Version = !isRollback && build.Version is { } version ? Versions.Require(version, options.Services) : null,
            To = isRollback && build.To is { } to ? Versions.Require(to, options.Services, "--to") : null,
            ChangeTicket = TerminalText.Line(build.ChangeTicket ?? ""),
            Reason = (isRollback && build.BreakGlass ? "break-glass: " : "") + TerminalText.Line(build.Reason ?? ""),
            Faults = faults,
            AcceptJournal = build.AcceptJournal,
            Emergency = build.Emergency,
            Owner = OwnerName.Current,
            Program = "",
            Digesting = purpose is Purpose.Look ? null : OwnProgram.Digest(),
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
