using Release.Acceptance.Processes;

namespace Release.Acceptance.Docker;

/// <summary>The gate reads the counters that the stack's own Prometheus has scraped. <see cref="CompletingTheRunbook"/> has a good release.</summary>
[Collection(DockerStack.Row)]
public sealed class ReleasingByPrometheus(TheClone clone, DockerStack docker)
{
    private static readonly StackSettings ByPrometheus = new() { Steps = [50, 100], Step = "2s", AsksPrometheus = true };

    [DockerFact]
    public async Task A_bad_release_is_taken_back()
    {
        await using var run = await Begin(ByPrometheus);

        var bad = run.ShouldEndWith(3, await run.End(run.Promote("automation-service=3.0.1-failing")));

        bad.LastLine.ShouldContain("error-rate");
        await run.ShouldBeAsBefore();
    }

    [DockerFact]
    public async Task A_Prometheus_that_stops_is_unavailable_and_the_policy_follows()
    {
        await using var run = await Begin(ByPrometheus with { Step = "2m", MaxUnavailable = "20s" });
        var prometheus = (await docker.Stack.Containers("prometheus")).ShouldHaveSingleItem();
        using var promotion = run.Promote();
        await run.Reaches(Moment.Judging, promotion);

        await docker.Engine.Client.Stop(prometheus.Id, TimeSpan.FromSeconds(2), default);

        var ended = run.ShouldEndWith(3, await run.End(promotion));
        ended.LastLine.ShouldContain("unavailable");
        await docker.Engine.Client.Start(prometheus.Id, default);
        await run.ShouldBeAsBefore();
        await run.NoRequestFailed();
    }

    private Task<ReleaseOnStack> Begin(StackSettings settings) => ReleaseOnStack.Begin(clone, docker, settings);
}
