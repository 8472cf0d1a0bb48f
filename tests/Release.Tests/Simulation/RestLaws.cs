using Release.Runs;
using Release.Tests.Runs;

namespace Release.Tests.Simulation;

/// <summary>What holds when the world is well and no run is open.</summary>
/// <param name="scene">Where.</param>
/// <param name="isThorough">Whether every record is hashed and folded anew.</param>
internal sealed class RestLaws(Scene scene, bool isThorough)
{
    private readonly EnvironmentState _state = scene.State;

    public void Hold()
    {
        _state.Open.ShouldBeNull();
        if (isThorough)
        {
            JournalRules.Hold(scene);
        }
        else
        {
            JournalRules.HoldQuickly(scene);
        }

        AllTrafficIsOnOneVersion();
        NothingIsLeaked();
        TheWayBackIsOneStep();
        StatusAgrees();
    }

    private void AllTrafficIsOnOneVersion()
    {
        foreach (var service in scene.Options.Services)
        {
            var serving = _state.Stable?.Of(service.Name);
            if (serving is null)
            {
                scene.World.Serving(service.Name).ShouldBe("", "an empty environment");
            }
            else if (!_state.IsDown)
            {
                scene.World.Serving(service.Name).ShouldBe($"{serving.Id} 100");
            }
        }
    }

    // Whatever runs is serving, kept until it is due, or left by a run that somebody abandoned and named.
    private void NothingIsLeaked()
    {
        HashSet<string> known =
        [
            .. _state.IsDown ? [] : _state.Stable?.Instances.Select(i => i.Id) ?? [],
            .. _state.Due.Select(d => d.Instance.Id),
            .. _state.Left.Select(l => l.Instance.Id),
        ];
        scene.World.Fields("process/").Select(f => f["process/".Length..]).Where(i => !known.Contains(i)).ShouldBeEmpty("leaked");
    }

    // A rollback goes to 100 % stable in its first traffic step, never back through 50 and 10. What was down is as it was.
    private void TheWayBackIsOneStep()
    {
        var ups = scene.Journal.Records.Where(r => r.Entry.Key is not null && _state.Run(r.Entry.Run!)!.Opening.Kind is RunKind.Up)
            .Select(r => r.Entry.Key).ToHashSet();
        foreach (var back in scene.World.Effects.Where(e => !e.IsLate && e.Field.StartsWith("weight/", StringComparison.Ordinal) && IsBack(e) && !ups.Contains(e.Key)))
        {
            back.To.ShouldBeOneOf([null, "0", "100"], $"{back}");
        }
    }

    private static bool IsBack(Effect effect) => effect.Way is Way.Undo || effect.Step.StartsWith("return-traffic", StringComparison.Ordinal);

    private void StatusAgrees()
    {
        var status = scene.Status();
        status["state"]!.GetValue<string>().ShouldBe("idle");
        status["candidate"].ShouldBeNull();
        status["lease"].ShouldBeNull();
        status["unwatched"]!.GetValue<bool>().ShouldBeFalse();
        (status["stable"]?["version"]?.GetValue<string>()).ShouldBe(_state.Stable?.Version);
    }
}
