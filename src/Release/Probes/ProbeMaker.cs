using Release.Configuration;
using Release.Platforms;

namespace Release.Probes;

/// <summary>Makes a probe of what the configuration says.</summary>
/// <param name="options">What it says.</param>
/// <param name="address">What relative paths are asked of; null for none.</param>
/// <param name="brought">
/// Whose versions it looks for (images, versions in files): what the run brings, which who resumes it has not typed, or what serves.
/// Null before there is a run: the versions that were asked for.
/// </param>
public delegate IProbe ProbeMaker(ProbeOptions options, Uri? address, IReadOnlyList<Instance>? brought = null);
