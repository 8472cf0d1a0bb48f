using Release.Acceptance.Processes;

namespace Release.Acceptance.Docker;

/// <summary>The process that releases is killed: whoever comes next finds its containers again and ends it, either way.</summary>
[Collection(DockerStack.Row)]
public sealed class KilledAmongContainers(TheClone clone, DockerStack docker)
{
    private static readonly StackSettings Quick = new() { Steps = [50, 100] };

    /// <summary>Phases that are over in a moment: a busy host may see their beginning too late to kill anybody in them. The gate has a test of its own.</summary>
    private static readonly string[] Brief = ["Backup", "Tag", "MetricsGate", "Verify", "Handover"];

    /// <summary>A moment of every phase; where a phase changes containers or shares, in the midst of that.</summary>
    private static readonly Moment[] Moments =
    [
        Moment.Parse("PreChecks", ""),
        Moment.Parse("Backup", ""),
        Moment.Parse("Tag", "step-intent tag-release"),
        Moment.Parse("Canary", "step-applied start-candidate-automation-service"),
        Moment.Parse("Canary", "step-intent shift-traffic-automation-service-50"),
        Moment.Judging,
        Moment.Parse("Promote", "step-applied shift-traffic-automation-service-100"),
        Moment.Parse("Verify", ""),
        Moment.Parse("Handover", ""),
    ];

    [DockerFact]
    public async Task In_any_phase_Rollback_leaves_nothing()
    {
        await using var run = await ReleaseOnStack.Begin(clone, docker, Quick);
        foreach (var moment in Moments)
        {
            var isKilled = await Kill(run, run.Promote(), moment);
            (isKilled || Brief.Any(phase => moment.Name.EndsWith($" in {phase}", StringComparison.Ordinal))).ShouldBeTrue($"it ended before {moment.Name}");

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
    public async Task In_every_phase_Resume_goes_on_to_the_end()
    {
        await using var run = await ReleaseOnStack.Begin(clone, docker, Quick);
        var (command, isOver) = (run.Promote(), false);
        foreach (var moment in Moments)
        {
            isOver = !await Kill(run, command, moment);
            if (isOver)
            {
                break;
            }

            command = run.Start("Resume");
        }

        if (!isOver)
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
