using Nuke.Common;
using Nuke.Common.CI.GitHubActions;
using Release.Components;

/// <summary>The project's own targets.</summary>
[GitHubActions(
    "ci",
    GitHubActionsImage.UbuntuLatest,
    AutoGenerate = false,
    OnPushBranches = ["main"],
    OnPullRequestBranches = ["main"],
    ReadPermissions = [GitHubActionsPermissions.Contents],
    ConcurrencyCancelInProgress = true,
    TimeoutMinutes = 60,
    FetchDepth = 0,
    CacheKeyFiles = ["global.json", "**/packages.lock.json"],
    PublishCondition = "always()",
    InvokedTargets = [nameof(Servers), nameof(Test)])]
sealed partial class Build
{
    public static int Main() => TestRun.End(ReleaseCommand.Run(() => Execute<Build>(x => x.Promote)));

    [Parameter("Fail instead of skipping what can be had here but is missing. On a CI host that is always so.")]
    bool RequireServers { get; }

    public Target Servers => _ => _
        .Description("Install what the tests and Bench need besides (root on Debian)")
        .Executes(() => DebianPackages.Install())
        .Executes(() => WorkflowParser.Install(RootDirectory));

    public Target Pack => _ => _
        .Description("Make artifacts/pack/release: one file that does everything on a machine without SDK and clone")
        .Executes(() => Packing.Make(RootDirectory));

    public Target Test => _ => _
        .Description("Run every test; what needs an absent server is skipped and named")
        .After(Servers)
        .Produces(RootDirectory / "artifacts" / "test-results" / "*.trx")
        .Executes(() => TestRun.Start(RootDirectory, RequireServers || IsServerBuild));
}
