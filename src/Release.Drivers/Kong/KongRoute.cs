namespace Release.Drivers.Kong;

/// <summary>A service's names in Kong: its upstream, its service, and the path of the route to it.</summary>
/// <param name="Service">The service, as the environment names it; the route's name where the route is made.</param>
/// <param name="Upstream">The upstream whose targets get the weights.</param>
/// <param name="KongService">Kong's service; its host is the upstream's name.</param>
/// <param name="Path">The beginning of the path.</param>
internal sealed record KongRoute(string Service, string Upstream, string KongService, string Path)
{
    public static KongRoute Of(string service, KongTrafficOptions options)
    {
        var route = options.Routes.FirstOrDefault(route => route.Service == service);
        return new(service, route?.Upstream ?? service, route?.KongService ?? service, route?.Path ?? "/");
    }
}
