using Release.Probes;

namespace Release.Tests.Probes;

public sealed class LookingWithManyProbes
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    private static readonly ProbeResult Good = new(ProbeVerdict.Pass, "as it should be");

    [Fact]
    public async Task All_look_at_once_and_the_order_is_kept()
    {
        // Each waits for the other: one after the other would never end.
        var first = new TaskCompletionSource();
        var second = new TaskCompletionSource();
        var reports = await LookAll(
            new FakeProbe("a", _ =>
            {
                first.SetResult();
                return second.Task.ContinueWith(_ => Good, TaskScheduler.Default);
            }),
            new FakeProbe("b", _ =>
            {
                second.SetResult();
                return first.Task.ContinueWith(_ => Good, TaskScheduler.Default);
            }));
        reports.Select(report => report.Id).ShouldBe(["a", "b"]);
        new ProbeSummary(reports).Passed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_probe_that_ignores_its_timeout_is_unavailable()
    {
        var reports = await LookAll(
            new FakeProbe("asleep", _ => Forever(), Short),
            new FakeProbe("good", _ => Task.FromResult(Good)));
        reports[0].Result.Verdict.ShouldBe(ProbeVerdict.Unavailable);
        reports[0].Result.Detail.ShouldBe("no answer within 50ms");
        reports[1].Result.ShouldBe(Good);
    }

    [Fact]
    public async Task A_probe_that_blocks_its_thread_does_not_hold_up_the_others()
    {
        using var release = new ManualResetEventSlim();
        var reports = await LookAll(
            new FakeProbe("blocking", _ =>
            {
                release.Wait(CancellationToken.None);
                return Task.FromResult(Good);
            }, Short),
            new FakeProbe("good", _ => Task.FromResult(Good)));
        release.Set();
        reports.Select(report => report.Result.Verdict).ShouldBe([ProbeVerdict.Unavailable, ProbeVerdict.Pass]);
    }

    [Fact]
    public async Task A_probe_that_throws_is_unavailable()
        => (await LookAll(new FakeProbe("broken", _ => throw new FormatException("no\e[31m way"))))[0].Result
            .ShouldBe(new(ProbeVerdict.Unavailable, "no way"));

    [Fact]
    public async Task A_probe_cancelled_by_itself_is_unavailable()
        => (await LookAll(new FakeProbe("cancelled", _ => Task.FromCanceled<ProbeResult>(new(true)))))[0].Result.Verdict
            .ShouldBe(ProbeVerdict.Unavailable);

    [Fact]
    public async Task Cancellation_from_outside_is_thrown()
    {
        using var cancel = new CancellationTokenSource();
        var looking = ProbeSet.LookAll(
            [new FakeProbe("asleep", _ => Forever(), TimeSpan.FromHours(1))], TimeProvider.System, null, cancel.Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(looking);
    }

    [Fact]
    public void Unavailable_is_not_pass()
    {
        ProbeReport[] reports = [Report("a", ProbeVerdict.Pass), Report("b", ProbeVerdict.Unavailable), Report("c", ProbeVerdict.Fail)];
        new ProbeSummary(reports[..1]).Passed.ShouldBeTrue();
        new ProbeSummary(reports[..2]).Passed.ShouldBeFalse();
        new ProbeSummary(reports).ToString().ShouldBe("1 of 3 checks passed; failed: c; could not look: b.");
        new ProbeSummary([]).Passed.ShouldBeTrue();
    }

    [Fact]
    public void The_table_says_what_was_found_and_what_to_do()
        => ProbeTable.Render(
        [
            new("gateway-up", "http", new(ProbeVerdict.Pass, "GET http://127.0.0.1/status answered 200"), TimeSpan.FromMilliseconds(12.3)),
            new("disk", "disk", new(ProbeVerdict.Fail, "1 MB free\e[2J\n::error::", "Remove something."), TimeSpan.FromSeconds(1.25)),
            new("db", "tcp", new(ProbeVerdict.Unavailable, "no route"), TimeSpan.Zero),
        ]).ShouldBe(
        [
            "check       type  verdict      took   detail",
            "gateway-up  http  pass         12 ms  GET http://127.0.0.1/status answered 200",
            "disk        disk  FAIL         1.3 s  1 MB free ::error::",
            "                                      Remove something.",
            "db          tcp   UNAVAILABLE  0 ms   no route",
        ]);

    private static ProbeReport Report(string id, ProbeVerdict verdict) => new(id, "fake", new(verdict, ""), TimeSpan.Zero);

    private static async Task<ProbeResult> Forever()
    {
        await Task.Delay(Timeout.Infinite);
        return Good;
    }

    private static Task<IReadOnlyList<ProbeReport>> LookAll(params IProbe[] probes)
        => ProbeSet.LookAll(probes, TimeProvider.System, null, default);

    private sealed class FakeProbe(string id, Func<CancellationToken, Task<ProbeResult>> look, TimeSpan? timeout = null) : IProbe
    {
        public string Id => id;

        public string Type => "fake";

        public TimeSpan Timeout => timeout ?? TimeSpan.FromMinutes(1);

        public Task<ProbeResult> Look(CancellationToken cancellation) => look(cancellation);
    }
}
