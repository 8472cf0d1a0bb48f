using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>What happens in a trial of <see cref="CrashingAtAnyRecord"/>.</summary>
public enum Story
{
    /// <summary>An empty environment is deployed, and the next version released by canary.</summary>
    FirstRelease,

    /// <summary>A version is released by canary.</summary>
    Release,

    /// <summary>A canary is sick, and its run goes back.</summary>
    GateSaysNo,

    /// <summary>A promoted run is undone.</summary>
    Rollback,

    /// <summary>A rollback goes further back, to a version that does not run any more.</summary>
    RollbackTo,

    /// <summary>An environment is stopped.</summary>
    Down,

    /// <summary>A stopped environment is started, and a version released.</summary>
    Up,
}

/// <summary>A story, told once, in a scene of its own.</summary>
internal sealed class Tale
{
    private readonly Func<Scene, RunResult?> _tell;

    private Tale(Scene scene, Func<Scene, RunResult?> tell) => (Scene, _tell) = (scene, tell);

    public Scene Scene { get; }

    public static Tale Of(Story story) => story switch
    {
        Story.FirstRelease => new(new Scene(), s => s.Killable(p => p.Release())),
        Story.Release => new(new Scene().Deployed(), s => s.Killable(p => p.Release())),
        Story.GateSaysNo => new(new Scene().Deployed().Sick("1.1.0"), s => s.Killable(p => p.Release())),
        Story.Rollback => new(new Scene().Promoted(), s => s.Killable(p => p.Rollback())),
        Story.RollbackTo => new(GoingBackTo.Three(), s => s.Killable(p => p.Rollback(), new() { Owner = "bob@desk", Program = "test", To = "1.0.0" })),
        Story.Down => new(new Scene().Promoted(), s => s.Killable(p => p.Down())),
        Story.Up => new(new Scene().Promoted().Downed(), s => s.Killable(p => p.Release())),
        _ => throw new ArgumentOutOfRangeException(nameof(story)),
    };

    /// <summary>Tells it without a crash: every state of rest on the way, by what the journal then says.</summary>
    public IReadOnlyDictionary<string, string> Told()
    {
        var rests = new Dictionary<string, string> { [Rest()] = Scene.World.Show() };
        Scene.Journal.AfterAppend = r =>
        {
            if (r.Type is Release.Journal.RecordType.RunClosed)
            {
                rests[Rest(new EnvironmentState(Scene.Journal.Records))] = Scene.World.Show();
            }
        };
        _ = _tell(Scene).ShouldNotBeNull();
        rests[Rest()] = Scene.World.Show();
        JournalRules.Hold(Scene);
        return rests;
    }

    /// <summary>Tells it; false when the process was killed on the way.</summary>
    public bool TellOrDie() => _tell(Scene) is not null;

    /// <summary>Tells it to its end, whatever that is.</summary>
    public RunResult Tell() => _tell(Scene).ShouldNotBeNull();

    /// <summary>Somebody goes on, and everything is as it should be.</summary>
    public void Recover(bool isRollback, string trial, IReadOnlyDictionary<string, string> whole)
    {
        Scene.World.Blows.Heal();
        var open = Scene.State.Open;
        if (open is not null)
        {
            var refused = Scene.Release();
            refused.Status.ShouldBe(ExitStatus.Open, trial);
            refused.Message.ShouldContain("Rollback");
        }

        var result = isRollback ? Scene.Rollback() : Scene.Resume();
        Scene.Time.Pass(TimeSpan.FromSeconds(10));
        var said = $"{trial}, then {(isRollback ? "Rollback" : "Resume")}: {result.LastLine}";
        ((int)result.Status).ShouldBeOneOf([0, 1, 3]);
        Scene.State.Open.ShouldBeNull(said);
        JournalRules.Hold(Scene);
        var rest = Rest();
        if (whole.TryGetValue(rest, out var world))
        {
            Scene.World.Show(tags: false).ShouldBe(WithoutTags(world), said);
        }
        else
        {
            // Only a rollback may lead to where the story itself never rests.
            isRollback.ShouldBeTrue($"{said} ended with {rest}");
        }

        if (open is not null && isRollback && open.Opening.TurnsBack)
        {
            Scene.State.Run(open.Id)!.Outcome.ShouldBe(RunOutcome.RolledBack, said);
        }

        Scene.Serves().ShouldBeTrue(said);
    }

    private static string WithoutTags(string world) => string.Join('\n', world.Split('\n')
        .Where(l => !l.StartsWith("tag/", StringComparison.Ordinal) && !l.StartsWith("pushed/", StringComparison.Ordinal)));

    private string Rest() => Rest(Scene.State);

    private static string Rest(EnvironmentState state) => state.Open is not null ? $"run {state.Open.Id} open"
        : $"{state.Stable?.Version ?? "nothing"}{(state.IsDown ? ", down" : "")}, kept {string.Join(" ", state.Due.Select(d => d.Instance.Id))}";
}
