using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>The gate on real counters: 200 requests a second, of which the candidate gets a tenth.</summary>
[Collection(TheClone.Releases)]
public sealed class TheGateAtWork(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    private static readonly Settings ATenth = new() { Rate = 200, Steps = [10, 100], Alpha = 0.01, ComparesLatency = true };

    [ReleaseTheory]
    [InlineData("error-rate=5%", "error-rate broken: candidate")]
    [InlineData("reset-rate=5%", "error-rate broken: candidate")]
    [InlineData("latency=+12ms", "latency-p95 broken: candidate")]
    public async Task A_regression_that_no_limit_would_show_is_taken_back(string fault, string reason) => await Given()
        .A_running_v1(ATenth with { Step = "30s" })
        .When().V2_is_promoted("--fault", fault)
        .Then().It_exits_with(3).Its_last_line_has("Rolled back 2.0.0: 1.0.0 serves everything", reason)
        .V1_serves_everything().Nothing_of_v2_is_left();

    [ReleaseTheory]
    [InlineData("metrics=hang")]
    [InlineData("metrics=gone")]
    [InlineData("metrics=nan")]
    [InlineData("metrics=reset")]
    public async Task Metrics_that_hang_lie_or_are_gone_are_unavailable_and_never_a_pass(string fault) => await Given()
        .A_running_v1(ATenth with { Patience = "3s" })
        .When().V2_is_promoted("--fault", fault)
        .Then().It_exits_with(3).Its_last_line_has("unavailable", "Rolled back 2.0.0: 1.0.0 serves everything")
        .V1_serves_everything();

    [ReleaseFact]
    public async Task A_candidate_that_gets_no_traffic_never_passes_and_the_cause_is_named() => await Given()
        .A_running_v1(ATenth with { Rate = 1, Patience = "4s" })
        .When().V2_is_promoted()
        .Then().It_exits_with(3).Its_last_line_has("inconclusive", "requests needed")
        .V1_serves_everything();
}
