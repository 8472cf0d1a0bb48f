using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Reflection;
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

    public bool Succeeded(INukeBuild build) => build.IsSucceeding && !WasInterrupted(build);

    /// <summary>As in "Build failed on …".</summary>
    public string Outcome(INukeBuild build)
        => WasInterrupted(build) ? "was interrupted" : build.IsSucceeding ? "succeeded" : "failed";

    private async Task<int> Go<T>(Expression<Func<T, Target>>[] defaults)
        where T : NukeBuild, new()
    {
        var properties = TargetDiscovery.Properties(typeof(T));
        var table = ParameterTable.Of(typeof(T));
        var asked = ReadParameters(table, properties);
        if (Options.Help || _problems.Count == 0)
        {
            var build = Create<T>(table);
            var targets = TargetDiscovery.Targets(build, properties);
            foreach (var expression in defaults)
            {
                targets.Find(target => target.Name == TargetDiscovery.NameOf(Reading.MemberOf(expression)))!.IsDefault = true;
            }

            return await Run(build, table, targets, asked);
        }

        throw new UsageFailure(_problems);
    }

    private async Task<int> Run(NukeBuild build, ParameterTable table, List<ExecutableTarget> targets, List<string> asked)
    {
        if (Options.Help)
        {
            HelpText.Write(Surroundings.Out, targets, table, build);
            return 0;
        }

        var invoked = asked.Count > 0 ? Named(targets, asked) : targets.FindAll(static target => target.IsDefault);
        var skip = Options.Skip is null ? null : Named(targets, Options.Skip);
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
            ThrowIfWrong();
        }

        build.OnBuildInitialized();
        var executor = new TargetExecutor(this, build);
        executor.MarkSkipped(skip);
        if (Options.Plan)
        {
            HelpText.WritePlan(Surroundings.Out, plan);
            return 0;
        }

        _problems.AddRange(Requirements.Missing(build, table, build.ScheduledTargets));
        ThrowIfWrong();
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
        return ExitCodeOf(build);
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

    private List<string> ReadParameters(ParameterTable table, List<PropertyInfo> properties)
    {
        var names = properties.ConvertAll(TargetDiscovery.NameOf);
        var sources = new ParameterSources(table, _problems);
        Parameters = sources.Values;
        var line = CommandLine.Parse(
            Surroundings.Arguments, sources.ArityOf, word => names.Exists(name => Names.Key(name) == Names.Key(word)), _problems);
        sources.AddCommandLine(line);
        sources.AddEnvironment(Surroundings.Variables);
        Root = RootFolder.Find(Parameters.Single("root"), Surroundings.WorkingDirectory);
        var profiles = Split(Parameters.Words("profile") ?? []);
        sources.AddFiles(Root, profiles);
        sources.CheckTypes();
        Options = new GraphOptions
        {
            Plan = Switch("plan"),
            Help = Switch("help"),
            NoLogo = Switch("nologo"),
            Strict = table.Find("strict").Count == 0 && Switch("strict"),
            Profiles = [.. profiles],
            Skip = Parameters.Words("skip") is { } skip ? Split(skip) : null,
            Verbosity = VerbosityNamed(Parameters.Single("verbosity")),
            Partition = PartitionNamed(Parameters.Single("partition")),
        };
        Host = HostNamed(Parameters.Single("host")) ?? Host;
        if (Parameters.Has("continue"))
        {
            _problems.Add("--continue is refused: a list of names does not say what happened outside. "
                + "Run the Resume target, which reads the journal.");
        }

        foreach (var secret in table.All.Where(static parameter => parameter.IsSecret))
        {
            foreach (var word in Parameters.Words(secret.Key) ?? [])
            {
                _masker.Add(word);
            }
        }

        // Standard output then belongs to the targets: one document for a program, nothing of the graph's own.
        if (table.Find("json") is [{ IsSwitch: true } json, ..] && Parameters.ValueOf(json) is true)
        {
            PrintTo(Surroundings.Error, Surroundings.ErrorTakesColours);
        }

        Log.Verbosity = Options.Verbosity;
        var asked = line.Targets.Concat(Split(line.Given.GetValueOrDefault("target") ?? [])).ToList();
        return asked.Count > 0 ? asked : Split(Parameters.Words("target") ?? []);
    }

    private T Create<T>(ParameterTable table)
        where T : NukeBuild, new()
    {
        SerilogSink.InstallWhenLoaded();
        var build = new T { NoLogo = Options.NoLogo };
        foreach (var parameter in table.All.SelectMany(parameter => table.Find(parameter.Key)))
        {
            if (!parameter.Member.DeclaringType!.IsInterface && Parameters.ValueOf(parameter) is { } value)
            {
                Injection.Set(parameter.Member, build, value);
            }
        }

        IEnumerable<OtherInjection> others = table.OtherInjections.Count > 1
            ? table.OtherInjections.OrderByDescending(static other => other.Attribute.Priority)
            : table.OtherInjections;
        foreach (var other in others)
        {
            if (other.Attribute.TryGetValue(other.Member, build) is { } value)
            {
                Injection.Set(other.Member, build, value);
            }
        }

        build.OnBuildCreated();
        return build;
    }

    private List<ExecutableTarget> Named(List<ExecutableTarget> targets, IReadOnlyList<string> names)
    {
        var found = new List<ExecutableTarget>();
        foreach (var name in names)
        {
            var target = targets.Find(target => Names.Key(target.Name) == Names.Key(name));
            if (target is not null)
            {
                found.Add(target);
                continue;
            }

            var known = targets.Where(static target => target.Listed).Select(static target => target.Name).ToList();
            var nearest = Names.Nearest(name, known) is { } near ? $" Did you mean {near}?" : "";
            _problems.Add($"There is no target {name}.{nearest} Targets: {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
        }

        return found;
    }

    private bool Switch(string key)
    {
        switch (Parameters.Single(key))
        {
            case null:
                return false;
            case var text when bool.TryParse(text, out var on):
                return on;
            default:
                _problems.Add($"--{key}: '{Parameters.Single(key)}' ({Parameters.Origin(key)}) is not valid; expected true or false.");
                return false;
        }
    }

    private Verbosity VerbosityNamed(string? name)
    {
        if (name is null)
        {
            return Verbosity.Normal;
        }

        if (ValueConversion.TryConvert([name], typeof(Verbosity), out var value, out var expected))
        {
            return (Verbosity)value!;
        }

        _problems.Add($"--verbosity: '{name}' is not valid; expected {expected}.");
        return Verbosity.Normal;
    }

    private CI.Partition PartitionNamed(string? text)
    {
        if (text is null || CI.Partition.Parse(text) is not { } partition)
        {
            if (text is not null)
            {
                _problems.Add($"--partition: '{text}' is not valid; expected part and total, as 2/3.");
            }

            return CI.Partition.Single;
        }

        return partition;
    }

    private Host? HostNamed(string? name)
    {
        switch (Names.Key(name ?? ""))
        {
            case "":
                return null;
            case "terminal":
                return new Terminal();
            case "githubactions":
                return new GitHub();
            default:
                _problems.Add($"--host: '{name}' is not valid; expected Terminal or GitHubActions.");
                return null;
        }
    }

    private static List<string> Split(IReadOnlyList<string> words)
        => [.. words.SelectMany(static word => word.Split(['+', ','], StringSplitOptions.RemoveEmptyEntries))];

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

        Console.Line("Nothing was run. See --help for targets and parameters.");
        return WrongUsage;
    }

    [MemberNotNull(nameof(Console), nameof(Log))]
    private void PrintTo(TextWriter writer, bool colours)
    {
        Console = new RunConsole(writer, colours, _masker);
        Log = new RunLog(Console, Surroundings.Clock) { Verbosity = Options.Verbosity };
    }
}
