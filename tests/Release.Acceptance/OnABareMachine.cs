using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Release.Acceptance.Processes;
using Release.Acceptance.Story;
using Xunit.Abstractions;

namespace Release.Acceptance;

/// <summary>The packed program on a machine that has neither .NET nor git, shell, users or certificates, and never saw the repository.</summary>
[Collection(TheClone.Bare)]
public sealed class OnABareMachine(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    [BareRootFact]
    public async Task A_release_is_rolled_back_and_looked_at() => await Given().A_promoted_v2()
        .When().Something_else("On_a_bare_machine_somebody_runs_Status", w => Bare(w, "Status"))
        .Then().It_exits_with(0).It_says("serves       2.0.0")
        .When().Something_else("Rollback", w => Bare(w, "Rollback", "--reason", "night"))
        .Then().It_exits_with(0)
        .No_stack_trace_is_shown()
        .Its_last_line_has("Rolled back 2.0.0: 1.0.0 serves everything in local", "./release --root")
        .V1_serves_everything()
        .When().Something_else("Audit", w => Bare(w, "Audit"))
        .Then().It_exits_with(0).It_says("Tags: not looked at, there is no repository or no git here")
        .That("Its_run_records_the_packed_files_digest", async w =>
        {
            await using var packed = File.OpenRead(await BareRoot.Of(w.Clone));
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(packed));
            w.Last.Output.ShouldContain($"run 3          SHA-256 {digest}");
        })
        .When().Something_else("Report", w => Bare(w, "Report"))
        .Then().It_exits_with(0).It_says(".release/local/reports/run-3.html");

    /// <summary>Invariant 14: what needs git says so, and the rest goes on.</summary>
    [BareRootFact]
    public async Task Invariant_14_a_run_that_was_killed_is_taken_back_and_its_tags_are_left_to_a_machine_with_git() => await Given().A_running_v1(new Settings { Step = "60s" })
        .When().V2s_promotion_is_killed_at(Moment.Judging)
        .Something_else("On_a_bare_machine_somebody_runs_Rollback", w => Bare(w, "Rollback"))
        .Then().It_exits_with(5)
        .Its_last_line_has("git is not installed", "It stays until a rollback runs where that is")
        .V1_serves_everything()
        .When().Somebody_runs("Rollback")
        .Then().It_exits_with(0)
        .Nothing_of_v2_is_left()
        .The_state_is("idle");

    [BareRootFact]
    public async Task Without_configurations_what_the_runs_recorded_is_enough() => await Given().A_promoted_v2()
        .When().Something_else("Only_the_state_is_there", w =>
        {
            Directory.Delete(Path.Combine(w.Root.Folder, "environments"), recursive: true);
            Directory.Delete(Path.Combine(w.Root.Folder, ".git"), recursive: true);
            return Task.CompletedTask;
        })
        .Something_else("Status", w => Bare(w, "Status"))
        .Then().It_exits_with(0).It_says("Going on with the configuration that the last run recorded", "serves       2.0.0")
        .When().Something_else("Rollback", w => Bare(w, "Rollback"))
        .Then().It_exits_with(0)
        .That("V1_serves", async w => (await w.Ask(await Traffic(w))).Version.ShouldBe("1.0.0"));

    /// <summary>The embedded gateway and the services are other processes; a bare machine starts the first from the packed file itself.</summary>
    [BareRootFact]
    public async Task What_it_cannot_start_is_said_clearly() => await Given().A_promoted_v2()
        .When().The_version_is_killed("1.0.0")
        .Something_else("On_a_bare_machine_somebody_runs_Rollback", w => Bare(w, "Rollback"))
        .Then().No_stack_trace_is_shown()
        .That("It_says_what_is_missing_and_leaves_v2_serving", async w =>
        {
            w.Last.ExitCode.ShouldBe(6, w.Last.ToString());
            w.Last.Everything.ShouldContain("/bin/sh");
            (await w.Ask(await w.Traffic())).Version.ShouldBe("2.0.0");
        });

    /// <summary>Not in a bare root, which has no shell: the embedded gateway is the packed file in another role.</summary>
    [BareRootFact]
    public async Task The_embedded_gateway_starts_from_the_packed_file() => await Given().A_promoted_v2()
        .When().The_gateway_is_killed()
        .Something_else("The_packed_Rollback", async w => await w.Run(w.Root.Start(await BareRoot.Of(w.Clone), ["Rollback", "--root", w.Root.Folder])))
        .Then().It_exits_with(0)
        .V1_serves_everything()
        .That("It_is_the_gateway", async w => (await Machine.CommandLine(w.Root.ProcessOf("gateway")!.Value)).ShouldContain("release gateway-process"));

    [BareRootTheory]
    [InlineData("exec \"$0\" Status --root \"$1\" >&-", 0)]
    [InlineData("exec \"$0\" Status --root \"$1\" 2>&-", 0)]
    [InlineData("exec \"$0\" Status --root \"$1\" <&- >&- 2>&-", 0)]
    [InlineData("exec \"$0\" Audit --root \"$1\" <&- >&- 2>&-", 0)]
    [InlineData("cd /proc && exec env -i \"$0\" Status --root \"$1\"", 0)]
    [InlineData("exec env -i LANG=xx_YY.klingon LC_ALL=\u00e4\u00f6 TERM=\u0001 HOME=/nowhere TZ=Moon/Crater \"$0\" Status --root \"$1\"", 0)]
    [InlineData("cd /proc && exec env -i \"$0\" Status", 2)]
    [InlineData("cd /proc && exec env -i \"$0\"", 2)]
    [InlineData("exec \"$0\" Test --root \"$1\"", 2)]
    [InlineData("exec \"$0\" Pack --root \"$1\"", 2)]
    public async Task Strange_surroundings_are_no_crash(string line, int code) => await Given().A_clone_after_its_first_promotion()
        .When().Something_else(line, async w => await w.Run(w.Root.Start("bash", ["-c", line, await BareRoot.Of(w.Clone), w.Root.Folder])))
        .Then().It_exits_with(code)
        .No_stack_trace_is_shown();

    /// <summary>Closed outputs must not lend their numbers to the journal: a run that is opened so leaves a whole one.</summary>
    [BareRootTheory]
    [InlineData(">&-")]
    [InlineData("<&- >&- 2>&-")]
    public async Task A_rollback_with_closed_outputs_leaves_a_whole_journal(string closed) => await Given().A_promoted_v2()
        .When().Something_else(closed, async w => await w.Run(w.Root.Start(
            "bash", ["-c", $"exec \"$0\" Rollback --root \"$1\" {closed}", await BareRoot.Of(w.Clone), w.Root.Folder])))
        .Then().It_exits_with(0)
        .V1_serves_everything()
        .When().Somebody_runs("Audit")
        .Then().It_exits_with(0);

    [BareRootFact]
    public async Task It_says_where_it_is_needed_when_there_is_nothing() => await Given().A_clone_after_its_first_promotion()
        .When().Something_else("In_an_empty_folder", async w =>
        {
            var folder = Directory.CreateDirectory(Path.Combine(w.Clone.Temporary, "nothing-here")).FullName;
            await w.Run(w.Root.Start("bash", ["-c", "cd \"$1\" && exec \"$0\" Status", await BareRoot.Of(w.Clone), folder]));
        })
        .Then().It_exits_with(2)
        .It_says("has neither environments/ nor .release/, so there is nothing to work on", "--root DIR");

    [BareRootFact]
    public async Task Its_help_has_no_target_of_the_project() => await Given().A_clone_after_its_first_promotion()
        .When().Something_else("--help", async w => await w.Run(w.Root.Start(await BareRoot.Of(w.Clone), ["--help"])))
        .Then().It_exits_with(0)
        .It_says("release [targets] [parameters]", "Rollback", "Audit")
        .That("Nothing_of_the_project", w =>
        {
            w.Last.Output.ShouldNotContain("  Test ");
            w.Last.Output.ShouldNotContain("  Servers ");
            w.Last.Output.ShouldNotContain("build.sh");
        });

    [BareRootFact]
    public async Task Two_clones_in_different_folders_give_the_same_bytes() => await Given().A_clone_after_its_first_promotion()
        .When().Something_else("Somebody_packs_another_clone", async w =>
        {
            var other = Path.Combine(w.Clone.Temporary, "elsewhere", "under another name");
            await Command.Require(w.Clone.Temporary, "git", "clone", "--quiet", "--no-tags", w.Clone.Folder, other);
            w.Noted = await BareRoot.Pack(w.Clone, other);
        })
        .Then().That("They_are_the_same", async w =>
        {
            var (one, two) = (await File.ReadAllBytesAsync(await BareRoot.Of(w.Clone)), await File.ReadAllBytesAsync(w.Noted));
            w.Say($"{one.Length} bytes, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(one))}");
            one.AsSpan().SequenceEqual(two).ShouldBeTrue();
        });

    private static async Task Bare(World world, params string[] arguments)
    {
        var packed = await BareRoot.Of(world.Clone);
        _ = await world.Run(world.Root.Start("bash", [BareRoot.Experiment(world.Clone, "bare-root.sh"), packed, world.Root.Folder, .. arguments, "--root", world.Root.Folder]), Longest);
    }

    private static async Task<Uri> Traffic(World world)
    {
        var ports = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(world.Root.State, "gateway", "ports.json")))!;
        return new Uri($"http://127.0.0.1:{ports["proxy"]!.GetValue<int>()}");
    }
}

/// <summary>The sceptic's experiments, as a person runs them by one command each.</summary>
[Collection(TheClone.Sceptics)]
public sealed class TheScepticsExperiments(TheClone clone, ITestOutputHelper output) : Scenario(clone, output)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    [ReleaseFact]
    public async Task Kill_9_anywhere_and_rollback() => await Given().An_empty_environment(new Settings { Steps = [10, 100], Step = "60s" })
        .When().Its_build_is_compiled()
        .Something_else("1-kill-9.sh", w => w.Run(w.Root.Start("bash", [BareRoot.Experiment(w.Clone, "1-kill-9.sh"), w.Root.Folder]), Longest))
        .Then().It_exits_with(0)
        .Its_last_line_has("As promised.")
        .That("It_printed_its_figures", w => w.Say(w.Last.Output));

    [BareRootFact]
    public async Task Rollback_under_load_while_another_holds_the_lease_from_a_bare_root() =>
        await Given().An_empty_environment(new Settings { Steps = [10, 100], Step = "60s", Rate = 200 })
            .When().Its_build_is_compiled()
            .Something_else("2-rollback-under-load.sh", async w => await w.Run(
                w.Root.Start("bash", [BareRoot.Experiment(w.Clone, "2-rollback-under-load.sh"), w.Root.Folder, await BareRoot.Of(w.Clone)]), Longest))
            .Then().It_exits_with(0)
            .Its_last_line_has("As promised.")
            .That("It_printed_its_figures", w => w.Say(w.Last.Output));

    [ReleaseFact]
    public async Task Healthy_releases_are_promoted_and_what_fails_as_stable_does_is_held() => await Given().An_empty_environment()
        .When().Its_build_is_compiled()
        .Something_else("3-false-alarms.sh", w =>
        {
            (w.Root.Variables["HEALTHY"], w.Root.Variables["ERRORS"]) = ("1", "40%");
            return w.Run(w.Root.Start("bash", [BareRoot.Experiment(w.Clone, "3-false-alarms.sh"), w.Root.Folder]), Longest);
        })
        .Then().It_exits_with(0)
        .Its_last_line_has("As promised.")
        .That("It_printed_its_figures", w => w.Say(w.Last.Output));
}
