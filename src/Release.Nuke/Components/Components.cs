#nullable disable
using Nuke.Common;
using Nuke.Common.Git;
using Nuke.Common.IO;

namespace Nuke.Components;

public interface IHazArtifacts : INukeBuild
{
    AbsolutePath ArtifactsDirectory => RootDirectory / "artifacts";
}

public interface IHazGitRepository : INukeBuild
{
    [GitRepository]
    [Required]
    GitRepository GitRepository => TryGetValue(() => GitRepository);
}
