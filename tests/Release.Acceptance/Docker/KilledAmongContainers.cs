using Release.Acceptance.Processes;

namespace Release.Acceptance.Docker;

/// <summary>The process that releases is killed: whoever comes next finds its containers again and ends it, either way.</summary>
[Collection(DockerStack.Row)]
public sealed class KilledAmongContainers(TheClone clone, DockerStack docker)
{
    private static readonly StackSettings Quick = new() { Steps = [50, 100] };

    /// <summary>Moments in which nobody who looks for them is too late.</summary>
    private static readonly Moment[] Lasting =
    [
        Moment.Parse("PreChecks", ""),
        Moment.Parse("Canary", "step-applied start-candidate-automation-service"),
        Moment.Parse("Canary", "step-intent shift-traffic-automation-service-50"),
        Moment.Parse("Promote", "step-applied shift-traffic-automation-service-100"),
    ];

    /// <summary>Phases of tenths of a second: a busy host may see their beginning when they are over.</summary>
    private static readonly Moment[] Brief =
    [
        Moment.Parse("Backup", ""),
        Moment.Parse("Tag", "step-intent tag-release"),
        Moment.Parse("Verify", ""),
        Moment.Parse("Handover", ""),
    ];

    [DockerFact]
    public async Task In_any_phase_Rollback_leaves_nothing()
    {
        await using var run = await ReleaseOnStack.Begin(clone, docker, Quick);
        foreach (var moment in Lasting.Concat(Brief))
        {
            var isKilled = await Kill(run, run.Promote(), moment);
            (isKilled || Brief.Contains(moment)).ShouldBeTrue($"it ended before {moment.Name}");

            _ = await run.Must("Rollback", "--reason", "its process was killed");

            await run.ShouldBeAsBefore();
        }

        await run.NoRequestFailed();
    }

    [DockerFact]
    public async Task While_the_gate_judges_Rollback_leaves_nothing()
    {
        await using var run = await ReleaseOnStack.Begin(clone, docker, Quick with { Step = "60s" });
        (await Kill(run, run.Promote(), Moment.Judging)).ShouldBeTrue("it ended before the gate judged");

        _ = await run.Must("Rollback", "--reason", "its process was killed");

        await run.ShouldBeAsBefore();
        await run.NoRequestFailed();
    }

    [DockerFact]
    public async Task Killed_again_and_again_Resume_goes_on_to_the_end()
    {
        await using var run = await ReleaseOnStack.Begin(clone, docker, Quick);
        var command = run.Promote();
        foreach (var moment in Lasting)
        {
            (await Kill(run, command, moment)).ShouldBeTrue($"it ended before {moment.Name}");
            command = run.Start("Resume");
        }

        using (command)
        {
            _ = run.ShouldEndWith(0, await run.End(command));
        }

        (await run.Serving()).ShouldBe("automation-service=3.0.1,ai-pipeline=1.1.0");
        _ = await run.Must("Rollback", "--reason", "it can be done");
        await run.ShouldBeAsBefore();
        await run.NoRequestFailed();
    }

    /// <summary>False where a busy host has let the moment pass, and the command went to its end.</summary>
    private static async Task<bool> Kill(ReleaseOnStack run, Command command, Moment moment)
    {
        using (command)
        {
            await run.Reaches(moment, command);
            command.Send(Machine.Kill);
            var ended = await run.End(command);
            if (ended.ExitCode != 128 + Machine.Kill)
            {
                _ = run.ShouldEndWith(0, ended);
                return false;
            }

            return true;
        }
    }
}
