using System.Runtime.CompilerServices;
using Release.Acceptance.Processes;

namespace Release.Acceptance.Story;

/// <summary>What is so afterwards.</summary>
internal sealed class Then(Script script)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(60);

    public Then It_exits_with(int code) => Say($"It_exits_with {code}", w => w.Last.ExitCode.ShouldBe(code));

    /// <summary>The last line says what happened, and what to do next.</summary>
    public Then Its_last_line_has(params string[] words) => Say("Its_last_line_has", w =>
    {
        foreach (var word in words)
        {
            w.Last.LastLine.ShouldContain(word, Case.Sensitive);
        }
    });

    public Then It_says(params string[] words) => Say("It_says", w =>
    {
        foreach (var word in words)
        {
            w.Last.Everything.ShouldContain(word, Case.Sensitive);
        }
    });

    public Then No_stack_trace_is_shown() => Say(nameof(No_stack_trace_is_shown), w =>
    {
        w.Last.Everything.ShouldNotContain("   at ");
        w.Last.Everything.ShouldNotContain("Unhandled exception");
    });

    public Then The_background_command_exits_with(int code) => Say($"The_background_command_exits_with {code}", async w =>
    {
        var ended = await w.EndOfHolder();
        ended.ExitCode.ShouldBe(code);
    });

    public Then The_background_command_says(params string[] words) => Say("The_background_command_says", async w =>
    {
        var ended = await w.EndOfHolder();
        foreach (var word in words)
        {
            ended.Everything.ShouldContain(word, Case.Sensitive);
        }
    });

    public Then It_took_less_than(TimeSpan limit) => Say("It_took_less_than", w =>
    {
        w.Say($"{w.Last.Line}: {w.Last.Took.TotalSeconds:0.00} s");
        w.Last.Took.ShouldBeLessThan(limit);
    });

    public Then The_state_is(string state) => Say($"The_state_is {state}", async w =>
        (await w.Root.Status())["state"]!.GetValue<string>().ShouldBe(state));

    /// <summary>The same process as before, with all of the traffic, and by the status too.</summary>
    public Then V1_serves_everything() => Say(nameof(V1_serves_everything), async w =>
    {
        await Serves(w, "1.0.0");
        w.Root.ProcessesOf("1.0.0").ShouldBe([w.StableProcess]);
    });

    public Then V2_serves_everything() => Version_serves_everything("2.0.0");

    public Then Version_serves_everything(string version) => Say($"Version_serves_everything {version}", w => Serves(w, version));

    public Then The_candidate_has_no_share() => Say(nameof(The_candidate_has_no_share), async w =>
    {
        var split = (await w.Root.Status())["split"]!["requested"]!;
        split["candidate"]!.GetValue<double>().ShouldBe(0);
        split["stable"]!.GetValue<double>().ShouldBe(100);
        await OnlyAnswers(w, "1.0.0");
    });

    public Then Nothing_of_v2_is_left() => Say(nameof(Nothing_of_v2_is_left), async w =>
    {
        await Eventually.Holds("no process of 2.0.0 runs", Moment, () => w.Root.ProcessesOf("2.0.0").Count == 0);
        (await w.Root.Tags()).ShouldNotContain(t => t.Contains("2.0.0", StringComparison.Ordinal));
    });

    public Then Everything_is_as_noted() => Say(nameof(Everything_is_as_noted), async w => (await w.Everything()).ShouldBe(w.Noted));

    public Then The_world_is_as_noted() => Say(nameof(The_world_is_as_noted), async w => (await w.Serving()).ShouldBe(w.Noted));

    /// <summary>The hash on the last line of a preview.</summary>
    public Then The_plan_is_noted() => Say(nameof(The_plan_is_noted), w =>
        w.Noted = w.Last.Output.Split('\n').Last(l => l.StartsWith("plan ", StringComparison.Ordinal))["plan ".Length..]);

    public Then The_run_had_the_noted_plan(string run) => Say(nameof(The_run_had_the_noted_plan), w =>
    {
        var opened = w.Root.Journal().Single(r => r["type"]!.GetValue<string>() == "run-opened" && r["run"]!.GetValue<string>() == run);
        opened["data"]!["planHash"]!.GetValue<string>().ShouldBe(w.Noted);
        w.Noted.Length.ShouldBe(64);
    });

    public Then There_is_no_environment() => Say(nameof(There_is_no_environment), w => Directory.Exists(w.Root.State).ShouldBeFalse());

    public Then No_request_failed() => Say(nameof(No_request_failed), async w =>
    {
        await w.Load!.Stop();
        w.Say($"{w.Load.Sent} requests from outside: {string.Join(", ", w.Load.Versions.Select(v => $"{v.Value} answers of {v.Key}"))}");
        w.Load.Failures.ShouldBeEmpty();
        w.Load.Sent.ShouldBeGreaterThan(300);
    });

    public Then Both_versions_answered() => Say(nameof(Both_versions_answered), w => w.Load!.Versions.Keys.Order().ShouldBe(["1.0.0", "2.0.0"]));

    public Then That(string name, Func<World, Task> check) => Say(name, check);

    public Then That(string name, Action<World> check) => Say(name, check);

    public When When() => new(script);

    public TaskAwaiter GetAwaiter() => script.Play().GetAwaiter();

    private static async Task Serves(World world, string version)
    {
        var status = await world.Root.Status();
        status["stable"]!["version"]!.GetValue<string>().ShouldBe(version, status.ToJsonString());
        var split = status["split"]!["requested"]!.AsObject();
        split["stable"]!.GetValue<double>().ShouldBe(100, status.ToJsonString());
        await OnlyAnswers(world, version);
    }

    private static async Task OnlyAnswers(World world, string version)
    {
        var traffic = await world.Traffic();
        for (var request = 0; request < 20; request++)
        {
            (await world.Ask(traffic)).Version.ShouldBe(version);
        }
    }

    private Then Say(string name, Func<World, Task> act)
    {
        script.Add(name, act);
        return this;
    }

    private Then Say(string name, Action<World> act)
    {
        script.Add(name, act);
        return this;
    }
}
