using Release.Configuration;
using Release.Platforms;
using Release.Runs;

namespace Release.Planning;

/// <summary>
/// Lays out the steps of every kind of run. Pure but for the steps' own looks: the same inputs give the same plan on
/// every machine, and so the same identity and the same keys.
/// </summary>
public sealed class Planner(
    EnvironmentOptions options,
    string configuration,
    IPlatform platform,
    ITrafficRouter router,
    ISourceRepository repository,
    IReadOnlyList<IBackupMethod> backups)
{
    /// <summary>The step that pushes the release's tag: Promote's last.</summary>
    public const string PushTag = "push-tag";

    private const int LongestName = 100;

    /// <summary>The plan of a run that was opened so, whatever its kind.</summary>
    /// <param name="opening">What it was opened with; its plan hash is not looked at.</param>
    public ReleasePlan Of(RunOpening opening) => opening.Kind switch
    {
        RunKind.Release when opening.Stable is null => Deploy(opening.Target, Phases.Bootstrap),
        RunKind.Release => Canary(opening.Stable, opening.Target),
        RunKind.Rollback when opening.Undoes is null => Switch(opening.Target, opening.Stable!),
        RunKind.Rollback => Rollback(opening.Target, opening.Stable!),
        RunKind.Down => Down(opening.Target),
        RunKind.Up => Deploy(opening.Target, Phases.Up),
        RunKind.Adopt => new ReleasePlan([], opening.Target, configuration),
        RunKind.Restore => Restore(opening.Restores!, opening.Target),
        RunKind.Fix => Fix(opening.Fixes!, opening.Target, opening.Stable!),
        _ => throw new InvalidDataException($"'{opening.Kind}' is not a kind of run that this version knows."),
    };

    /// <summary>The name of the tag of a release.</summary>
    public string TagName(string version) => $"release/{options.Name}/{Short(version)}";

    /// <summary>
    /// The tag on what runs before a release: a rollback tag on the new commit would bring nothing back. With the commit in
    /// its name, so that no journal that began anew meets another one's tag.
    /// </summary>
    public string RollbackTagName(string version, string commit) => $"rollback/{options.Name}/before-{Short(version)}-{commit[..Math.Min(12, commit.Length)]}";

    // With what is released in its name (instances are named after their run): another run's backup is never taken for this one's.
    private static string BackupName(DeployedRelease target) =>
        $"before-{Short(target.Version).Replace('=', '-').Replace(',', '-')}-{Identity.Of(target.Instances.Select(i => i.Id))[..8]}";

    // Many services with versions of their own make a name that is longer than a tag's may be.
    private static string Short(string version) => version.Length <= LongestName ? version : $"{version[..LongestName]}-{Identity.Of(version)[..12]}";

    private ReleasePlan Canary(DeployedRelease stable, DeployedRelease target)
    {
        var (steps, brought) = (new List<PlannedStep>(), target with { Instances = target.Beside(stable) });
        if (options.Backup.Any(b => b is GitBackupOptions) && stable.Commit is { } running)
        {
            var message = $"What ran in {options.Name} before {target.Version}: {stable.Version}";
            steps.Add(new(Phases.Backup, null, repository.Tag("tag-rollback-point", RollbackTagName(target.Version, running), running, message)));
        }

        steps.AddRange(backups.SelectMany(b => b.Take(BackupName(target))).Select(s => new PlannedStep(Phases.Backup, null, s)));
        if (options.Tag.Enabled && target.Commit is { } commit)
        {
            var message = $"Release {target.Version} to {options.Name}";
            steps.Add(new(Phases.Tag, null, repository.Tag("tag-release", TagName(target.Version), commit, message), KeptBy: PushTag));
        }

        steps.AddRange(ForEach(brought, Phases.Canary, (service, instance) =>
        [
            platform.Prepare($"prepare-{service.Name}", instance.Artefact),
            .. platform.Configure(instance, service),
            .. stable.Of(service.Name) is null ? router.SetUp(service) : [],
            platform.Start($"start-candidate-{service.Name}", instance, service),
            .. stable.Of(service.Name) is null ? [] : router.Expose(service),
        ]));
        foreach (var share in options.Shares)
        {
            // A service that is new has no other version to share with: it gets everything in the last step.
            steps.AddRange(ForEach(brought, PhaseOf(share), (service, instance) => share < 100 && stable.Of(service.Name) is null ? [] :
                [router.Shift(ShiftId(service, share), service, stable.Of(service.Name)?.Id, instance.Id, new Percent(share))]));
        }

        steps.AddRange(ForEach(brought, Phases.Promote, (service, _) => stable.Of(service.Name) is null ? [] : router.Cover(service)));
        if (options.Tag is { Enabled: true, Remote: { } remote } && target.Commit is not null)
        {
            steps.Add(new(Phases.Promote, null, repository.Push(PushTag, TagName(target.Version), remote)));
        }

        return new ReleasePlan(steps, target, configuration);
    }

    /// <summary>The id of a traffic step.</summary>
    public static string ShiftId(ServiceOptions service, int share) => $"shift-traffic-{service.Name}-{share}";

    /// <summary>Whether a step gives a share of a service's traffic.</summary>
    internal static bool IsShiftOf(string step, string service) =>
        step.StartsWith($"shift-traffic-{service}-", StringComparison.Ordinal) && int.TryParse(step.AsSpan($"shift-traffic-{service}-".Length), out _);

    /// <summary>The phase that takes a traffic step: the first is the canary's.</summary>
    public string PhaseOf(int share) => share == options.Shares[0] ? Phases.Canary : Phases.Promote;

    /// <summary>The step that stops a version that was kept after a promotion, when it is due.</summary>
    public PlannedStep Retire(Instance instance)
    {
        var name = instance.Artefact.Service;
        var service = options.Services.FirstOrDefault(s => s.Name == name) ?? new ServiceOptions { Name = name };
        return new(Phases.Retire, service.Name, platform.Retire(RetireId(instance), instance, service));
    }

    /// <summary>
    /// The steps that bring what serves into the place that its platform keeps for it; none where it serves from where it was
    /// started, or where the configuration has no such service any more.
    /// </summary>
    public IReadOnlyList<PlannedStep> Settle(Instance instance, string phase = Phases.Retire)
    {
        var service = options.Services.FirstOrDefault(s => s.Name == instance.Artefact.Service);
        return service is null || platform.Settle(instance, service) is not { } way ? [] :
        [
            new(phase, service.Name, way.TakeOver),
            new(phase, service.Name, router.Shift(SettleTrafficId(instance), service, null, way.Place, Percent.Full)),
            new(phase, service.Name, way.Clear),
        ];
    }

    /// <summary>The steps that take an instance's share away and stop it.</summary>
    public IReadOnlyList<PlannedStep> Withdraw(Instance instance, DeployedRelease? stable)
    {
        var retire = Retire(instance);
        var service = options.Services.FirstOrDefault(s => s.Name == instance.Artefact.Service);
        return service is null || stable?.Of(service.Name) is not { } serving
            ? [retire]
            : [new(Phases.Retire, service.Name, router.Shift(WithdrawId(instance), service, serving.Id, instance.Id, Percent.Zero)), retire];
    }

    /// <summary>The id of the step that takes the share of an instance away.</summary>
    public static string WithdrawId(Instance instance) => $"withdraw-{instance.Artefact.Service}";

    /// <summary>The id of the step that gives an instance's traffic to the place that is kept for it.</summary>
    public static string SettleTrafficId(Instance instance) => $"settle-traffic-{instance.Id.Replace('.', '-').ToLowerInvariant()}";

    /// <summary>The id of the step that retires an instance.</summary>
    public static string RetireId(Instance instance) => $"retire-{instance.Id.Replace('.', '-').ToLowerInvariant()}";

    // The first deployment, and the recorded version after Down: there is no other version beside it.
    private ReleasePlan Deploy(DeployedRelease target, string phase) => new(
        [.. ForEach(target, phase, (service, instance) =>
        [
            platform.Prepare($"prepare-{service.Name}", instance.Artefact),
            .. router.SetUp(service),
            platform.Start($"start-stable-{service.Name}", instance, service),
            router.Shift(ShiftId(service, 100), service, null, instance.Id, Percent.Full),
        ]).DistinctBy(s => s.Step.Id)],
        target,
        configuration);

    // Traffic first for every service, then the versions that are taken down. A router that is ours is started if it died.
    // A service that the run to undo did not bring serves as it is.
    private ReleasePlan Rollback(DeployedRelease target, DeployedRelease replaced) => new(
        [
            .. ForEach(target with { Instances = target.Beside(replaced) }, Phases.Rollback, (service, instance) =>
            [
                .. router.SetUp(service),
                platform.Start($"start-stable-{service.Name}", instance, service),
                .. replaced.Of(service.Name) is { } other
                    ? [router.Shift($"return-traffic-{service.Name}", service, instance.Id, other.Id, Percent.Zero)]
                    : Array.Empty<IStep>(),
            ]).DistinctBy(s => s.Step.Id),
            .. ForEach(replaced with { Instances = replaced.Beside(target) }, Phases.Rollback, (service, instance) => [platform.Retire($"retire-{service.Name}", instance, service)]),
            .. target.Beside(replaced).SelectMany(i => Settle(i, Phases.Rollback)),
        ],
        target,
        configuration);

    // To any version of old: it may have to be fetched and started, and serves as one, so all of it is there before any
    // traffic moves. What runs already is found so.
    private ReleasePlan Switch(DeployedRelease target, DeployedRelease replaced) => new(
        [
            .. ForEach(target, Phases.Rollback, (service, instance) =>
            [
                platform.Prepare($"prepare-{service.Name}", instance.Artefact),
                .. router.SetUp(service),
                platform.Start($"start-stable-{service.Name}", instance, service),
            ]).DistinctBy(s => s.Step.Id),
            .. ForEach(target, Phases.Rollback, (service, instance) =>
                [replaced.Of(service.Name) is { } other && other.Id != instance.Id
                    ? router.Shift($"return-traffic-{service.Name}", service, instance.Id, other.Id, Percent.Zero)
                    : router.Shift($"return-traffic-{service.Name}", service, null, instance.Id, Percent.Full)]),
            .. ForEach(replaced, Phases.Rollback, (service, instance) => target.Instances.Any(i => i.Id == instance.Id) ? [] :
                [platform.Retire($"retire-{service.Name}", instance, service)]),
            .. target.Beside(replaced).SelectMany(i => Settle(i, Phases.Rollback)),
        ],
        target,
        configuration);

    private ReleasePlan Restore(RestoreOrder order, DeployedRelease serving) => new(
        [.. (backups.OfType<IRestorableBackup>().FirstOrDefault(b => b.Id == order.Method) ?? throw new ReleaseException(
            ExitStatus.Open,
            $"The backup method {order.Method}, of which this run restores, is not in the configuration of {options.Name} any more.",
            "Put it back into the configuration and run the command again.")).Restore(order).Select(s => new PlannedStep(Phases.Restore, null, s))],
        serving,
        configuration);

    /// <summary>The id of the step that starts an instance in the place of one of the same version.</summary>
    public static string StartAnewId(Instance instance) => $"start-anew-{instance.Artefact.Service}";

    // A restart where the platform can have both: the new one is healthy before it gets traffic, and the old one has none when
    // it is stopped. All of that can be undone. Else in place.
    private ReleasePlan Fix(FixOrder order, DeployedRelease target, DeployedRelease stable) => new(
        [.. ForEach(target with { Instances = [target.Of(order.Service)!] }, Phases.Fix, (service, instance) => order.Kind switch
        {
            FixKind.RestartService when stable.Of(service.Name) is { } old && old.Id != instance.Id =>
            [
                .. platform.Configure(instance, service),
                platform.Start(StartAnewId(instance), instance, service),
                router.Shift($"restart-traffic-{service.Name}", service, old.Id, instance.Id, Percent.Full),
                platform.Retire($"retire-{service.Name}", old, service),
            ],
            FixKind.RestartService when platform.Restart($"restart-{service.Name}", instance, service, order) is { } restart => [restart],
            FixKind.ScaleService when platform.Scale($"scale-{service.Name}", instance, service, order) is { } way =>
            [
                router.Shift($"gather-traffic-{service.Name}", service, null, way.Stays, Percent.Full),
                way.Step,
                router.Shift($"spread-traffic-{service.Name}", service, null, instance.Id, Percent.Full),
            ],
            FixKind.RestartService or FixKind.ScaleService or _ => throw new ReleaseException(
                ExitStatus.Open,
                $"The platform {options.Platform.Type} of {options.Name} cannot carry out {order.Text}, for which this run was opened.",
                "Put the platform of that time back into the configuration and run the command again."),
        })],
        target,
        configuration);

    private ReleasePlan Down(DeployedRelease running) => new(
        [
            .. Steps(running, Phases.Down, (service, _) => router.TakeDown(service)).DistinctBy(s => s.Step.Id),
            .. running.Instances.Select(i => Retire(i) with { Phase = Phases.Down }),
        ],
        running,
        configuration);

    private IEnumerable<PlannedStep> ForEach(
        DeployedRelease release, string phase, Func<ServiceOptions, Instance, IReadOnlyList<IStep>> steps) =>
        release.Instances.FirstOrDefault(i => options.Services.All(s => s.Name != i.Artefact.Service)) is { } unknown
            ? throw new ReleaseException(
                ExitStatus.Open,
                $"{unknown.Artefact.Service} {unknown.Artefact.Version} is recorded in {options.Name}, but the configuration has no such service any more: it would be passed over in silence.",
                "Put the service back into the configuration and run the command again.")
            : Steps(release, phase, steps);

    private IEnumerable<PlannedStep> Steps(
        DeployedRelease release, string phase, Func<ServiceOptions, Instance, IReadOnlyList<IStep>> steps) =>
        from service in options.Services
        let instance = release.Of(service.Name)
        where instance is not null
        from step in steps(service, instance)
        select new PlannedStep(phase, service.Name, step);
}
