#nullable disable
using System.Linq.Expressions;
using System.Reflection;
using Nuke.Common.CI;
using Nuke.Common.Execution;
using Nuke.Common.IO;
using Nuke.Common.Tooling;
using Nuke.Common.ValueInjection;

namespace Nuke.Common;

public abstract class NukeBuild : INukeBuild
{
    private readonly BuildRun _run;

    protected NukeBuild() => _run = BuildRun.Current;

    public IReadOnlyCollection<ExecutableTarget> ExecutionPlan { get; set; } = [];

    [Parameter("List of targets to be invoked. Default is '{default_target}'.", Name = "Target", Separator = "+")]
    public IReadOnlyCollection<ExecutableTarget> InvokedTargets => Where(static target => target.Invoked);

    [Parameter("List of targets to be skipped. Empty list skips all dependencies.", Name = "Skip", Separator = "+")]
    public IReadOnlyCollection<ExecutableTarget> SkippedTargets => In(ExecutionStatus.Skipped);

    public IReadOnlyCollection<ExecutableTarget> ScheduledTargets => In(ExecutionStatus.Scheduled);
    public IReadOnlyCollection<ExecutableTarget> RunningTargets => In(ExecutionStatus.Running);
    public IReadOnlyCollection<ExecutableTarget> AbortedTargets => In(ExecutionStatus.Aborted);
    public IReadOnlyCollection<ExecutableTarget> FailedTargets => In(ExecutionStatus.Failed);
    public IReadOnlyCollection<ExecutableTarget> SucceededTargets => In(ExecutionStatus.Succeeded);

    public IReadOnlyCollection<ExecutableTarget> FinishedTargets => Where(static target =>
        target.Status is ExecutionStatus.Succeeded or ExecutionStatus.Failed or ExecutionStatus.Aborted
            or ExecutionStatus.Skipped or ExecutionStatus.Collective);

    [Parameter("Shows the execution plan (HTML).")]
    public bool Plan => _run?.Options.Plan ?? false;

    [Parameter("Shows the help text for this build assembly.")]
    public bool Help => _run?.Options.Help ?? false;

    [Parameter("Disables displaying the NUKE logo.")]
    public bool NoLogo { get; set; }

    /// <summary>Always false: <c>--continue</c> is refused, since a file of target names says nothing about the world.</summary>
    [Parameter("Indicates to continue a previously failed build attempt.")]
    public bool Continue => false;

    [Parameter("Partition to use on CI.", List = false)]
    public Partition Partition => _run?.Options.Partition ?? Partition.Single;

    public bool IsSucceeding => !IsFailing;
    public bool IsFailing => Any(ExecutionStatus.Failed) || Any(ExecutionStatus.Aborted);
    public bool IsFinished => !Any(ExecutionStatus.Scheduled) && !Any(ExecutionStatus.Running);

    /// <summary>Overrides the exit code; a failed or interrupted run never exits 0, whatever is set here.</summary>
    public int? ExitCode { get; set; }

    [Parameter("Root directory during build execution.", Name = "Root")]
    public static AbsolutePath RootDirectory => BuildRun.Current?.Root ?? RootFolder.Find(null, Environment.CurrentDirectory);

    public static AbsolutePath TemporaryDirectory => RootDirectory / ".nuke" / "temp";

    /// <summary>Null in a single-file program.</summary>
    public static AbsolutePath BuildAssemblyFile => RootFolder.AssemblyFile;

    public static AbsolutePath BuildAssemblyDirectory => AppContext.BaseDirectory;

    /// <summary>Always null, as the real one is under <c>UseArtifactsOutput</c>.</summary>
    public static AbsolutePath BuildProjectDirectory => null;

    /// <summary>Always null, as the real one is under <c>UseArtifactsOutput</c>.</summary>
    public static AbsolutePath BuildProjectFile => null;

    [Parameter("Logging verbosity during build execution. Default is 'Normal'.")]
    public static Verbosity Verbosity
    {
        get => BuildRun.Current?.Log.Verbosity ?? Verbosity.Normal;
        set => BuildRun.Current?.Log.Verbosity = value;
    }

    [Parameter("Host for execution. Default is 'automatic'.")]
    public static Host Host
    {
        get => BuildRun.Current?.Host;
        set => BuildRun.Current?.Host = value;
    }

    [Parameter("Defines the profiles to load.", Name = "Profile")]
    public static string[] LoadedLocalProfiles => BuildRun.Current?.Options.Profiles ?? [];

    public static bool IsLocalBuild => Host is null or Terminal;
    public static bool IsServerBuild => !IsLocalBuild;

    AbsolutePath INukeBuild.RootDirectory => RootDirectory;
    AbsolutePath INukeBuild.TemporaryDirectory => TemporaryDirectory;
    AbsolutePath INukeBuild.BuildAssemblyFile => BuildAssemblyFile;
    AbsolutePath INukeBuild.BuildAssemblyDirectory => BuildAssemblyDirectory;
    AbsolutePath INukeBuild.BuildProjectDirectory => BuildProjectDirectory;
    AbsolutePath INukeBuild.BuildProjectFile => BuildProjectFile;
    Verbosity INukeBuild.Verbosity => Verbosity;
    Host INukeBuild.Host => Host;
    bool INukeBuild.IsLocalBuild => IsLocalBuild;
    bool INukeBuild.IsServerBuild => IsServerBuild;
    BuildRun INukeBuild.Run => _run;

    public void ReportSummary(Configure<Dictionary<string, string>> configurator = null)
    {
        var target = _run?.Log.Target;
        if (target is null)
        {
            return;
        }

        target.SummaryInformation.Clear();
        foreach (var (key, value) in configurator?.Invoke([]) ?? [])
        {
            target.SummaryInformation[key] = value;
        }
    }

    T INukeBuild.TryGetValue<T>(Expression<Func<T>> parameterExpression)
        where T : class
        => (T)ValueOf(parameterExpression);

    T INukeBuild.TryGetValue<T>(Expression<Func<object>> parameterExpression)
        => ValueOf(parameterExpression) is T value ? value : default;

    /// <summary>Runs the graph on this process's arguments, environment, console and signals.</summary>
    /// <returns>0 done, 1 failed, 2 wrong usage (nothing ran), 130 or 143 interrupted, or what <see cref="ExitCode"/> says.</returns>
    protected static int Execute<T>(params Expression<Func<T, Target>>[] defaultTargetExpressions)
        where T : NukeBuild, new()
        => ProcessEntry.Execute(defaultTargetExpressions);

    protected internal virtual void OnBuildCreated()
    {
    }

    protected internal virtual void OnBuildInitialized()
    {
    }

    protected internal virtual void OnBuildFinished()
    {
    }

    protected internal virtual void OnTargetRunning(string target)
    {
    }

    protected internal virtual void OnTargetSkipped(string target)
    {
    }

    protected internal virtual void OnTargetSucceeded(string target)
    {
    }

    protected internal virtual void OnTargetFailed(string target)
    {
    }

    private object ValueOf(LambdaExpression expression)
    {
        var member = Reading.MemberOf(expression);
        var attribute = member.GetCustomAttribute<ValueInjectionAttributeBase>()
            ?? throw new BuildFailure($"{member.DeclaringType?.Name}.{member.Name} is read with TryGetValue "
                + "but has no [Parameter] or other injecting attribute.");
        return attribute.TryGetValue(member, this);
    }

    private List<ExecutableTarget> In(ExecutionStatus status) => Where(target => target.Status == status);

    private bool Any(ExecutionStatus status) => In(status).Count > 0;

    private List<ExecutableTarget> Where(Func<ExecutableTarget, bool> matches)
    {
        var found = new List<ExecutableTarget>();
        foreach (var target in ExecutionPlan)
        {
            if (matches(target))
            {
                found.Add(target);
            }
        }

        return found;
    }
}
