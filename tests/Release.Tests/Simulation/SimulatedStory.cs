using System.Globalization;
using System.Text.Json.Nodes;
using Release.Configuration;
using Release.Runs;
using Release.Tests.Runs;

namespace Release.Tests.Simulation;

/// <summary>What a story counted.</summary>
/// <param name="Releases">Runs that released a version beside another one.</param>
/// <param name="Records">Records in its journal.</param>
/// <param name="Commands">Commands that people gave.</param>
/// <param name="Kills">Commands whose process was killed.</param>
/// <param name="Judged">Healthy versions that came to the gate of a calm story.</param>
/// <param name="Misjudged">Those of them that the gate failed.</param>
internal sealed record StoryCount(int Releases, int Records, int Commands, int Kills, int Judged, int Misjudged);

/// <summary>
/// One simulated environment through some hours: people give commands, one after the other and at the same time, the
/// weather of <see cref="Weather"/> goes over it, then the world is well again, somebody gives the last command, and
/// everything must be as design.md says. All of it follows from the seed.
/// </summary>
internal sealed class SimulatedStory
{
    /// <summary>The error rate of everybody who is well.</summary>
    public const double Background = 0.001;

    /// <summary>The lowest error rate of a version that is ill: five times the gate's limit.</summary>
    public const double Sick = 0.05;

    private static readonly TimeSpan LongestAct = TimeSpan.FromHours(2);
    private const int MostCallsOfAnAct = 2000;

    private readonly Dice _dice;
    private readonly List<string> _log = [];
    private readonly Weather _weather;
    private readonly Watchman _watchman;
    private readonly bool _isCalm;
    private readonly HashSet<string> _healed = [];
    private int _versions;
    private int _commands;
    private int _kills;

    public SimulatedStory(int seed)
    {
        _dice = new Dice(seed);
        Scene = new Scene(_dice.Is(0.75) ? ["ping"] : ["ping", "search"]);
        Scene.Options = Configured(Scene.Options);
        Scene.Time.Longest = LongestAct;
        Scene.TakingOverKills = _dice.Is(0.5);
        Scene.World.Traffic.Background = Background;
        Scene.World.Traffic.Failing = _dice.Failing;
        Scene.World.Traffic.Rate = _dice.Between(3_000, 20_000);
        _weather = new Weather(Scene, _dice, Say);
        _watchman = new Watchman(Scene, _weather, Say);
        _isCalm = _dice.Is(0.2);
    }

    public Scene Scene { get; }

    /// <summary>Gets what happened, line by line.</summary>
    public IReadOnlyList<string> Log => _log;

    /// <summary>Tells it to its end. Throws when something was wrong.</summary>
    public StoryCount Tell()
    {
        Begin();
        var acts = _dice.Number(1, 6);
        for (var act = 0; act < acts; act++)
        {
            Act();
            Rest();
        }

        new Morning(this, _dice, _weather).Come();
        return Count();
    }

    /// <summary>Writes a line down.</summary>
    public void Say(string line) =>
        _log.Add(string.Create(CultureInfo.InvariantCulture, $"{Scene.Time.GetUtcNow():HH:mm:ss.fff} {line}"));

    /// <summary>People give these commands, and all of them come to an end.</summary>
    public void Give(params IReadOnlyList<Command> commands)
    {
        var (before, began, calls) = (Scene.State, Scene.Time.GetUtcNow(), Scene.World.Blows.Calls.Count);
        _ = Scene.Time.Run(async () =>
        {
            await Task.WhenAll(commands.Select(Give));
            return true;
        });
        _kills += commands.Count(c => c.WasKilled);
        (Scene.World.Blows.Calls.Count - calls).ShouldBeLessThan(MostCallsOfAnAct, "Something goes round in a circle.");
        _watchman.Wrong.ShouldBeEmpty();
        new ActLaws(Scene, _weather, commands, before, began).Hold();
    }

    /// <summary>A version that nobody has released.</summary>
    public string NewVersion()
    {
        var taken = Scene.State.Runs.Select(r => r.Opening.Target.Version).ToHashSet();
        do
        {
            _versions++;
        }
        while (taken.Contains($"2.{_versions}.0"));
        return $"2.{_versions}.0";
    }

    /// <summary>Nobody is ill any more.</summary>
    public void HealEverybody()
    {
        Scene.World.DoNotBoot.Clear();
        Scene.World.Traffic.ErrorRates.Clear();
        Scene.World.Traffic.Slow.Clear();
        _healed.UnionWith(_watchman.IllFromBirth);
        _watchman.IllFromBirth.Clear();
    }

    private void Begin()
    {
        var beginning = _dice.Number(0, 2);
        Say(new[] { "an empty environment", "1.0.0 deployed", "1.1.0 promoted" }[beginning]);
        if (beginning > 0)
        {
            _ = beginning == 1 ? Scene.Deployed() : Scene.Promoted();
        }
    }

    private void Act()
    {
        _weather.Storm = _isCalm ? 0 : _dice.Number(0, 3);
        Births();
        _weather.Begin();
        Observe();
        var count = _dice.Of(1, 1, 1, 1, 1, 1, 2, 2, 3);
        Give([.. Enumerable.Range(0, count).Select(i =>
            Command.Any(_dice, Scene.State.Open is not null, NewVersion, i == 0 ? TimeSpan.Zero : _dice.AnyLength(0.01, 60)))]);
        _weather.Clear();
    }

    // Some versions are born ill: the ones that people name, and the one that comes by itself.
    private void Births()
    {
        foreach (var version in new[] { $"2.{_versions + 1}.0", $"2.{_versions + 2}.0", Next() })
        {
            if (_watchman.IllFromBirth.Contains(version) || Scene.State.Runs.Any(r => r.Opening.Target.Version == version) || !_dice.Is(0.2))
            {
                continue;
            }

            _ = _watchman.IllFromBirth.Add(version);
            Say($"{version} is ill");
            if (_dice.Is(0.7))
            {
                Scene.World.Traffic.ErrorRates[version] = _dice.Between(Sick, 0.5);
            }
            else
            {
                _ = _dice.Is(0.6) ? Scene.World.Traffic.Slow.Add(version) : Scene.World.DoNotBoot.Add(version);
            }
        }
    }

    private string Next()
    {
        var newest = Scene.State.Runs.Where(r => r.Opening.Kind is RunKind.Release && r.Outcome is RunOutcome.Promoted)
            .Select(r => r.Opening.Target.Version.Split('.').Select(int.Parse).ToArray()).OrderBy(v => (v[0] * 1000) + v[1]).LastOrDefault() ?? [1, 0, 0];
        return $"{newest[0]}.{newest[1] + 1}.0";
    }

    // Every record that is written is seen by the watchman, whatever the weather does at appends.
    internal void Observe()
    {
        var weather = Scene.AtAppend;
        Scene.AtAppend = (process, written) =>
        {
            if (written is not null)
            {
                _watchman.Wrote(process, written);
            }

            weather?.Invoke(process, written);
        };
    }

    private async Task Give(Command command)
    {
        await Task.Delay(command.After, Scene.Time);
        _commands++;
        Say($"> {command}");
        var process = Scene.Process(new() { Owner = $"person{_commands}@host", Program = "test", Reason = "because", Version = command.Version, IsCiHost = command.IsCiHost });
        Happenings(command, process);
        command.Result = await process.Live(command.Do);
        command.HasEnded = true;
        Say($"< {command}: {(command.Result is { } result ? $"{(int)result.Status} {result.Message}" : "KILLED")}");
    }

    // What may happen to a process at any moment.
    private void Happenings(Command command, FakeProcess process)
    {
        if (_weather.Storm == 0)
        {
            return;
        }

        Sometime(0.06 * _weather.Storm, "is killed", process.Die);
        Sometime(0.05 * _weather.Storm, "gets a signal", () =>
        {
            command.WasInterrupted = true;
            process.Stop.Request(new StopCause.Interrupted(_dice.Of(2, 15)));
        });
        Sometime(0.04 * _weather.Storm, "is stopped", () =>
        {
            command.WasFrozen = true;
            process.Freeze();
            Scene.Time.At(_dice.AnyLength(0.5, 300), () =>
            {
                Say($"{command} continues");
                process.Thaw();
            });
        });

        void Sometime(double probability, string what, Action happen)
        {
            if (_dice.Is(probability))
            {
                Scene.Time.At(_dice.AnyLength(0.01, 60), () =>
                {
                    if (!command.HasEnded && !process.IsDead)
                    {
                        Say($"{command} {what}");
                        happen();
                    }
                });
            }
        }
    }

    private void Rest()
    {
        Scene.Time.Pass(_dice.Of(_dice.AnyLength(0.01, 10), _dice.AnyLength(0.01, 10), _dice.AnyLength(10, 300), _dice.AnyLength(300, 1500)));
        if (!_isCalm && _dice.Is(0.03))
        {
            Say("the machine restarts");
            Scene.World.Restart();
        }

        StatusAgrees(Scene.Status());
    }

    // Invariant 5: what is shown is what is there.
    private void StatusAgrees(JsonObject status)
    {
        var (open, service) = (Scene.State.Open, Scene.Options.Services[0].Name);
        status["state"]!.GetValue<string>().ShouldBe(open switch
        {
            null => "idle",
            { StuckBecause: not null } => "stuck",
            { IsParked: true } => "parked",
            _ => "interrupted",
        });
        if (open?.Opening is { Kind: RunKind.Release, IsFirst: false } && status["split"]!["requested"]?["candidate"] is { } share)
        {
            var weights = Scene.World.Fields($"weight/{service}/").ToDictionary(f => f.Split('/')[2], f => double.Parse(Scene.World[f]!, CultureInfo.InvariantCulture));
            var candidate = weights.GetValueOrDefault(Scene.World.AddressOf(open.Opening.Target.Of(service)!.Id));
            share.GetValue<double>().ShouldBe(candidate == 0 ? 0 : 100 * candidate / weights.Values.Sum(), 0.01);
        }
    }

    private EnvironmentOptions Configured(EnvironmentOptions options) => options with
    {
        Traffic = options.Traffic with { Steps = _dice.Of<IReadOnlyList<int>>([10, 50, 100], [10, 50, 100], [25, 100], [5, 25, 50, 100]) },
        Tag = new() { Enabled = _dice.Is(0.6), Remote = _dice.Is(0.5) ? "origin" : null },
        OnInterrupt = _dice.Of<InterruptPolicy?>(null, null, InterruptPolicy.Stop, InterruptPolicy.Rollback),
        Gate = options.Gate with
        {
            OnInconclusive = _dice.Of(DeadlinePolicy.Rollback, DeadlinePolicy.Hold),
            OnUnavailable = _dice.Of(DeadlinePolicy.Rollback, DeadlinePolicy.Hold),
        },
    };

    private StoryCount Count()
    {
        var releases = Scene.State.Runs.Where(r => r.Opening is { Kind: RunKind.Release, IsFirst: false }).ToList();
        var judged = _isCalm ? releases.Where(r => !_healed.Contains(r.Opening.Target.Version) && r.Verdict is not null).ToList() : [];
        return new(releases.Count, Scene.Journal.Records.Count, _commands, _kills, judged.Count, judged.Count(r => r.Verdict == "fail"));
    }
}
