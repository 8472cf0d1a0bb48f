using Release.Configuration;
using Release.Runs;

namespace Release.Platforms;

/// <summary>Where traffic enters and where the router is administered.</summary>
/// <param name="Traffic">The address that callers use.</param>
/// <param name="Admin">The router's own interface, or null.</param>
public sealed record Endpoints(Uri Traffic, Uri? Admin);

/// <summary>The weights a router has now.</summary>
/// <param name="Weights">Weight per instance address (<c>127.0.0.1:4711</c>); an address that is missing has none.</param>
public sealed record RoutedWeights(IReadOnlyDictionary<string, int> Weights)
{
    /// <summary>The share that these addresses are asked to take together.</summary>
    public Percent ShareOf(IEnumerable<string> addresses)
    {
        var total = Weights.Values.Sum();
        return total == 0 ? Percent.Zero : Percent.Of((double)addresses.Distinct(StringComparer.Ordinal).Sum(a => Weights.GetValueOrDefault(a)) / total);
    }
}

/// <summary>Attempts that got no answer, as a router counts them.</summary>
/// <param name="StartedAt">Since when.</param>
/// <param name="Attempts">How many, by address as the router knows it; one that is missing had none.</param>
public sealed record RouterFailures(DateTimeOffset StartedAt, IReadOnlyDictionary<string, double> Attempts);

/// <summary>Observes the split and gives the steps that shift it.</summary>
public interface ITrafficRouter
{
    /// <summary>Where traffic enters; null while an embedded router was never started.</summary>
    Task<Endpoints?> Endpoints(CancellationToken cancellation);

    /// <summary>The weights of one service; null when the router does not answer.</summary>
    Task<RoutedWeights?> Observe(ServiceOptions service, CancellationToken cancellation);

    /// <summary>The steps that set up the router for a service before its first instance takes traffic; empty when nothing is ours.</summary>
    IReadOnlyList<IStep> SetUp(ServiceOptions service);

    /// <summary>The steps that take down what <see cref="SetUp"/> set up, at the end of a service's life.</summary>
    IReadOnlyList<IStep> TakeDown(ServiceOptions service);

    /// <summary>
    /// What would keep a candidate of the service from its share, or hide its failures; empty where all is well, or where the
    /// router cannot tell. Asked before a release, when a person can still mend it, and again when the share does not arrive.
    /// Changes nothing and does not throw.
    /// </summary>
    Task<IReadOnlyList<RouterDoubt>> Examine(ServiceOptions service, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<RouterDoubt>>([]);

    /// <summary>
    /// The steps that make a candidate's failures visible while it is judged (a router that tries a failed request again
    /// elsewhere hides them), taken before its first share. Their undo puts back what was.
    /// </summary>
    IReadOnlyList<IStep> Expose(ServiceOptions service) => [];

    /// <summary>The steps that put back what <see cref="Expose"/> changed, taken when the new version serves everything.</summary>
    IReadOnlyList<IStep> Cover(ServiceOptions service) => [];

    /// <summary>
    /// The step that gives <paramref name="candidate"/> its share and <paramref name="stable"/> the rest, each divided by
    /// the number of its addresses. Instances are located when the step runs. A null stable (the first deployment) leaves all to the candidate.
    /// </summary>
    ITrafficStep Shift(string id, ServiceOptions service, string? stable, string candidate, Percent share);

    /// <summary>
    /// How often the router could not get an answer, per address and since it started: no connection, a connection that broke,
    /// silence. The instances never counted these, and where the router tried again elsewhere, no client saw them. Null when
    /// the router cannot tell.
    /// </summary>
    Task<RouterFailures?> Failures(ServiceOptions service, CancellationToken cancellation) => Task.FromResult<RouterFailures?>(null);

    /// <summary>Requests in flight to one address, or null when the router cannot tell.</summary>
    Task<int?> InFlight(string address, CancellationToken cancellation);
}
