using Release.Platforms;
using Release.Probes;

namespace Release.Components;

/// <summary>
/// The addresses that a configuration may name (<c>${gateway.admin}</c>). An embedded gateway gets its ports at its first
/// start, which may be in the middle of a command, so they are read before every look.
/// </summary>
internal sealed class EndpointNames(ITrafficRouter router)
{
    private Endpoints? _endpoints;

    /// <summary>The address of a name, or null while there is none.</summary>
    public string? Named(string name) => name switch
    {
        "gateway.admin" => Text(_endpoints?.Admin),
        "gateway.traffic" => Text(_endpoints?.Traffic),
        _ => null,
    };

    /// <summary>A probe that knows the addresses as they are when it looks.</summary>
    public IProbe Before(IProbe probe) => new Refreshed(probe, this);

    private static string? Text(Uri? uri) => uri?.ToString().TrimEnd('/');

    private sealed class Refreshed(IProbe probe, EndpointNames names) : IProbe
    {
        public string Id => probe.Id;

        public string Type => probe.Type;

        public TimeSpan Timeout => probe.Timeout;

        public async Task<ProbeResult> Look(CancellationToken cancellation)
        {
            names._endpoints = await names.Router.Endpoints(cancellation);
            return await probe.Look(cancellation);
        }
    }

    private ITrafficRouter Router => router;
}
