namespace Release.Drivers.Kong;

/// <summary>What is said about routes in more than one place.</summary>
internal static class KongWords
{
    public static string GoesElsewhere(KongRoute route, string host) =>
        $"Kong's service {route.KongService} sends its requests to {host} and not to the upstream {route.Upstream}, whose weights a release changes: a candidate of {route.Service} would get no traffic. "
        + $"Make the upstream with {host} as its target, and set the service's host to {route.Upstream}; or name the upstream that it uses in traffic/routes, \"upstream\".";
}
