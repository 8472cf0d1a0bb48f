using Release.Drivers.Kong;
using Release.Platforms;
using Release.Runs;
using Release.Tests.Kong.Strict;
using Release.Tests.Processes;

namespace Release.Tests.Kong;

public sealed class DividingWeights
{
    [Fact]
    public void The_share_is_exact_wherever_Kong_has_weights_for_it()
    {
        foreach (var stables in Enumerable.Range(1, 6))
        {
            foreach (var candidates in Enumerable.Range(1, 6))
            {
                foreach (var share in new[] { 0m, 0.01m, 1m, 10m, 33.33m, 50m, 99.99m, 100m })
                {
                    TargetSplit.Of(new Percent(share), stables, candidates).ShareOf(stables, candidates).ShouldBe((double)share / 100, 1e-12);
                }
            }
        }
    }

    [Fact]
    public void Beyond_that_it_is_as_near_as_whole_weights_can_be_and_nobody_is_rounded_away()
    {
        foreach (var (stables, candidates) in new[] { (1, 40), (40, 1), (100, 100), (7, 1000), (1000, 7) })
        {
            foreach (var share in new[] { 0.01m, 0.5m, 1m, 12.34m, 50m, 98.77m, 99.99m })
            {
                var split = TargetSplit.Of(new Percent(share), stables, candidates);
                split.Stable.ShouldBeInRange(1, 65_535);
                split.Candidate.ShouldBeInRange(1, 65_535);

                // One candidate against 65,535 of each stable is the least that Kong can say.
                var least = new TargetSplit(65_535, 1).ShareOf(stables, candidates);
                var most = new TargetSplit(1, 65_535).ShareOf(stables, candidates);
                var asked = Math.Clamp((double)share / 100, least, most);
                split.ShareOf(stables, candidates).ShouldBe(asked, Math.Min(asked, 1 - asked) * 0.01);
            }
        }
    }

    [Fact]
    public void A_share_of_less_than_a_part_is_still_a_share()
    {
        TargetSplit.Of(new Percent(0.001m), 1, 1).ShouldBe(new TargetSplit(9_999, 1));
        TargetSplit.Of(new Percent(99.999m), 1, 1).ShouldBe(new TargetSplit(1, 9_999));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Three_addresses_of_stable_beside_one_of_the_candidate_serve_what_was_asked_for(bool dbLess)
    {
        await using var world = await StrictWorld.Start(dbLess);
        world.Kong.Workers.UpdateFrequency = TimeSpan.Zero;
        world.Addresses["stable"] = [.. Places(1001, 1011, 1021)];
        await world.Shift(10).Apply(StepConformance.Key, default);

        world.Kong.Weights("ping").ShouldBe("127.0.0.1:1001=9000 127.0.0.1:1002=3000 127.0.0.1:1011=9000 127.0.0.1:1021=9000");
        var served = world.Kong.Workers.Serve("ping", 10_000);
        served["127.0.0.1:1002"].ShouldBe(1_000);
        (await world.Shift(10).Observe(default)).State.ShouldBe(StepState.Applied);
        (await world.Router.Observe(StrictWorld.Service, default))!.ShareOf(["127.0.0.1:1002"]).ShouldBe(new Percent(10));
    }

    [Fact]
    public async Task A_name_with_three_addresses_behind_it_hands_its_weight_over_to_them_and_gets_it_back()
    {
        // What a team has: one target, a name, three containers. Ninety beside ten would be 3.6 % for the candidate.
        await using var world = await StrictWorld.Start(dbLess: false);
        var kong = world.Kong;
        kong.Workers.UpdateFrequency = TimeSpan.Zero;
        kong.Workers.Names["ping:80"] = ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"];
        kong.Entities.Targets.Clear();
        kong.Entities.Targets.Add(new("t", kong.Entities.Upstreams[0]["id"]!.GetValue<string>(), "ping:80", 100));
        world.Addresses["stable"] =
        [
            .. Enumerable.Range(1, 3).Select(i => new InstanceAddress($"shop-ping-{i}:80", $"127.0.0.1:{4700 + i}") { Also = [$"10.0.0.{i}:80"] }),
        ];
        var step = world.Shift(10);
        var seen = await step.Observe(default);
        seen.State.ShouldBe(StepState.Pending);
        seen.Detail.ShouldContain("ping:80, which stands for stable, 100");

        await step.Apply(StepConformance.Key, default);
        kong.Weights("ping").ShouldBe("127.0.0.1:1002=3000 ping:80=0 shop-ping-1:80=9000 shop-ping-2:80=9000 shop-ping-3:80=9000");
        (await step.Observe(default)).State.ShouldBe(StepState.Applied);
        kong.Workers.Serve("ping", 1_000)["127.0.0.1:1002"].ShouldBe(100);

        await step.Undo(new Before(seen.Seen), StepConformance.UndoKey, default);
        kong.Weights("ping").ShouldBe("ping:80=100");
        kong.Starved.ShouldBeFalse();
        kong.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_for_somebody_elses_addresses_is_left_alone()
    {
        await using var world = await StrictWorld.Start(dbLess: false);
        world.Kong.Workers.Names["other:80"] = ["10.0.0.9:80"];
        world.Kong.Entities.Targets.Add(new("t", world.Kong.Entities.Upstreams[0]["id"]!.GetValue<string>(), "other:80", 7));
        world.Addresses["stable"] = [new("127.0.0.1:1001", "127.0.0.1:1001") { Also = ["10.0.0.1:80"] }];
        await world.Shift(10).Apply(StepConformance.Key, default);

        world.Kong.Weights("ping").ShouldContain("other:80=7");
        (await world.Shift(10).Observe(default)).Detail.ShouldContain("others have 7");
    }

    [Fact]
    public async Task A_journal_from_before_with_one_address_in_it_is_undone()
    {
        await using var world = await StrictWorld.Start(dbLess: false);
        await world.Shift(50).Apply(StepConformance.Key, default);
        var before = new System.Text.Json.Nodes.JsonObject
        {
            ["targets"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["target"] = "127.0.0.1:1001", ["weight"] = 10_000 }),
            ["stable"] = "127.0.0.1:1001",
            ["candidate"] = "127.0.0.1:1002",
        };
        await world.Shift(50).Undo(new Before(before), StepConformance.UndoKey, default);
        world.Kong.Weights("ping").ShouldBe("127.0.0.1:1001=10000");
    }

    [Fact]
    public async Task Workers_take_a_split_up_one_after_the_other_and_none_sends_a_request_nowhere()
    {
        var time = new Journal.ManualClock();
        await using var world = await StrictWorld.Start(dbLess: true, workers: 4, time);
        await world.Shift(50).Apply(StepConformance.Key, default);

        world.Kong.Workers.Serve("ping", 400).ShouldBe(new Dictionary<string, int> { ["127.0.0.1:1001"] = 400 });
        time.Advance(TimeSpan.FromSeconds(2.6));
        world.Kong.Workers.Serve("ping", 400)["127.0.0.1:1002"].ShouldBe(100);
        time.Advance(TimeSpan.FromSeconds(2.5));
        world.Kong.Workers.Serve("ping", 400)["127.0.0.1:1002"].ShouldBe(200);
    }

    private static IEnumerable<InstanceAddress> Places(params int[] ports) => ports.Select(port => new InstanceAddress($"127.0.0.1:{port}", $"127.0.0.1:{port}"));
}
