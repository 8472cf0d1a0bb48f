using Nuke.Common;
using Release.Configuration;

namespace Release.Components;

/// <summary>The environments of this repository, for help and completion.</summary>
internal static class EnvironmentNames
{
    /// <summary>Gets their names, as <c>--env</c> takes them.</summary>
    public static IEnumerable<string> All => EnvironmentFile.Names(NukeBuild.RootDirectory);
}
