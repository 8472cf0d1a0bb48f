using Release.Configuration;
using Release.Output;
using Release.Platforms;

namespace Release.Runs;

/// <summary>
/// Asks the router what would keep a candidate from its share: before a release, when a route that leads elsewhere can still
/// be mended, and again when traffic flows and none of it arrives.
/// </summary>
internal static class RoutingDoubts
{
    /// <summary>The doubts about every service that has a stable version; a new one has no route yet.</summary>
    public static async Task<IReadOnlyList<RouterDoubt>> Of(EnvironmentPorts ports, EnvironmentOptions options, DeployedRelease? stable, CancellationToken cancellation)
    {
        var doubts = new List<RouterDoubt>();
        foreach (var service in options.Services.Where(service => stable?.Of(service.Name) is not null))
        {
            doubts.AddRange(await ports.Router.Examine(service, cancellation));
        }

        return doubts;
    }

    /// <summary>Shows them; what blocks is returned as one sentence, null when nothing does.</summary>
    public static string? Tell(IReadOnlyList<RouterDoubt> doubts, IScreen screen)
    {
        foreach (var doubt in doubts)
        {
            screen.Warn($"  {doubt.Sentence}");
        }

        return doubts.Any(doubt => doubt.Blocks)
            ? $"a candidate would not get its share of the traffic: {string.Join("; ", doubts.Where(d => d.Blocks).Select(d => d.Sentence.TrimEnd('.')))}"
            : null;
    }

    /// <summary>Why no request may have reached a candidate: what the router's routes say, or where to look.</summary>
    public static async Task<string> Explain(EnvironmentPorts ports, ServiceOptions service, CancellationToken cancellation)
    {
        var doubts = await ports.Router.Examine(service, cancellation);
        return doubts.Count > 0
            ? string.Join(" ", doubts.OrderByDescending(doubt => doubt.Blocks).Select(doubt => doubt.Sentence))
            : $"Requests for {service.Name} take a way that the router's weights do not decide (another service calls it directly, or another route takes them): send them through the router, or leave the service out of the canary.";
    }
}
