using Release.Configuration;
using Release.Planning;
using Release.Runs;

namespace Release.Views;

/// <summary>
/// What a person sees of a run that is under way: drawn from the fold of its journal, its plan and its configuration, and
/// from nothing else (invariant 5). Its texts are as they came: whoever shows them filters and masks them.
/// </summary>
/// <param name="Environment">The environment's name.</param>
/// <param name="Run">The run's number.</param>
/// <param name="Title">What it does: <c>release 1.1.0, 1.0.0 serves</c>.</param>
/// <param name="StartedAt">When it was opened.</param>
/// <param name="IsOver">Whether it was closed.</param>
/// <param name="GoesBack">Why it is being undone; null while it goes forward.</param>
/// <param name="Phases">Every phase up to the one that was asked for, in order.</param>
/// <param name="Gates">One per service that is judged; empty before the candidate has traffic.</param>
/// <param name="Next">What comes after the running phase, in order.</param>
/// <param name="HowToStop">Each way of stopping it, and what it does.</param>
public sealed record RunPicture(
    string Environment,
    string Run,
    string Title,
    DateTimeOffset StartedAt,
    bool IsOver,
    string? GoesBack,
    IReadOnlyList<PhasePicture> Phases,
    IReadOnlyList<GatePicture> Gates,
    IReadOnlyList<string> Next,
    IReadOnlyList<(string How, string What)> HowToStop)
{
    /// <summary>Gets the steps whose outcome is awaited now.</summary>
    public IEnumerable<StepPicture> Active => Phases.SelectMany(p => p.Steps).Where(s => s.IsActive);

    /// <summary>Draws a run.</summary>
    /// <param name="run">Its fold.</param>
    /// <param name="plan">What it changes.</param>
    /// <param name="environment">Where.</param>
    public static RunPicture Of(RunState run, ReleasePlan plan, ReleaseEnvironment environment)
    {
        var goesBack = run.GoesBack && run.Outcome is null;
        var phases = PhasePicture.Of(run, plan);
        return new(
            environment.Name,
            run.Id,
            TitleOf(run.Opening),
            run.StartedAt,
            run.Outcome is not null,
            goesBack ? run.Reason : null,
            phases,
            IsJudged(run) ? [.. environment.Options.Services.Select(s => GatePicture.Of(run, s.Name, environment.Options)).OfType<GatePicture>()] : [],
            goesBack ? [] : NextOf(run, phases, environment.Options.Shares),
            HowToStopIt(run, environment, goesBack));
    }

    private static bool IsJudged(RunState run) => run is { IsPromoted: false, Outcome: null, GoesBack: false } && run.CandidateHasTraffic;

    private static string TitleOf(RunOpening opening) => opening.Kind switch
    {
        RunKind.Release when opening.Stable is { } stable => $"release {opening.Target.Version}, {stable.Version} serves",
        RunKind.Release => $"first deployment, {opening.Target.Version}",
        RunKind.Rollback => $"rollback of {opening.Stable?.Version} to {opening.Target.Version}",
        RunKind.Down => "stopping everything",
        RunKind.Up => $"starting {opening.Target.Version} again",
        RunKind.Adopt => $"recording {opening.Target.Version} as stable",
        RunKind.Restore => $"restoring the backup {opening.Restores?.Backup ?? opening.Restores?.Aside}",
        RunKind.Fix => $"{opening.Fixes?.Text}, {opening.Target.Version} serves",
        _ => throw new InvalidDataException($"'{opening.Kind}' is not a kind of run that this version knows."),
    };

    private static List<string> NextOf(RunState run, IReadOnlyList<PhasePicture> phases, IReadOnlyList<int> planned)
    {
        var shares = run.Opening is { Kind: RunKind.Release, IsFirst: false } && !run.IsPromoted
            ? planned.Where(s => !run.Steps.Any(step => step.IsBegun && step.Id.EndsWith($"-{s}", StringComparison.Ordinal) && step.Id.StartsWith("shift-traffic-", StringComparison.Ordinal)))
            : [];
        var next = phases.Where(p => p.Status is PhasePicture.ToCome).Select(p => p.Name).ToList();
        var rest = string.Join(", ", shares.Select(s => $"{s} %"));
        if (rest.Length == 0)
        {
            return next;
        }

        var promote = next.IndexOf(Runs.Phases.Promote);
        if (promote >= 0)
        {
            next[promote] += $" ({rest})";
        }
        else
        {
            next.Insert(0, rest);
        }

        return next;
    }

    private static (string How, string What)[] HowToStopIt(RunState run, ReleaseEnvironment environment, bool goesBack)
    {
        var (rollback, resume) = (environment.Command("Rollback"), environment.Command("Resume"));
        if (goesBack || !run.Opening.TurnsBack)
        {
            return [("Ctrl-C twice", $"ends this at once; {rollback} goes on from there")];
        }

        var interrupted = environment.OnInterrupt is InterruptPolicy.Rollback ? "undoes all of it"
            : run.Opening.Stable is { } stable && run.CandidateHasTraffic ? $"traffic back to {stable.Version}; {resume} goes on"
            : $"leaves it open; {resume} goes on";
        return [("Ctrl-C", interrupted), (rollback, "undoes all of it, from any terminal")];
    }
}
