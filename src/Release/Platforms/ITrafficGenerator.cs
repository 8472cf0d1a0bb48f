using Release.Configuration;

namespace Release.Platforms;

/// <summary>Makes traffic where an environment has too little of its own.</summary>
public interface ITrafficGenerator
{
    /// <summary>Sends requests to <paramref name="traffic"/> until cancelled. Failing requests are the gate's matter, not an error.</summary>
    Task Generate(Uri traffic, SyntheticTrafficOptions options, CancellationToken cancellation);
}
