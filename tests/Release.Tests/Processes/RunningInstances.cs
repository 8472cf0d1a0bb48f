using System.Globalization;
using System.Text.Json.Nodes;
using Release.Drivers.Processes;
using Release.Platforms;
using Release.Runs;

namespace Release.Tests.Processes;

#pragma warning disable CA1001 // The runner calls DisposeAsync.
public sealed class RunningInstances : IAsyncLifetime
{
    private static readonly HttpClient Client = new();

    private readonly DriverWorld _world = new(stopTimeout: TimeSpan.FromMilliseconds(500), bootTimeout: TimeSpan.FromSeconds(60));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [ProgramsFact(["sh"])]
    public async Task An_instance_says_the_version_of_its_artefact()
    {
        var (_, address) = await _world.Started("ping-1.2.3-run1", "1.2.3");
        var info = JsonNode.Parse(await Client.GetStringAsync(new Uri($"http://{address}/health/info")))!;
        info["version"]!.GetValue<string>().ShouldBe("1.2.3");
    }

    [ProgramsFact(["sh"])]
    public async Task It_is_alone_in_its_session_so_that_no_terminal_reaches_it()
    {
        _ = await _world.Started("ping-1");
        var process = await Process("ping-1");
        var fields = (await File.ReadAllTextAsync($"/proc/{process}/stat")).Split(") ")[1].Split(' ');
        var session = int.Parse(fields[3], CultureInfo.InvariantCulture);

        var own = (await File.ReadAllTextAsync($"/proc/{Environment.ProcessId}/stat")).Split(") ")[1].Split(' ')[3];
        session.ToString(CultureInfo.InvariantCulture).ShouldNotBe(own);
        fields[4].ShouldBe("0", "it has a controlling terminal");
    }

    [ProgramsFact(["sh"])]
    public async Task Of_many_starts_at_once_one_process_comes()
    {
        var instance = await _world.Prepared("ping-1");
        var steps = Enumerable.Range(0, 6).Select(number =>
            _world.Platform.Start("start-ping-1", instance, DriverWorld.Service)
                .Apply(number % 2 == 0 ? StepConformance.Key : StepConformance.KeyOf("another"), default));

        await Task.WhenAll(steps);

        Directory.GetFiles(_world.InstanceFolder("ping-1"), "run-*.child").Length.ShouldBe(1);
    }

    [ProgramsFact(["sh"])]
    public async Task A_start_that_arrives_after_the_instance_was_stopped_does_not_happen()
    {
        var instance = await _world.Prepared("ping-1");
        var step = _world.Platform.Start("start-ping-1", instance, DriverWorld.Service);
        await step.Undo(new Before((await step.Observe(default)).Seen), StepConformance.UndoKey, default);
        var folder = _world.InstanceFolder("ping-1");
        _ = Directory.CreateDirectory(folder);
        await new BackgroundProgram(folder, _world.Context.Tool, _world.Context.Time)
            .Stop(StepConformance.UndoKey, TimeSpan.Zero, default);

        // What a starter that was killed left on its way: the very script, for the run that was next at that time.
        _ = await _world.Context.Tool.Run(
            new("/bin/sh", "-c", RunScripts.Run, "release-run", Path.Combine(folder, "run-1"), "late", "touch", Path.Combine(folder, "started")),
            default);

        File.Exists(Path.Combine(folder, "started")).ShouldBeFalse();
    }

    [ProgramsFact(["sh"])]
    public async Task Killed_and_started_again_it_has_the_same_address()
    {
        var (instance, address) = await _world.Started("ping-1");
        ProcessTable.Kill(await Process("ping-1"));
        await Dead("ping-1");

        await _world.Platform.Start("start-ping-1", instance, DriverWorld.Service).Apply(StepConformance.Key, default);

        (await _world.Platform.Look("ping-1", default)).ShouldSatisfyAllConditions(
            view => view.Liveness.ShouldBe(Liveness.Alive), view => view.Address.ShouldBe(address));
    }

    [ProgramsFact(["sh"])]
    public async Task One_that_dies_at_boot_fails_at_once_with_its_exit_code_and_last_words()
    {
        var instance = await _world.Prepared("ping-1", faults: ["boot=fail"]);
        var step = _world.Platform.Start("start-ping-1", instance, DriverWorld.Service);

        var failed = await Should.ThrowAsync<ReleaseException>(() => step.Apply(StepConformance.Key, default));

        failed.Message.ShouldContain("exit code 1");
        failed.Message.ShouldContain("fault injected: boot=fail");
        (await step.Observe(default)).State.ShouldBe(StepState.Pending);
    }

    [ProgramsFact(["sh"])]
    public async Task One_that_never_gets_healthy_fails_at_its_deadline()
    {
        await using var world = new DriverWorld(bootTimeout: TimeSpan.FromSeconds(1));
        var instance = await world.Prepared("ping-1", faults: ["boot=1000s"]);

        var failed = await Should.ThrowAsync<ReleaseException>(() =>
            world.Platform.Start("start-ping-1", instance, DriverWorld.Service).Apply(StepConformance.Key, default));

        failed.Message.ShouldContain("not healthy after 1 s");
        failed.Message.ShouldContain("503");
    }

    [ProgramsFact(["sh"])]
    public async Task One_that_crashes_says_how_it_ended()
    {
        // Late enough that it is healthy first, on a busy machine too.
        _ = await _world.Started("ping-1", faults: ["crash-after=8s"]);
        (await Dead("ping-1")).Detail.ShouldContain("exit code 134");
    }

    [ProgramsFact(["sh"])]
    public async Task One_that_does_not_stop_is_killed_after_the_grace()
    {
        var (instance, _) = await _world.Started("ping-1", faults: ["hang-on-stop"]);
        await _world.Platform.Retire("retire-ping-1", instance, DriverWorld.Service).Apply(StepConformance.Key, default);
        (await _world.Platform.Look("ping-1", default)).Liveness.ShouldBe(Liveness.Dead);
    }

    [ProgramsFact(["sh"])]
    public async Task Retiring_waits_until_no_request_is_in_flight()
    {
        var asked = new Queue<int?>([2, 1, 0, 1, 0, 0]);
        using var platform = new ProcessPlatform(
            _world.Options with { StopTimeout = TimeSpan.FromSeconds(10) }, _world.Context, (_, _) => Task.FromResult(asked.Dequeue()));
        var (instance, _) = await _world.Started("ping-1");

        await platform.Retire("retire-ping-1", instance, DriverWorld.Service).Apply(StepConformance.Key, default);

        asked.ShouldBeEmpty();
        _world.Reports.ShouldContain(line => line.Contains("2 requests in flight", StringComparison.Ordinal));
    }

    [ProgramsFact(["sh"])]
    public async Task An_id_is_one_instance_for_ever()
    {
        var (instance, _) = await _world.Started("ping-1");
        var other = instance with { Faults = ["latency=+1ms"] };
        var refused = await Should.ThrowAsync<ReleaseException>(() =>
            _world.Platform.Start("start-ping-1", other, DriverWorld.Service).Apply(StepConformance.Key, default));
        refused.Message.ShouldContain("already the name of");
    }

    [ProgramsFact(["sh"])]
    public async Task A_process_that_got_the_id_of_a_dead_one_is_not_taken_for_it()
    {
        _ = await _world.Started("ping-1");
        ProcessTable.Kill(await Process("ping-1"));
        await Dead("ping-1");
        var folder = _world.InstanceFolder("ping-1");
        var own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(Path.Combine(folder, "run-1.child"), own);
        await File.WriteAllTextAsync(Path.Combine(folder, "run-1.claim"), own + " key");

        (await _world.Platform.Look("ping-1", default)).Liveness.ShouldBe(Liveness.Dead);
    }

    [Theory]
    [InlineData("../../etc")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("-rf")]
    [InlineData("a\nb")]
    public async Task A_name_that_leads_elsewhere_is_unknown_rather_than_followed(string id) =>
        (await _world.Platform.Look(id, default)).Liveness.ShouldBe(Liveness.Unknown);

    private async Task<int> Process(string id)
    {
        var child = Path.Combine(_world.InstanceFolder(id), "run-1.child");
        return int.Parse(await File.ReadAllTextAsync(child), CultureInfo.InvariantCulture);
    }

    private async Task<InstanceView> Dead(string id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (true)
        {
            var view = await _world.Platform.Look(id, limit.Token);
            if (view.Liveness == Liveness.Dead)
            {
                return view;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
        }
    }
}
