using Release.Acceptance.Processes;

namespace Release.Acceptance.Docker;

/// <summary>The process that releases is killed: whoever comes next finds its containers again and ends it, either way.</summary>
[Collection(DockerStack.Row)]
public sealed class KilledAmongContainers(TheClone clone, DockerStack docker)
{
    [DockerTheory]
    [InlineData("start-candidate-automation-service")]
    public async Task Rollback_leaves_nothing(string step)
    {
        await using var run = await Killed(step);

        await run.Must("Rollback", "--reason", "its process was killed");

        await run.ShouldBeAsBefore();
        await run.NoRequestFailed();
    }

    [DockerTheory]
    [InlineData("shift-traffic-automation-service-100")]
    public async Task Resume_goes_on_to_the_end(string step)
    {
        await using var run = await Killed(step);

        await run.Must("Resume");

        (await run.Serving()).ShouldBe("automation-service=3.0.1,ai-pipeline=1.1.0");
        await run.Must("Rollback", "--reason", "it can be done");
        await run.ShouldBeAsBefore();
        await run.NoRequestFailed();
    }

    private async Task<ReleaseOnStack> Killed(string step)
    {
        var run = await ReleaseOnStack.Begin(clone, docker, new() { Steps = [50, 100] });
        using var promotion = run.Promote();
        await run.Reaches(step, promotion);
        promotion.Send(Machine.Kill);
        _ = await run.End(promotion);
        return run;
    }
}
