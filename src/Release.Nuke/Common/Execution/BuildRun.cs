using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Reflection;
using Nuke.Common.Completion;
using Nuke.Common.IO;
using Nuke.Common.ValueInjection;
using GitHub = Nuke.Common.CI.GitHubActions.GitHubActions;

namespace Nuke.Common.Execution;

/// <summary>One run of the graph: reads what was asked for, checks all of it, plans, runs, and says how it went.</summary>
internal sealed class BuildRun
{
    public const int Failed = 1;
    public const int WrongUsage = 2;

    private readonly Masker _masker = new();
    private readonly List<string> _problems = [];
    private bool _started;
    private bool _helpHelps = true;

    private BuildRun(Surroundings surroundings)
    {
        Surroundings = surroundings;
        PrintTo(surroundings.Out, surroundings.OutTakesColours);
        Host = GitHub.IsRunning(surroundings.Variables) ? new GitHub() : new Terminal();
        Root = AbsolutePath.Create(surroundings.WorkingDirectory);
    }

    /// <summary>The run of this process. NUKE's static members read from it; one process has one.</summary>
    public static BuildRun? Current { get; private set; }

    public Surroundings Surroundings { get; }
    public TimeProvider Clock => Surroundings.Clock;
    public RunConsole Console { get; private set; }
    public RunLog Log { get; private set; }
    public Host Host { get; set; }
    public AbsolutePath Root { get; private set; }
    public GraphOptions Options { get; private set; } = new();
    public ParameterValues Parameters { get; private set; } = new();

    /// <returns>The exit code of the process.</returns>
    public static async Task<int> Execute<T>(Surroundings surroundings, Expression<Func<T, Target>>[] defaults)
        where T : NukeBuild, new()
    {
        var run = new BuildRun(surroundings);
        Current = run;
        try
        {
            return await run.Go(defaults);
        }
        catch (UsageFailure failure)
        {
            return run.RefuseUsage(failure.Problems);
        }
        catch (OperationCanceledException) when (!run._started && surroundings.Interruption.ExitCode is not 0 and var code)
        {
            await surroundings.Error.WriteLineAsync();
            run.Console.Line("Interrupted; nothing was run.");
            return code;
        }
#pragma warning disable CA1031 // Constructors and definitions are the build's code: what they throw is told in a sentence.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            run.Log.Write(
                Severity.Error,
                run._started ? "The build failed outside of its targets." : "The build could not start; nothing was run.",
                exception.GetBaseException());
            return Failed;
        }
        finally
        {
            Current = null;
        }
    }

    /// <summary>Until it is disposed of, every parameter is as if nobody had given it.</summary>
    public IDisposable NothingGiven()
    {
        var given = Parameters;
        Parameters = new ParameterValues();
        return new Returning(() => Parameters = given);
    }

    // What was asked for by --help and --plan: it goes to standard output, also with --json, and is not coloured.
    private RunConsole Results => new(Surroundings.Out, colours: false, _masker);

    public bool Succeeded(INukeBuild build) => build.IsSucceeding && !WasInterrupted(build);

    /// <summary>As in "Build failed on …".</summary>
    public string Outcome(INukeBuild build)
        => WasInterrupted(build) ? "was interrupted" : build.IsSucceeding ? "succeeded" : "failed";

    private async Task<int> Go<T>(Expression<Func<T, Target>>[] defaults)
        where T : NukeBuild, new()
    {
        var properties = TargetDiscovery.Properties(typeof(T));
        var table = ParameterTable.Of(typeof(T));
        var line = ReadParameters(table, properties);
        if (Options.Completion is { } shell)
        {
            ThrowIfWrong();
            await Surroundings.Out.WriteAsync(CompletionScript.For(shell, table));
            return 0;
        }

        if (!Options.Help)
        {
            ThrowIfWrong();
        }

        var build = Create<T>(table);
        var targets = TargetDiscovery.Targets(build, properties);
        foreach (var expression in defaults)
        {
            targets.Find(target => target.Name == TargetDiscovery.NameOf(Reading.MemberOf(expression)))!.IsDefault = true;
        }

        if (Options.Help)
        {
            new HelpText(Results, Surroundings.Width, table, Parameters, build).Write(targets);
            return 0;
        }

        return Options.GenerateConfiguration is { } file
            ? Generated.Write(this, Results, build, targets, file)
            : await Run(build, table, targets, line);
    }

    private async Task<int> Run(NukeBuild build, ParameterTable table, List<ExecutableTarget> targets, CommandLine line)
    {
        var asked = line.Targets.Concat(GraphOptionReading.Split(line.Given.GetValueOrDefault("target") ?? [])).ToList();
        asked = asked.Count > 0 ? asked : GraphOptionReading.Split(Parameters.Words("target") ?? []);
        var invoked = asked.Count > 0 ? TargetNames.Find(targets, asked, line, _problems) : targets.FindAll(static target => target.IsDefault);
        var skip = Options.Skip is null ? null : TargetNames.Find(targets, Options.Skip, null, _problems);
        if (invoked.Count == 0 && _problems.Count == 0)
        {
            _problems.Add("No target was named, and this build has no default; see --help.");
        }

        ThrowIfWrong();
        invoked.ForEach(static target => target.Invoked = true);
        var plan = ExecutionPlanner.Plan(targets, invoked);
        build.ExecutionPlan = plan;
        if (Options.Strict)
        {
            _problems.AddRange(ExecutionPlanner.Interchangeable(plan)
                .Select(static pair => $"{pair.First.Name} and {pair.Second.Name} have no order; one must depend on the other."));
        }

        _problems.AddRange(SkipGuard.Problems(plan, skip, Options.Reason));
        ThrowIfWrong();
        build.OnBuildInitialized();
        var executor = new TargetExecutor(this, build);
        executor.MarkSkipped(skip);
        if (Options.Plan)
        {
            ShowPlan(plan);
            return 0;
        }

        await Require(build, table);
        if (!Options.NoLogo && !build.NoLogo)
        {
            Host.WriteLogo();
        }

        _started = true;
        await executor.Run();
        build.OnBuildFinished();
        Host.WriteErrorsAndWarnings();
        Host.WriteTargetOutcome(build);
        Host.WriteBuildOutcome(build);
        SchemaFile.Refresh(build, table, targets);
        CompletionValues.Refresh(build, table);
        return ExitCodeOf(build);
    }

    private void ShowPlan(List<ExecutableTarget> plan)
    {
        var entries = PlanView.Of(plan);
        if (!Options.Html)
        {
            PlanView.Write(Results, Surroundings.Width, entries);
            return;
        }

        var command = string.Join(' ', plan.Where(static target => target.Invoked).Select(static target => target.Name));
        var file = NukeBuild.TemporaryDirectory / "plan.html";
        try
        {
            Results.Line(file.WriteAllText(_masker.Apply(PlanPage.Html(command, entries))));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageFailure($"--html: {file} cannot be written: {exception.Message}");
        }
    }

    // At a terminal what is missing is asked for; nowhere else does anybody answer.
    private async Task Require(NukeBuild build, ParameterTable table)
    {
        var missing = Requirements.Find(build, table, build.ScheduledTargets);
        if (missing.Exists(static one => one.Parameter is not null) && Surroundings.Prompt is { } prompt && !Options.NoInput && Host is Terminal)
        {
            var asking = new Asking(prompt, new RunConsole(Surroundings.Error, Surroundings.ErrorTakesColours, _masker), Surroundings.Interruption.Token);
            foreach (var (parameter, words) in await asking.For(missing, build))
            {
                Parameters.Add(parameter.Key, words, "answer", OriginKind.Prompt);
                Keep(parameter);
                Injection.One(build, table, Parameters, parameter.Key);
            }

            missing = Requirements.Find(build, table, build.ScheduledTargets);
        }

        _helpHelps = _problems.Count > 0 || !missing.TrueForAll(static one => one.SpeaksForItself);
        _problems.AddRange(missing.Select(static one => one.ToString()));
        ThrowIfWrong();
    }

    // A secret is one wherever it was given, also where another value won over it.
    private void Keep(BuildParameter parameter)
    {
        foreach (var word in parameter.IsSecret ? Parameters.Everything(parameter.Key) : [])
        {
            _masker.Add(word);
            foreach (var part in parameter.Separated(word))
            {
                _masker.Add(part);
            }
        }
    }

    private int ExitCodeOf(NukeBuild build)
        => Succeeded(build) ? build.ExitCode ?? 0
            : build.ExitCode is { } code and not 0 ? code
            : WasInterrupted(build) ? Surroundings.Interruption.ExitCode
            : Failed;

    // A signal that came when the last target was ending changed nothing: saying otherwise would be a lie.
    private bool WasInterrupted(INukeBuild build)
        => Surroundings.Interruption.ExitCode != 0
            && build.ExecutionPlan.Any(static target =>
                target.Status is ExecutionStatus.NotRun or ExecutionStatus.Aborted or ExecutionStatus.Failed);

    private CommandLine ReadParameters(ParameterTable table, List<PropertyInfo> properties)
    {
        var names = properties.ConvertAll(TargetDiscovery.NameOf);
        var sources = new ParameterSources(table, _problems);
        Parameters = sources.Values;
        var line = CommandLine.Parse(
            Surroundings.Arguments, sources.ArityOf, word => names.Exists(name => Names.Key(name) == Names.Key(word)), _problems);
        sources.AddCommandLine(line);
        sources.AddEnvironment(Surroundings.Variables);
        Root = RootFolder.Find(Parameters.Single("root"), Surroundings.WorkingDirectory);
        if (!Root.DirectoryExists())
        {
            _problems.Add($"--root: there is no folder {Names.Shown(Root)}.");
        }

        var profiles = GraphOptionReading.Split(Parameters.Words("profile") ?? []);
        sources.AddFiles(Root, profiles);
        foreach (var parameter in table.All)
        {
            Keep(parameter);
        }

        sources.CheckTypes();
        var reading = new GraphOptionReading(Parameters, table, _problems);
        Options = reading.Read(profiles);
        Host = reading.Host() switch
        {
            "GitHubActions" => new GitHub(),
            "Terminal" => new Terminal(),
            _ => Host,
        };

        // Standard output then belongs to the targets: one document for a program, nothing of the graph's own.
        if (table.Find("json") is [{ IsSwitch: true } json, ..] && Parameters.ValueOf(json) is true)
        {
            PrintTo(Surroundings.Error, Surroundings.ErrorTakesColours);
        }

        Log.Verbosity = Options.Verbosity;
        return line;
    }

    private T Create<T>(ParameterTable table)
        where T : NukeBuild, new()
    {
        SerilogSink.InstallWhenLoaded();
        var build = new T { NoLogo = Options.NoLogo };
        Injection.All(build, table, Parameters);
        build.OnBuildCreated();
        return build;
    }

    private void ThrowIfWrong()
    {
        if (_problems.Count > 0)
        {
            throw new UsageFailure(_problems);
        }
    }

    private int RefuseUsage(IReadOnlyList<string> problems)
    {
        PrintTo(Surroundings.Error, Surroundings.ErrorTakesColours);
        foreach (var problem in problems)
        {
            Console.Line(problem, Shade.Error);
        }

        if (_helpHelps)
        {
            Console.Line("Nothing was run. See --help for targets and parameters.");
        }

        return WrongUsage;
    }

    [MemberNotNull(nameof(Console), nameof(Log))]
    private void PrintTo(TextWriter writer, bool colours)
    {
        Console = new RunConsole(writer, colours, _masker);
        Log = new RunLog(Console, Surroundings.Clock) { Verbosity = Options.Verbosity };
    }

    private sealed class Returning(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
