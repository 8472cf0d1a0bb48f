using Release.Acceptance.Processes;

namespace Release.Acceptance.Docker;

/// <summary>The process that releases is killed: whoever comes next finds its containers again and ends it, either way.</summary>
[Collection(DockerStack.Row)]
public sealed class KilledAmongContainers(TheClone clone, DockerStack docker)
{
    // Long enough that a kill lands while the gate judges, after the smoke tests of the canary.
    private static readonly StackSettings Judged = new() { Steps = [50, 100], Step = "6s" };

    /// <summary>Phases that are over in a moment: a busy host may see their beginning too late to kill anybody in them.</summary>
    private static readonly Moment[] TheLast = [Moment.Parse("Verify", ""), Moment.Parse("Handover", "")];

    /// <summary>A moment of every phase; where a phase changes containers or shares, in the midst of that.</summary>
    private static readonly Moment[] Moments =
    [
        Moment.Parse("PreChecks", ""),
        Moment.Parse("Backup", ""),
        Moment.Parse("Tag", "step-intent tag-release"),
        Moment.Parse("Canary", "step-applied start-candidate-automation-service"),
        Moment.Parse("Canary", "step-intent shift-traffic-automation-service-50"),
        Moment.Parse("MetricsGate", "sample"),
        Moment.Parse("Promote", "step-applied shift-traffic-automation-service-100"),
        .. TheLast,
    ];

    [DockerFact]
    public async Task In_any_phase_Rollback_leaves_nothing()
    {
        await using var run = await ReleaseOnStack.Begin(clone, docker, Judged);
        foreach (var moment in Moments)
        {
            var isKilled = await Kill(run, run.Promote(), moment);
            (isKilled || TheLast.Contains(moment)).ShouldBeTrue($"it ended before {moment.Name}");

            _ = await run.Must("Rollback", "--reason", "its process was killed");

            await run.ShouldBeAsBefore();
        }

        await run.NoRequestFailed();
    }

    [DockerFact]
    public async Task In_every_phase_Resume_goes_on_to_the_end()
    {
        await using var run = await ReleaseOnStack.Begin(clone, docker, Judged);
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
