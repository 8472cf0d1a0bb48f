using System.Text.Json.Nodes;
using Release.Acceptance.Processes;

namespace Release.Acceptance.Docker;

/// <summary>
/// Two services of a compose stack on a real engine, behind the gateway in a container, under traffic throughout: what ends
/// well, and what is taken back.
/// </summary>
[Collection(DockerStack.Row)]
public sealed class ReleasingComposeServices(TheClone clone, DockerStack docker)
{
    private static readonly SampleService First = OpsConductorImages.Services[0];

    [DockerFact]
    public async Task A_good_release_goes_through_every_share_and_back_unnoticed()
    {
        await using var run = await Begin();

        run.ShouldEndWith(0, await run.End(run.Promote()));
        (await run.Serving()).ShouldBe("automation-service=3.0.1,ai-pipeline=1.1.0");

        await run.Must("Rollback", "--reason", "it can be done");
        await run.ShouldBeAsBefore();
        await run.NoRequestFailed();
    }

    [DockerFact]
    public async Task Compose_takes_the_released_image_for_its_own()
    {
        await using var run = await Begin(new() { Steps = [50, 100], KeepStable = "0s" });

        run.ShouldEndWith(0, await run.End(run.Promote()));
        await run.Must("Tend");

        (await run.Serving()).ShouldBe("automation-service=3.0.1,ai-pipeline=1.1.0");
        var image = (await docker.Engine.Client.Image(First.Image(First.Candidate), default))!;
        var container = (await docker.Stack.Containers(First.Name)).ShouldHaveSingleItem();
        container.Image.ShouldBe(image.Id);
        var inventory = await docker.Stack.Inventory();
        inventory.Count.ShouldBe(run.Before.Count);

        _ = await docker.Stack.Compose("--file", "docker-compose.yml", "--file", "docker-compose.release.yml", "up", "--detach");

        (await docker.Stack.Inventory()).ShouldBe(inventory);
        (await docker.Stack.Containers(First.Name)).Single().Id.ShouldBe(container.Id);
        await run.NoRequestFailed();
    }

    [DockerFact]
    public async Task A_bad_candidate_is_caught_at_10_percent()
    {
        await using var run = await Begin();

        var ended = run.ShouldEndWith(3, await run.End(run.Promote("automation-service=3.0.1-failing")));

        ended.LastLine.ShouldContain("error-rate");
        ended.Everything.ShouldNotContain("shift-traffic-automation-service-50");
        await run.ShouldBeAsBefore();
    }

    [DockerFact]
    public async Task One_that_turns_bad_only_at_50_percent_is_caught_there()
    {
        await using var run = await Begin(new() { Step = "20s" });
        using var promotion = run.Promote("automation-service=3.0.1");
        await run.Reaches("shift-traffic-automation-service-50", promotion);

        await docker.Stack.TurnBad(First);

        var ended = run.ShouldEndWith(3, await run.End(promotion));
        ended.LastLine.ShouldContain("error-rate");
        ended.Everything.ShouldNotContain("shift-traffic-automation-service-100");
        await run.ShouldBeAsBefore();
    }

    /// <summary>Its own check has failed for good, as the engine counts, before it has booted: the boot deadline is what counts.</summary>
    [DockerFact]
    public async Task A_container_that_is_slow_to_boot_is_waited_for()
    {
        await using var run = await Begin(new() { Steps = [100] });

        run.ShouldEndWith(0, await run.End(run.Promote("automation-service=3.0.1-slow-to-boot")));

        await run.NoRequestFailed();
    }

    [DockerFact]
    public async Task A_container_that_never_becomes_healthy_gets_no_traffic()
    {
        await using var run = await Begin(new() { BootTimeout = "5s" });

        var ended = run.ShouldEndWith(1, await run.End(run.Promote("automation-service=3.0.1-never-healthy")));

        ended.Everything.ShouldNotContain("shift-traffic");
        await run.ShouldBeAsBefore();
        await run.NoRequestFailed();
    }

    [DockerFact]
    public async Task A_name_that_exists_already_is_said_and_left_alone()
    {
        await using var run = await Begin();
        var stranger = await docker.Engine.Client.Create(
            "automation-service-3.0.1-run2", new() { ["Image"] = "opsconductor/redis:1", ["Labels"] = new JsonObject { ["somebody"] = "else" } }, default);

        var ended = run.ShouldEndWith(1, await run.End(run.Promote()));

        ended.Everything.ShouldContain("automation-service-3.0.1-run2");
        (await docker.Engine.Client.Container(stranger, default)).ShouldNotBeNull();
        await docker.Engine.Client.Remove(stranger, force: true, default);
        await run.ShouldBeAsBefore();
        await run.NoRequestFailed();
    }

    [DockerFact]
    public async Task A_service_scaled_to_three_is_released_as_three()
    {
        await using var run = await Begin(new() { Steps = [50, 100], AutomationServices = 3 });

        run.ShouldEndWith(0, await run.End(run.Promote("automation-service=3.0.1")));

        var candidates = await docker.Engine.Client.Containers(new Dictionary<string, string?> { ["release.service"] = First.Name, ["release.variant"] = "candidate" }, all: false, default);
        candidates.Count.ShouldBe(3);
        await run.Must("Rollback", "--reason", "it can be done");
        await run.ShouldBeAsBefore();
        await run.NoRequestFailed();
    }

    [DockerFact]
    public async Task A_candidate_that_crashes_with_traffic_is_taken_back()
    {
        await using var run = await Begin(new() { Steps = [50, 100] });

        var ended = run.ShouldEndWith(3, await run.End(run.Promote("automation-service=3.0.1-crashing")));

        ended.LastLine.ShouldContain("3.0.1-crashing");
        await run.ShouldBeAsBefore();
    }

    [DockerFact]
    public async Task An_engine_that_restarts_in_mid_canary_leaves_nothing_behind()
    {
        await using var run = await Begin();
        using var promotion = run.Promote();
        await run.Reaches("shift-traffic-automation-service-10", promotion);

        // It forwards the published port by itself, so callers from outside do notice; containers run on.
        await docker.Engine.Restart();

        var ended = await run.End(promotion);
        if (ended.ExitCode == 0)
        {
            await run.Must("Rollback", "--reason", "it can be done");
        }
        else if (ended.ExitCode is 5 or 6)
        {
            await run.Must("Rollback", "--reason", "the engine is back");
        }

        await run.ShouldBeAsBefore();
    }

    private Task<ReleaseOnStack> Begin(StackSettings? settings = null) => ReleaseOnStack.Begin(clone, docker, settings);
}
