using Release.Drivers;
using Release.Drivers.External;
using Release.Output;
using Release.Runs;
using Release.Tests.Gateway;
using Release.Tests.Processes;
using Release.Tools;

namespace Release.Tests.External;

/// <summary>A program that does not answer has perhaps done it: the step is settled by looking (invariant 7).</summary>
public sealed class SettlingByLooking : IDisposable
{
    private const string Observe = "if [ -e done ]; then echo '{\"state\":\"applied\"}'; else echo '{\"state\":\"pending\"}'; fi";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProgramsFact(["sh"])]
    public async Task Done_without_an_answer_is_done()
        => await Step(": >done; exit 1").Apply(StepConformance.Key, default);

    [ProgramsFact(["sh"])]
    public async Task Done_a_little_later_is_done()
        => await Step("(sleep 0.7; : >done) >/dev/null 2>&1 & exit 1").Apply(StepConformance.Key, default);

    [ProgramsFact(["sh"])]
    public async Task Not_done_is_failed_and_says_both()
    {
        var failed = await Should.ThrowAsync<ExternalSilentException>(() => Step("echo 'no route' >&2; exit 7").Apply(StepConformance.Key, default));
        failed.Message.ShouldContain("(platform apply start) did not answer: it exited with 7");
        failed.Message.ShouldContain("Looking says: start is pending.");
    }

    [ProgramsFact(["sh"])]
    public async Task No_is_failed_at_once()
        => (await Should.ThrowAsync<ReleaseException>(() => Step("echo '{\"state\":\"failed\",\"detail\":\"the quota is used up\"}'").Apply(StepConformance.Key, default)))
            .Message.ShouldEndWith("failed: the quota is used up");

    [ProgramsFact(["sh"])]
    public async Task What_cannot_be_seen_either_is_left_to_the_runner()
    {
        var step = Step("exit 1", observe: "exit 1");
        await step.Apply(StepConformance.Key, default);
        (await step.Observe(default)).State.ShouldBe(StepState.Unknown);
    }

    [ProgramsFact(["sh"])]
    public async Task An_undo_without_an_answer_is_tried_once_more_under_its_key()
    {
        const string Script = "echo \"$DRIVER_KEY\" >>keys; [ $(wc -l <keys) -gt 1 ] || exit 1; echo '{\"state\":\"done\"}'";
        await Step("exit 1", undo: Script).Undo(new([]), StepConformance.UndoKey, default);
        (await File.ReadAllLinesAsync(_folder["keys"])).ShouldBe([StepConformance.UndoKey.Value, StepConformance.UndoKey.Value]);
    }

    [ProgramsFact(["sh"])]
    public async Task An_undo_that_never_answers_has_failed()
        => _ = await Should.ThrowAsync<ExternalSilentException>(() => Step("exit 1", undo: "exit 1").Undo(new([]), StepConformance.UndoKey, default));

    [ProgramsFact(["sh"])]
    public async Task A_call_that_is_cancelled_is_gone_with_what_it_started()
    {
        using var stop = new CancellationTokenSource();
        var call = Step("(exec sleep 600) & echo $! >pid.new; mv pid.new pid; wait; : >done; echo '{\"state\":\"done\"}'").Apply(StepConformance.Key, stop.Token);
        await Eventually.True(() => File.Exists(_folder["pid"]), "begun");

        await stop.CancelAsync();

        _ = await Should.ThrowAsync<OperationCanceledException>(() => call);
        var child = (await File.ReadAllTextAsync(_folder["pid"])).Trim();
        await Eventually.True(() => !Running.Is(child), $"process {child} is gone");
        File.Exists(_folder["done"]).ShouldBeFalse();
    }

    private IStep Step(string apply, string observe = Observe, string undo = "echo '{\"state\":\"done\"}'")
    {
        var script = $"case $DRIVER_CALL in observe) {observe} ;; apply) {apply} ;; undo) {undo} ;; esac";
        var context = new DriverContext(_folder.Path, "test", new Tool(TimeProvider.System, new SecretMask()), TimeProvider.System, _ => { });
        var platform = new ExternalPlatform(
            new() { Type = "external", Program = "sh", Args = ["-c", script], Timeout = TimeSpan.FromSeconds(20), BootTimeout = TimeSpan.FromSeconds(60) }, context);
        return platform.Start("start-ping", new("ping-1.0.0-run1", new("ping", "1.0.0", "d"), []), DriverWorld.Service);
    }
}
