using Nuke.Common;

/// <summary>The project's own targets.</summary>
sealed partial class Build
{
    [Parameter("Fail instead of skipping what can be had here but is missing. On a CI host that is always so.")]
    bool RequireServers { get; }

    public Target Servers => _ => _
        .Description("Install what the tests and Bench need besides (root on Debian)")
        .Executes(() => DebianPackages.Install())
        .Executes(() => WorkflowParser.Install(RootDirectory));

    public Target Test => _ => _
        .Description("Run every test; what needs an absent server is skipped and named")
        .After(Servers)
        .Produces(RootDirectory / "artifacts" / "test-results" / "*.trx")
        .Executes(() => TestRun.Start(RootDirectory, RequireServers || IsServerBuild));
}
