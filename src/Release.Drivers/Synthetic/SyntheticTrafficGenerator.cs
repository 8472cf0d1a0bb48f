using Release.Configuration;
using Release.Output;
using Release.Platforms;

namespace Release.Drivers.Synthetic;

/// <summary>Synthetic traffic for as long as a candidate is judged.</summary>
public sealed class SyntheticTrafficGenerator(TimeProvider clock, IScreen screen) : ITrafficGenerator
{
    /// <inheritdoc/>
    public async Task Generate(Uri traffic, SyntheticTrafficOptions options, CancellationToken cancellation)
    {
        using var requests = new SyntheticTraffic(traffic, options, "synthetic", clock);
        await requests.Run(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (requests.Counts.Shortfall is { } shortfall)
        {
            screen.Warn($"  synthetic traffic: {shortfall}");
        }
    }
}
