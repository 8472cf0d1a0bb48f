using Nuke.Common;

/// <summary>The targets that measure.</summary>
sealed partial class Build
{
    [Parameter("Bench: requests through canary, promotion and rollback. Default is 100000; the goal is stated for 1000000.")]
    int? Requests { get; }

    [Parameter("Bench: only these figures: start, rollback, requests, journal, gates, gateway. Default is all.")]
    string[]? Figures { get; }

    [Parameter("Bench: instead of the figures a suite: gate simulates rollouts, ours beside other judges, into artifacts/gate.md.")]
    string? Suite { get; }

    [Parameter("Bench: runs of each scenario of the suite. Default is 10000.")]
    int? Runs { get; }

    public Target Nothing => _ => _
        .Description("Do nothing: a start is measured with it")
        .Unlisted()
        .Executes(() => { });

    public Target Bench => _ => _
        .Description("Measure what must be fast, each figure against its floor in the same run; also in artifacts/bench.json")
        .After(Servers)
        .Executes(() => BenchRun.Start(RootDirectory, BenchRun.Options(Requests, Figures ?? [], Suite, Runs), Suite ?? "bench", ((Release.Components.IRelease)this).Json));
}
