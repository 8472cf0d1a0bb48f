using Nuke.Common;

/// <summary>The project's own targets.</summary>
sealed partial class Build
{
    [Parameter("Fail instead of skipping what can be had here but is missing.")]
    bool RequireServers { get; }

    public Target Servers => _ => _
        .Description("Install the servers that tests and Bench compare with (root on Debian); what cannot be had is named")
        .Executes(() => ServerPackages.Install(RequireServers));

    public Target Test => _ => _
        .Description("Run every test; what needs an absent server is skipped and named")
        .After(Servers)
        .Executes(() => TestRun.Start(RootDirectory, RequireServers));
}
