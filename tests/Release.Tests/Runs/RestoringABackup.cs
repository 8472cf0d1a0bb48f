using System.Text.Json.Nodes;
using Release.Journal;
using Release.Platforms;
using Release.Runs;

namespace Release.Tests.Runs;

/// <summary>A restore is ordered by a person who said what may be lost; it is a run like others, and takes nothing that serves away.</summary>
public sealed class RestoringABackup
{
    private readonly FakeBackup _backup = new();

    [Fact]
    public void Without_a_confirmation_it_says_what_would_be_lost_and_changes_nothing()
    {
        var scene = Promoted();
        var seq = scene.State.LastSeq;

        var result = scene.Command(p => p.Restore("latest", null));

        result.Status.ShouldBe(ExitStatus.Parked);
        result.Message.ShouldContain("restoring the backup good would replace \"my shop\"");
        result.Message.ShouldContain("what was written in that time is lost");
        result.Next.ShouldBe("If everything written since may be lost: ./build.sh Restore --backup latest --confirm 'my shop' --env fake.");
        scene.Lines.ShouldContain("  orders: 7 rows more than in the backup");
        scene.State.LastSeq.ShouldBe(seq);
        _backup.Done.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("latest", "shop", "--confirm names \"shop\", but what would be replaced is \"my shop\"")]
    [InlineData("away", "my shop", "fake has no backup \"away\"")]
    [InlineData("db2/latest", "my shop", "fake has no backup method \"db2\"; there are: db")]
    [InlineData("previous", "my shop", "No restore put anything of \"my shop\" aside")]
    public void What_is_not_there_or_not_meant_is_wrong_usage(string backup, string confirmed, string said)
    {
        var scene = Promoted();

        var result = scene.Command(p => p.Restore(backup, confirmed));

        result.Status.ShouldBe(ExitStatus.Usage);
        result.Message.ShouldContain(said);
        _backup.Done.ShouldBeEmpty();
    }

    [Fact]
    public void An_environment_without_such_a_backup_says_so() =>
        new Scene().Promoted().Command(p => p.Restore("latest", null)).Message.ShouldContain("has no backup that can be restored");

    [Fact]
    public void Confirmed_it_is_a_run_whose_steps_are_journaled_and_what_serves_stays()
    {
        var scene = Promoted();
        var stable = scene.State.Stable;

        var result = scene.Command(p => p.Restore("good", "my shop"));

        result.Status.ShouldBe(ExitStatus.Done);
        result.Next.ShouldContain("Restore --backup previous --confirm 'my shop'");
        _backup.Done.ShouldBe(["safety", "restore", "swap"]);
        var run = scene.State.Runs[^1];
        (run.Opening.Kind, run.Outcome, run.Opening.Restores!.Backup).ShouldBe((RunKind.Restore, RunOutcome.Done, "good"));
        scene.State.Stable!.Instances.Select(i => i.Id).ShouldBe(stable!.Instances.Select(i => i.Id));
        scene.Rollback().Status.ShouldBe(ExitStatus.Done, "the release before it can still be taken back");
        scene.Serves().ShouldBeTrue();
    }

    [Fact]
    public void What_cannot_be_dumped_before_is_replaced_only_by_a_parameter_that_says_so()
    {
        var scene = Promoted();
        _backup.NoSafety = "the disk of /b has 1 kB free.";

        scene.Command(p => p.Restore("good", null)).Next.ShouldContain("--confirm 'my shop' --without-safety-dump");
        var refused = scene.Command(p => p.Restore("good", "my shop"));
        (refused.Status, _backup.Done.Count).ShouldBe((ExitStatus.Usage, 0));
        refused.Message.ShouldContain("cannot be dumped before it is replaced: the disk of /b has 1 kB free. Nothing was changed.");

        scene.Command(p => p.Restore("good", "my shop", withoutSafety: true)).Status.ShouldBe(ExitStatus.Done);
        _backup.Done.ShouldBe(["restore", "swap"]);
        scene.State.Runs[^1].Opening.Restores!.WithoutSafety.ShouldBeTrue("whoever resumes it restores the same");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_gone_is_made_anew_and_nothing_is_promised_to_go_back_to(bool withoutSafety)
    {
        var scene = Promoted();
        _backup.IsGone = true;

        scene.Command(p => p.Restore("good", null)).Message.ShouldContain("would make \"my shop\" anew as it was at");
        var result = scene.Command(p => p.Restore("good", "my shop", withoutSafety));

        result.Status.ShouldBe(ExitStatus.Done);
        result.Next.ShouldContain("cannot be taken back");
        var order = scene.State.Runs[^1].Opening.Restores!;
        (order.IsGone, order.WithoutSafety).ShouldBe((true, false));
        _backup.Done.ShouldBe(["restore", "swap"]);
    }

    [Fact]
    public void A_step_that_fails_takes_the_others_back()
    {
        var scene = Promoted();
        _backup.Failing = "swap";

        scene.Command(p => p.Restore("good", "my shop")).Status.ShouldBe(ExitStatus.Failed);

        _backup.Done.ShouldBeEmpty();
        scene.State.Runs[^1].Outcome.ShouldBe(RunOutcome.RolledBack);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Killed_in_the_middle_it_goes_on_or_back(bool goesOn)
    {
        var scene = Promoted();
        scene.AtAppend = (process, record) =>
        {
            if (record is { Type: RecordType.StepIntent, Entry.Step: "swap" })
            {
                scene.AtAppend = null;
                process.Die();
            }
        };
        Should.Throw<Exception>(() => scene.Command(p => p.Restore("good", "my shop")));

        scene.Command(p => p.Restore("good", "my shop")).Status.ShouldBe(ExitStatus.Open, "an open run is ended first");
        (goesOn ? scene.Resume() : scene.Rollback()).Status.ShouldBe(ExitStatus.Done);

        _backup.Done.ShouldBe(goesOn ? ["safety", "restore", "swap"] : []);
    }

    [Fact]
    public void The_backups_of_the_open_and_of_the_last_promoted_run_are_in_use()
    {
        var scene = Promoted();
        _ = scene.Release("1.2.0");

        UsedBackups.Of(scene.State).ShouldBe(["taken before-1.2.0"], ignoreOrder: true);
    }

    private Scene Promoted()
    {
        var scene = new Scene { Backups = [_backup] };
        return scene.Promoted();
    }

    private sealed class FakeBackup : IRestorableBackup
    {
        public List<string> Done { get; } = [];

        public string Failing { get; set; } = "";

        public string? NoSafety { get; set; }

        public bool IsGone { get; set; }

        public string Id => "db";

        public string Target => "my shop";

        public IReadOnlyList<IStep> Take(string name) => [new Recorded(this, "take-backup-db", $"taken {name[..name.LastIndexOf('-')]}")];

        public IReadOnlyList<KeptBackup> Kept() => [new("db", "newer", At, 5, false), new("db", "good", At, 5, true)];

        public Task<IReadOnlyList<string>> Aside(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([]);

        public Task<RestoreOutlook> LookAhead(RestoreOrder order, CancellationToken cancellation) => Task.FromResult(new RestoreOutlook(Target, At, ["orders: 7 rows more than in the backup"]) { NoSafety = NoSafety, IsGone = IsGone });

        public IReadOnlyList<IStep> Restore(RestoreOrder order) =>
            [.. order.IsGone || order.WithoutSafety ? Array.Empty<IStep>() : [new Recorded(this, "safety")], new Recorded(this, "restore"), new Recorded(this, "swap")];

        private static DateTimeOffset At => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }

    private sealed class Recorded(FakeBackup world, string id, string? backup = null) : IStep
    {
        private bool _taken;

        public string Id => id;

        public StepSafety Safety => StepSafety.Keyed;

        public TimeSpan Deadline => TimeSpan.FromMinutes(1);

        public string Describe() => id;

        public Task<Observation> Observe(CancellationToken cancellation) => Task.FromResult(new Observation(
            _taken || world.Done.Contains(id) ? StepState.Applied : StepState.Pending, backup is null ? [] : new JsonObject { ["backup"] = backup }, id));

        public Task Apply(StepKey key, CancellationToken cancellation)
        {
            if (world.Failing == id)
            {
                throw new InvalidOperationException("it does not work");
            }

            _taken = true;
            if (backup is null)
            {
                world.Done.Add(id);
            }

            return Task.CompletedTask;
        }

        public Task Undo(Before before, StepKey key, CancellationToken cancellation)
        {
            _taken = false;
            _ = world.Done.Remove(id);
            return Task.CompletedTask;
        }
    }
}
