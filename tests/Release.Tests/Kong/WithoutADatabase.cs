using Release.Drivers.Kong;
using Release.Drivers.Kong.Declared;
using Release.Runs;
using Release.Tests.Kong.Strict;
using Release.Tests.Processes;

namespace Release.Tests.Kong;

public sealed class WithoutADatabase
{
    [Fact]
    public async Task Only_weights_change_in_the_file_and_comments_and_order_stay()
    {
        await using var world = await StrictWorld.Start(dbLess: true);
        await world.Shift(10).Apply(StepConformance.Key, default);

        world.Declared.ShouldBe(StrictWorld.File
            .Replace("weight: 10000\n", "weight: 9000\n      - { \"target\": \"127.0.0.1:1002\", \"weight\": 1000 }\n", StringComparison.Ordinal));
        world.Kong.Weights("ping").ShouldBe("127.0.0.1:1001=9000 127.0.0.1:1002=1000");
    }

    [Fact]
    public async Task A_restart_of_Kong_brings_the_same_weights()
    {
        await using var world = await StrictWorld.Start(dbLess: true);
        await world.Shift(10).Apply(StepConformance.Key, default);
        var weights = world.Kong.Weights("ping");
        world.Kong.Boot(world.Declared);

        world.Kong.Weights("ping").ShouldBe(weights);
        (await world.Shift(10).Observe(default)).State.ShouldBe(StepState.Applied);
    }

    [Fact]
    public async Task What_was_written_into_the_file_and_not_loaded_does_not_go_live_with_a_release()
    {
        await using var world = await StrictWorld.Start(dbLess: true);
        await File.WriteAllTextAsync(world.FilePath, StrictWorld.File.Replace("retries: 5", "retries: 2", StringComparison.Ordinal));
        await world.Shift(10).Apply(StepConformance.Key, default);

        world.Kong.Entities.Services[0]["retries"]!.GetValue<int>().ShouldBe(5);
        world.Declared.ShouldContain("retries: 2");
    }

    [Fact]
    public async Task A_file_that_says_something_else_is_torn_and_the_same_step_mends_it()
    {
        await using var world = await StrictWorld.Start(dbLess: true);
        await world.Shift(10).Apply(StepConformance.Key, default);
        await File.WriteAllTextAsync(world.FilePath, StrictWorld.File);

        var seen = await world.Shift(10).Observe(default);
        seen.State.ShouldBe(StepState.Torn);
        seen.Detail.ShouldContain("a restart of Kong would change them");
        await world.Shift(10).Apply(StepConformance.Key, default);
        world.Kong.Loads.ShouldBe(1, "Kong had it already");
        (await world.Shift(10).Observe(default)).State.ShouldBe(StepState.Applied);
    }

    [Fact]
    public async Task What_Kong_has_already_is_answered_with_304_and_done()
    {
        await using var world = await StrictWorld.Start(dbLess: true);
        using var admin = world.Kong.Admin();
        await admin.Load(StrictWorld.File, default);
        world.Kong.Loads.ShouldBe(0);
    }

    [Fact]
    public async Task A_busy_Kong_is_asked_again_after_the_time_it_names()
    {
        await using var world = await StrictWorld.Start(dbLess: true);
        world.Kong.AnswerLoads(429, retryAfter: "1", times: 2);
        await world.Shift(10).Apply(StepConformance.Key, default);
        world.Kong.Weights("ping").ShouldBe("127.0.0.1:1001=9000 127.0.0.1:1002=1000");
    }

    [Fact]
    public void A_pause_that_a_proxy_asks_for_is_bounded()
    {
        KongRefusals.Pause(TimeSpan.FromDays(365), 1).ShouldBe(TimeSpan.FromSeconds(10));
        KongRefusals.Pause(TimeSpan.FromSeconds(3), 1).ShouldBe(TimeSpan.FromSeconds(3));
        KongRefusals.Pause(TimeSpan.FromSeconds(-1), 1).ShouldBe(TimeSpan.FromMilliseconds(500));
    }

    [Theory]
    [InlineData(413, "raise lmdb_map_size")]
    [InlineData(429, "it is still loading another configuration")]
    [InlineData(503, "it is shutting down; start it")]
    [InlineData(504, "it did not load the configuration in time; look at its log")]
    public async Task Every_no_says_what_to_do_and_leaves_the_file_alone(int status, string said)
    {
        await using var world = await StrictWorld.Start(dbLess: true);
        world.Kong.AnswerLoads(status, status == 429 ? "0" : null, times: 9);
        var problem = await Should.ThrowAsync<KongException>(world.Shift(10).Apply(StepConformance.Key, default));
        problem.Message.ShouldContain(said);
        world.Declared.ShouldBe(StrictWorld.File);
        world.Kong.Weights("ping").ShouldBe("127.0.0.1:1001=10000");
    }

    [Fact]
    public async Task A_load_that_timed_out_and_was_done_is_found_done()
    {
        await using var world = await StrictWorld.Start(dbLess: true);
        world.Kong.AnswerLoads(504, isDone: true);
        await world.Shift(10).Apply(StepConformance.Key, default);
        world.Kong.Loads.ShouldBe(1);
        (await world.Shift(10).Observe(default)).State.ShouldBe(StepState.Applied);
    }

    [Fact]
    public async Task A_configuration_that_is_not_valid_is_told_entity_by_entity()
    {
        await using var world = await StrictWorld.Start(dbLess: true);
        using var admin = world.Kong.Admin();
        var wrong = StrictWorld.File.Replace("weight: 10000", "weight: 65536", StringComparison.Ordinal).Replace("retries: 5", "retries: 99999", StringComparison.Ordinal);
        var problem = await Should.ThrowAsync<KongRefusedException>(admin.Load(wrong, default));
        problem.Message.ShouldContain("the configuration is not valid: target 127.0.0.1:1001: weight: value should be between 0 and 65535; service ping: retries: value should be between 0 and 32767");
    }

    [Fact]
    public async Task A_target_that_is_written_by_itself_is_refused_with_the_way_that_works()
    {
        await using var world = await StrictWorld.Start(dbLess: true);
        using var admin = world.Kong.Admin();
        var refused = await Should.ThrowAsync<KongRefusedException>(admin.Patch("upstreams/ping/targets/127.0.0.1:1001", KongPaths.Weight(1), default));
        refused.Status.ShouldBe(405);
        refused.Message.ShouldContain("traffic/file");
    }

    [Fact]
    public async Task A_file_for_a_Kong_with_a_database_is_refused_with_what_to_remove()
    {
        await using var world = await StrictWorld.Start(dbLess: false);
        using var admin = world.Kong.Admin();
        (await Should.ThrowAsync<KongRefusedException>(admin.Load(StrictWorld.File, default))).Message.ShouldContain("it has a database: remove traffic/file");
    }

    [Fact]
    public async Task Traffic_goes_back_even_where_the_file_is_gone_and_the_undo_says_what_is_left()
    {
        await using var world = await StrictWorld.Start(dbLess: true);
        var step = world.Shift(10);
        var before = new Before((await step.Observe(default)).Seen);
        await step.Apply(StepConformance.Key, default);
        File.Delete(world.FilePath);

        var problem = await Should.ThrowAsync<ReleaseException>(step.Undo(before, StepConformance.UndoKey, default));
        problem.Message.ShouldContain("Kong's file");
        world.Kong.Weights("ping").ShouldBe("127.0.0.1:1001=10000");
    }

    [Fact]
    public async Task A_rollback_in_a_run_of_its_own_moves_traffic_before_it_meets_a_broken_file()
    {
        // Invariant 14.
        await using var world = await StrictWorld.Start(dbLess: true);
        await world.Shift(50).Apply(StepConformance.Key, default);
        await File.WriteAllTextAsync(world.FilePath, "a: [");
        var back = world.Router.Shift("return-traffic-ping", StrictWorld.Service, "stable", "candidate", Percent.Zero);

        (await back.Observe(default)).State.ShouldNotBe(StepState.Unknown);
        (await Should.ThrowAsync<ReleaseException>(back.Apply(StepConformance.KeyOf("back"), default))).Message.ShouldContain("neither YAML nor JSON");
        world.Kong.Weights("ping").ShouldBe("127.0.0.1:1001=10000 127.0.0.1:1002=0");
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("- a\n", "is no mapping")]
    [InlineData("a: [1\n", "is neither YAML nor JSON")]
    [InlineData("a: 1\n---\nb: 2\n", "second document")]
    [InlineData("a: 1\na: 2\n", "is there twice")]
    [InlineData("upstreams:\n- name: ping\n  targets: &t\n  - target: h:1\n    weight: 1\n- name: pong\n  targets: *t\n", "shared through an anchor")]
    [InlineData("x: &w 5\nupstreams:\n- name: ping\n  targets:\n  - target: h:1\n    weight: *w\n", "weight that is none")]
    [InlineData("upstreams:\n- name: ping\n  targets:\n  - target: h:1\n    weight: heavy\n", "weight that is none")]
    [InlineData("upstreams:\n- name: pong\n", "has no upstream ping")]
    [InlineData("upstreams:\n- name: ping\n", "has no list of targets")]
    public void A_file_that_cannot_be_changed_safely_is_refused(string text, string said) => Should.Throw<ReleaseException>(() =>
    {
        var kong = DeclaredKong.Read(text, "kong.yml");
        _ = kong.Weights("ping");
        return kong.Weighed("ping", [new("h:2", 1), new("h:1", 2)], []);
    }).Message.ShouldContain(said);

    [Fact]
    public void A_file_of_twenty_thousand_levels_is_refused() =>
        Should.Throw<ReleaseException>(() => DeclaredKong.Read(string.Concat(Enumerable.Repeat("[", 20_000)), "kong.yml")).Message.ShouldContain("nested deeper");

    [Theory]
    [InlineData("{\"upstreams\":[{\"name\":\"ping\",\"targets\":[{\"target\":\"h:1\",\"weight\":5}]}]}")]
    [InlineData("{ \"upstreams\": [ { \"name\": \"ping\", \"targets\": [ ] } ], \"targets\": [] }")]
    [InlineData("upstreams:\n- name: ping\n  targets:\n  - target: h:1\n")]
    [InlineData("upstreams:\r\n  - name: ping\r\n    targets:\r\n      - target: h:1\r\n        weight: 5 # stable\r\n")]
    [InlineData("targets:\n- upstream: ping\n  target: h:1\n  weight: 5\nupstreams:\n- name: ping\n")]
    [InlineData("upstreams:\n- id: abc\n  name: ping\ntargets:\n- id: x\n  target: h:1\n  upstream: abc\n  weight: 5\n  tags: ~\n- target: h:1\n  upstream: other\n  weight: 3\n")]
    [InlineData("upstreams: [{name: ping, targets: [{target: 'h:1', weight: 5}]}]")]
    public void Weights_are_set_added_and_taken_away_in_every_way_of_writing_it_down(string text)
    {
        var kong = DeclaredKong.Read(text, "kong.yml");
        var was = kong.Weights("ping")!.All;

        var changed = DeclaredKong.Read(kong.Weighed("ping", [new("h:1", 9_000), new("h:2", 1_000)], []).Text, "kong.yml");
        changed.Weights("ping")!.All.ShouldBe(new Dictionary<string, int> { ["h:1"] = 9_000, ["h:2"] = 1_000 }, ignoreOrder: true);

        string[] removed = was.ContainsKey("h:1") ? ["h:2"] : ["h:1", "h:2"];
        var back = changed.Weighed("ping", [.. was], removed);
        DeclaredKong.Read(back.Text, "kong.yml").Weights("ping")!.All.ShouldBe(was, ignoreOrder: true);
        if (text.Contains("weight", StringComparison.Ordinal))
        {
            back.Text.ShouldBe(text);
        }
    }

    [Theory]
    [InlineData("services:\n- name: ping\n  host: ping\n", 5)]
    [InlineData("services:\n- name: ping\n  retries: 3\n  tags:\n  - a\n  - b\n", 3)]
    [InlineData("services:\n- host: ping\n  name: ping\n  retries: 3\n  tags: ~\n", 3)]
    [InlineData("{\"services\":[{\"name\":\"ping\",\"retries\":3,\"tags\":[]}]}", 3)]
    [InlineData("{\"services\":[{\"name\":\"ping\",\"retries\":3,\"tags\":[\"a\"]}]}", 3)]
    public void Retries_are_held_and_given_back_in_every_way_of_writing_it_down(string text, int retries)
    {
        var kong = DeclaredKong.Read(text, "kong.yml");
        var (was, tags) = kong.Service("ping")!.Value;
        was.ShouldBe(retries);
        var held = DeclaredKong.Read(kong.Retrying("ping", 0, "release-retries-3", true).Text, "kong.yml");
        held.Service("ping")!.Value.Retries.ShouldBe(0);
        held.Service("ping")!.Value.Tags.ShouldBe([.. tags, "release-retries-3"]);
        var back = DeclaredKong.Read(held.Retrying("ping", retries, "release-retries-3", false).Text, "kong.yml").Service("ping")!.Value;
        back.Retries.ShouldBe(retries);
        back.Tags.ShouldBe(tags);
    }
}
