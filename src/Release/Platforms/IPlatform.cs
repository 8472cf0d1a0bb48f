using Release.Configuration;
using Release.Runs;

namespace Release.Platforms;

/// <summary>What is released: an immutable thing with an identity.</summary>
/// <param name="Service">The service.</param>
/// <param name="Version">Its version (SemVer 2.0.0).</param>
/// <param name="Digest">What tells it from every other (<c>sha256:…</c>, an image digest, a task definition).</param>
public sealed record Artefact(string Service, string Version, string Digest)
{
    /// <summary>
    /// The member that says <c>true</c> in what the step of <see cref="IPlatform.Prepare"/> saw, where this very artefact is not
    /// there yet and can be had: then a rollback may choose it.
    /// </summary>
    public const string ToBeHad = "toBeHad";
}

/// <summary>A copy of a service to run or that runs.</summary>
/// <param name="Id">Its name, the same on every machine and after every crash (<c>ping-1.2.0-run3</c>).</param>
/// <param name="Artefact">What it runs.</param>
/// <param name="Faults">Faults to inject (the embedded environment only); empty otherwise.</param>
public sealed record Instance(string Id, Artefact Artefact, IReadOnlyList<string> Faults);

/// <summary>What the platform says about an instance.</summary>
public enum Liveness
{
    /// <summary>It runs.</summary>
    Alive,

    /// <summary>It does not: it ended, or was never started.</summary>
    Dead,

    /// <summary>The platform did not answer.</summary>
    Unknown,
}

/// <summary>Where one copy of an instance listens, as two peers see it: a container has one name for the router beside it and another address from here.</summary>
/// <param name="Routed">Host and port as the router reaches it (<c>ping-1.2.0-run3:8080</c>); the same for as long as the copy lives, restarts included.</param>
/// <param name="Reached">Host and port as this program reaches it, for health and metrics (<c>127.0.0.1:4711</c>).</param>
public sealed record InstanceAddress(string Routed, string Reached)
{
    /// <summary>
    /// Gets what else the router may know this copy by: its address in the router's network, and a name that it shares with the
    /// other copies (<c>ping:8080</c>). Nothing is ever sent there; it is how a target from before the first release is recognised.
    /// </summary>
    public IReadOnlyList<string> Also { get; init; } = [];
}

/// <summary>A look at an instance.</summary>
/// <param name="Instance">Its id.</param>
/// <param name="Liveness">Whether it runs.</param>
/// <param name="Addresses">Where it listens: one per copy of a service that is scaled; empty when it never ran.</param>
/// <param name="Detail">One sentence: since when, or how it ended.</param>
public sealed record InstanceView(string Instance, Liveness Liveness, IReadOnlyList<InstanceAddress> Addresses, string Detail)
{
    /// <summary>Gets how often the platform started it again by itself since it was made, over all of its copies; 0 where it never does.</summary>
    public int Restarts { get; init; }

    /// <summary>Gets where this program reaches it, or the first of its copies; null when it never ran.</summary>
    public string? Address => Addresses is [var first, ..] ? first.Reached : null;

    /// <summary>Gets where the router reaches it, or the first of its copies; null when it never ran.</summary>
    public string? RoutedAddress => Addresses is [var first, ..] ? first.Routed : null;

    /// <summary>Gets where the router reaches each of its copies.</summary>
    public IReadOnlyList<string> Routed => [.. Addresses.Select(a => a.Routed)];

    /// <summary>Whether the router's target is one of its copies, or a name for them.</summary>
    public bool IsAt(string target) => Addresses.Any(a => a.Routed == target || a.Also.Contains(target));

    /// <summary>A look at an instance of one copy, which everybody reaches at the same address.</summary>
    public static InstanceView At(string instance, Liveness liveness, string? address, string detail) =>
        new(instance, liveness, address is null ? [] : [new InstanceAddress(address, address)], detail);
}

/// <summary>
/// The way of an instance from where it was started into the place that its platform keeps for what serves (compose's own
/// service, recreated from the released image). Between the two steps the instance's traffic is given to <see cref="Place"/>.
/// </summary>
/// <param name="TakeOver">
/// Makes the instance run in that place as well and waits until it is healthy there; it gets no traffic from this. What ran
/// there is gone afterwards: it is taken only when nothing has to go back to that at once.
/// </param>
/// <param name="Place">Names the place: <see cref="IPlatform.Look"/> knows it as it knows an instance's id.</param>
/// <param name="Clear">Stops what the instance ran on until then, which gets no traffic any more.</param>
public sealed record Settlement(IStep TakeOver, string Place, IStep Clear);

/// <summary>A file that an auditor wants to see of a platform. It holds no secrets.</summary>
/// <param name="Name">Its name (<c>docker-compose.canary.yml</c>).</param>
/// <param name="Content">Its text.</param>
public sealed record PlatformFile(string Name, string Content);

/// <summary>Where services run: looks, and the steps that prepare, start and retire instances.</summary>
public interface IPlatform
{
    /// <summary>The identity of the artefact that <paramref name="version"/> of the service is, without making it.</summary>
    Task<Artefact> Identify(ServiceOptions service, string version, CancellationToken cancellation);

    /// <summary>Looks at one instance. Answers <see cref="Liveness.Unknown"/> rather than throwing.</summary>
    Task<InstanceView> Look(string instance, CancellationToken cancellation);

    /// <summary>
    /// The instances of a service that run now, whoever started them, with what they run; null where the platform cannot
    /// tell, which only adopting needs. Throws <see cref="ReleaseException"/> when it does not answer.
    /// </summary>
    Task<IReadOnlyList<Instance>?> Running(ServiceOptions service, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Instance>?>(null);

    /// <summary>The step that makes the artefact available where it will run. Its undo keeps it: artefacts are immutable.</summary>
    IStep Prepare(string id, Artefact artefact);

    /// <summary>
    /// The steps that set what the instance is started with beside its artefact (feature flags), taken before it is started.
    /// Their undo puts back what was set before. Empty where there is nothing to set.
    /// </summary>
    IReadOnlyList<IStep> Configure(Instance instance, ServiceOptions service) => [];

    /// <summary>
    /// The way of an instance that serves into the place that the platform keeps for what serves; null where it serves from
    /// where it was started. Taken when the version before it is no longer kept, and at the end of a rollback, once traffic is
    /// safe.
    /// </summary>
    Settlement? Settle(Instance instance, ServiceOptions service) => null;

    /// <summary>What an auditor wants to see of instances that were just started; none by default. Throws <see cref="ReleaseException"/> when the platform does not answer.</summary>
    Task<IReadOnlyList<PlatformFile>> Evidence(IReadOnlyList<Instance> instances, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<PlatformFile>>([]);

    /// <summary>
    /// The step that starts the instance, beside whatever else runs, and waits until it is healthy or the boot deadline
    /// passes. Started again after its process died it uses the same address. Its undo stops the instance.
    /// </summary>
    IStep Start(string id, Instance instance, ServiceOptions service);

    /// <summary>
    /// The step that stops the instance gently: no request in flight, then a termination signal, then after a grace a
    /// kill. Its undo starts the instance again.
    /// </summary>
    IStep Retire(string id, Instance instance, ServiceOptions service);

    /// <summary>
    /// Gets a value indicating whether a second instance of a version can be started beside the one that serves and take its
    /// traffic: then a service is restarted so, without a lost request, and <see cref="Restart"/> is not asked.
    /// </summary>
    bool RestartsBeside => false;

    /// <summary>
    /// Looks before a fix is ordered, and changes nothing. Returns what its steps need to tell later whether they were made.
    /// Throws <see cref="ReleaseException"/> where this service cannot be changed so; <see cref="ExitStatus.Usage"/>.
    /// </summary>
    Task<string> Examine(FixOrder order, Instance instance, ServiceOptions service, CancellationToken cancellation) => Task.FromResult("");

    /// <summary>The step that stops an instance and starts it again where it is, and waits until it is healthy; null where the platform cannot. It cannot be undone.</summary>
    IStep? Restart(string id, Instance instance, ServiceOptions service, FixOrder order) => null;

    /// <summary>The way of an instance to another number of copies; null where the platform cannot. The undo of its step brings back the number from before.</summary>
    Scaling? Scale(string id, Instance instance, ServiceOptions service, FixOrder order) => null;
}
