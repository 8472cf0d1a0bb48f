using Release.Runs;
using Release.Tests.Runs;

namespace Release.Tests.Simulation;

/// <summary>The world is well again, and somebody brings the environment to rest: with Rollback or with Resume, as they like.</summary>
internal sealed class Morning(SimulatedStory story, Dice dice, Weather weather)
{
    private static readonly TimeSpan LastCallLands = TimeSpan.FromMinutes(2);

    private Scene Scene => story.Scene;

    /// <summary>Heals everything, gives the last command, and then releases once more.</summary>
    public void Come()
    {
        weather.Clear();
        story.HealEverybody();
        story.Say("the world is well again");
        Scene.Time.Pass(LastCallLands);
        Calm();
        var isRollback = dice.Is(0.5);
        End(isRollback);

        // What a run that was abandoned left is there until the next release takes it away.
        if (Scene.State.Runs.Any(r => r.Outcome is RunOutcome.Abandoned) || dice.Is(0.3))
        {
            ReleaseOnceMore();
        }

        new RestLaws(Scene, isThorough: dice.Is(0.1)).Hold();
    }

    private void Calm()
    {
        weather.Storm = 0;
        weather.Begin();
        story.Observe();
    }

    // Nobody needs more than three commands: one that cannot go on says so, and Rollback always can.
    private void End(bool isRollback)
    {
        for (var attempt = 1; Scene.State.Open is { } open; attempt++)
        {
            attempt.ShouldBeLessThanOrEqualTo(3, "The world is well, and still the run does not end.");
            var verb = isRollback || open.StuckBecause is not null ? Verb.Rollback : open.IsParked ? Verb.Promote : Verb.Resume;
            var command = new Command(verb, Phases.Handover, null, IsCiHost: false, TimeSpan.Zero);
            story.Give(command);
            ((int)command.Result!.Status).ShouldBeOneOf(verb is Verb.Rollback ? [0, 1] : [0, 1, 3, 5, 6, 7], $"{command}: {command.Result.LastLine}");
            if (verb is Verb.Rollback && open.Opening.TurnsBack)
            {
                Scene.State.Run(open.Id)!.Outcome.ShouldBe(RunOutcome.RolledBack, command.Result.LastLine);
            }

            isRollback |= command.Result.Status is ExitStatus.Open;
        }
    }

    private void ReleaseOnceMore()
    {
        var command = new Command(Verb.Promote, Phases.Handover, story.NewVersion(), IsCiHost: false, TimeSpan.Zero);
        story.Give(command);
        command.Result!.Status.ShouldBe(ExitStatus.Done, command.Result.LastLine);
        Scene.State.Stable!.Version.ShouldBe(command.Version);
    }
}
