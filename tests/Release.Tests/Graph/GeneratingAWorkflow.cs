using Nuke.Common;
using Nuke.Common.CI.GitHubActions;

namespace Release.Tests.Graph;

[Collection("Graph")]
public sealed class GeneratingAWorkflow
{
    [Fact]
    public async Task Writes_what_the_attribute_describes()
    {
        using var run = new GraphRun<Described>();
        (await run.Run("--generate-configuration GitHubActions_deploy --host GitHubActions")).ShouldBe(0, run.Error);
        run.Out.ShouldContain("deploy.yml is written.");
        (await File.ReadAllTextAsync(Path.Combine(run.Root, ".github", "workflows", "deploy.yml"))).ShouldBe("""
            # Generated from the build. Change the attribute on the build class, then run:
            #   ./build.sh --generate-configuration GitHubActions_deploy --host GitHubActions

            name: 'deploy'

            on:
              push:
                branches:
                  - 'main'
                  - 'on''s'
                paths:
                  - 'src/**'
                  - '!docs/**'
              workflow_dispatch:
                inputs:
                  Env:
                    description: 'env'
                    required: false
                  ChangeTicket:
                    description: 'change ticket'
                    required: true
              schedule:
                - cron: '0 3 * * *'

            permissions:
              id-token: write
              contents: read

            concurrency:
              group: 'deploy'

            jobs:
              ubuntu-24_04:
                name: 'ubuntu-24.04'
                runs-on: ubuntu-24.04
                timeout-minutes: 30
                environment:
                  name: 'prod'
                  url: 'https://example.com'
                steps:
                  - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
                    with:
                      submodules: recursive
                      fetch-depth: 0
                  - name: 'Cache: .nuke/temp, ~/.nuget/packages'
                    uses: actions/cache@5a3ec84eff668545956fd18022155c47e93e2684 # v4.2.3
                    with:
                      path: |
                        .nuke/temp
                        ~/.nuget/packages
                      key: ${{ runner.os }}-${{ hashFiles('**/global.json', '**/*.csproj', '**/Directory.Packages.props') }}
                  - name: 'Run: Deploy'
                    run: ./build.cmd Deploy
                    env:
                      NUKE_ENV: ${{ inputs.Env }}
                      NUKE_CHANGE_TICKET: ${{ inputs.ChangeTicket }}
                      NUKE_DEPLOY_API_KEY: ${{ secrets.DEPLOY_API_KEY }}
                      GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}
                  - name: 'Publish: packages'
                    uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
                    with:
                      name: 'packages'
                      path: 'output/packages'

            """, StringCompareShould.IgnoreLineEndings);
    }

    [Fact]
    public async Task Makes_a_job_of_each_image_and_asks_for_no_more_than_reading()
    {
        using var run = new GraphRun<Described>();
        (await run.Run("--generate-configuration GitHubActions_both")).ShouldBe(0, run.Error);
        var text = await File.ReadAllTextAsync(Path.Combine(run.Root, ".github", "workflows", "both.yml"));
        text.ShouldContain("on: [push, pull_request]\n");
        text.ShouldContain("permissions:\n  contents: read\n");
        text.ShouldContain("  windows-latest:\n");
        text.ShouldContain("  macos-latest:\n");
        text.ShouldContain("          name: 'packages-macos-latest'\n");
        text.ShouldContain("    concurrency:\n      group: '${{ github.workflow }}-${{ github.ref }}'\n      cancel-in-progress: true\n");
    }

    [Theory]
    [InlineData("GitHubActions_nope", "Described has no such attribute. There are: GitHubActions_")]
    [InlineData("GitHubActions_lost", "There is no target Deplyo. Did you mean Deploy?")]
    [InlineData("GitHubActions_shell", "'Deploy; rm -rf /' is not a name")]
    [InlineData("GitHubActions_silent", "no trigger: set On or one of the On… properties")]
    [InlineData("GitHubActions_torn", "On cannot stand beside the other On… properties")]
    [InlineData("GitHubActions_broken", "has control characters")]
    public async Task Refuses_what_cannot_be_and_writes_nothing(string id, string expected)
    {
        using var run = new GraphRun<Described>();
        (await run.Run($"--generate-configuration {id}")).ShouldBe(2, run.Out);
        run.Error.ShouldContain(expected);
        Directory.Exists(Path.Combine(run.Root, ".github")).ShouldBeFalse();
    }

    [Fact]
    public async Task The_secret_arrives_at_the_parameter_it_was_imported_for()
    {
        using var run = new GraphRun<Described>();
        (await run.With("NUKE_DEPLOY_API_KEY", "hunter22").Run("Deploy")).ShouldBe(0, run.Error);
        run.Ran.ShouldBe(["hunter22"]);
    }

    [GitHubActions(
        "deploy", GitHubActionsImage.Ubuntu2404, OnPushBranches = ["main", "on's"], OnPushIncludePaths = ["src/**"], OnPushExcludePaths = ["docs/**"],
        OnWorkflowDispatchOptionalInputs = ["Env"], OnWorkflowDispatchRequiredInputs = ["ChangeTicket"], OnCronSchedule = "0 3 * * *",
        WritePermissions = [GitHubActionsPermissions.IdToken], ReadPermissions = [GitHubActionsPermissions.Contents], ConcurrencyGroup = "deploy",
        TimeoutMinutes = 30, EnvironmentName = "prod", EnvironmentUrl = "https://example.com", Submodules = GitHubActionsSubmodules.Recursive,
        FetchDepth = 0, ImportSecrets = [nameof(DeployApiKey)], EnableGitHubToken = true, InvokedTargets = [nameof(Deploy)])]
    [GitHubActions(
        "both", GitHubActionsImage.WindowsLatest, GitHubActionsImage.MacOsLatest, On = [GitHubActionsTrigger.Push, GitHubActionsTrigger.PullRequest],
        JobConcurrencyCancelInProgress = true, InvokedTargets = [nameof(Deploy)])]
    [GitHubActions("lost", GitHubActionsImage.UbuntuLatest, On = [GitHubActionsTrigger.Push], InvokedTargets = ["Deplyo"])]
    [GitHubActions("shell", GitHubActionsImage.UbuntuLatest, On = [GitHubActionsTrigger.Push], InvokedTargets = [nameof(Deploy)], ImportSecrets = ["Deploy; rm -rf /"])]
    [GitHubActions("silent", GitHubActionsImage.UbuntuLatest, InvokedTargets = [nameof(Deploy)])]
    [GitHubActions("torn", GitHubActionsImage.UbuntuLatest, On = [GitHubActionsTrigger.Push], OnPushBranches = ["main"], InvokedTargets = [nameof(Deploy)])]
    [GitHubActions("broken", GitHubActionsImage.UbuntuLatest, OnPushBranches = ["main\n  evil: true"], InvokedTargets = [nameof(Deploy)])]
    internal sealed class Described : NukeBuild
    {
        [Secret] [Parameter] public string? DeployApiKey { get; }
        public Target Pack => _ => _.Produces(RootDirectory / "output" / "packages" / "*.nupkg");
        public Target Deploy => _ => _.DependsOn(Pack).Executes(() => Trace.Ran.Add(DeployApiKey ?? ""));
    }
}
