namespace Release.Drivers.Kong;

/// <summary>What is said about routes in more than one place.</summary>
internal static class KongWords
{
    /// <summary>
    /// A host of the name that the upstream is to have: from the moment in which Kong has such an upstream it sends the service's
    /// requests there, and one without targets answers 503.
    /// </summary>
    public static string GoesByName(KongRoute route) =>
        $"Kong's service {route.KongService} sends its requests to the host {route.Upstream}, and Kong has no upstream {route.Upstream}: to make one now would take every request away from that host until it has a target. "
        + $"Make an upstream of another name with {route.Upstream} and the service's port as its target, let the service's host be that name, and name it in traffic/routes, \"upstream\"; where Kong has no database, write upstream and target into its file and load both at once.";

    public static string GoesElsewhere(KongRoute route, string host) =>
        $"Kong's service {route.KongService} sends its requests to {host} and not to the upstream {route.Upstream}, whose weights a release changes: a candidate of {route.Service} would get no traffic. "
        + $"Make the upstream with {host} as its target, and set the service's host to {route.Upstream}; or name the upstream that it uses in traffic/routes, \"upstream\".";
}
