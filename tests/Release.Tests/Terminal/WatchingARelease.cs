using Release.Components.Terminal;
using Release.Journal;
using Release.Output;
using Release.Tests.Runs;

namespace Release.Tests.Terminal;

/// <summary>The live view, drawn from recorded runs: read these as a person at the terminal would.</summary>
public class WatchingARelease
{
    [Fact]
    public void A_canary_on_a_terminal_of_80_by_24() => Pictures.Text(Pictures.Judged(4), 80, 24).ShouldBe("""
        ── fake · run 2 · release 1.1.0, 1.0.0 serves ───────────────────────── 0:04 ──
        ✓ PreChecks 0ms  ✓ Backup 30ms  ✓ Tag 30ms  ✓ Canary 1.1s  ✓ MetricsGate 1s
        ▶ Promote 0:02  · Verify  · Handover
        step      ✓ shift-traffic-ping-50  shift-traffic-ping-50 is Applied  30ms
        split     ping asked 50 %, seen 49.4 %  19,760 of 40,000 requests  ██████░░░░░░
          error-rate          0 % failed      limit 1 %   kept             ▁▁▁▁
          latency-p95         0 % over 250ms  limit 5 %   kept             ▁▁▁▁
        time      0:01 at 50 %  (1s to 20s)
        gate      pass: error-rate: candidate 0 % (0 of 23,700) failed, limit 1 %, sta…
        next      100 %, Verify, Handover
        to stop   Ctrl-C  traffic back to 1.0.0; ./build.sh Resume --env fake goes on
                  ./build.sh Rollback --env fake  undoes all of it, from any terminal
        """);

    [Fact]
    public void A_canary_on_a_terminal_of_200_by_50() => Pictures.Text(Pictures.Judged(4), 200, 50).ShouldBe("""
        ── fake · run 2 · release 1.1.0, 1.0.0 serves ────────────────────────────────────────────────────────────────────────────────────── 0:04 ──
        ✓ PreChecks          0ms
        ✓ Backup            30ms
            ✓ tag-rollback-point  tag-rollback-point is Applied  30ms
        ✓ Tag               30ms
            ✓ tag-release  tag-release is Applied  30ms
        ✓ Canary            1.1s
            ✓ prepare-ping  prepare-ping is Applied  30ms
            ✓ start-candidate-ping  start-candidate-ping is Applied  30ms
            ✓ shift-traffic-ping-10  shift-traffic-ping-10 is Applied  30ms
        ✓ MetricsGate         1s
        ▶ Promote           0:02
            ✓ shift-traffic-ping-50  shift-traffic-ping-50 is Applied  30ms
        · Verify
        · Handover

        split     ping asked 50 %, seen 49.4 %  19,760 of 40,000 requests  ████████████████████░░░░░░░░░░░░░░░░░░░░
          error-rate          0 % failed      limit 1 %   kept             ▁▁▁▁                                      stable 0 %
          latency-p95         0 % over 250ms  limit 5 %   kept             ▁▁▁▁                                      stable 0 %
        time      0:01 at 50 %  (1s to 20s)
        gate      pass: error-rate: candidate 0 % (0 of 23,700) failed, limit 1 %, stable 0 % (0 of 56,300), below the limit; latency-p95: candidat…

        next      100 %, Verify, Handover
        to stop   Ctrl-C  traffic back to 1.0.0; ./build.sh Resume --env fake goes on
                  ./build.sh Rollback --env fake  undoes all of it, from any terminal
        """);

    [Fact]
    public void A_canary_on_a_terminal_of_40_by_12() => Pictures.Text(Pictures.Judged(4), 40, 12).ShouldBe("""
        ── fake · run 2 · release 1.1…─ 0:04 ──
        split 50 % asked, 49.4 % seen
          error-rate 0 % of 1 % kept
        time      0:01 at 50 %  (1s to 20s)
        to stop   Ctrl-C  traffic back to
                  1.0.0; ./build.sh Resume --e…
                  ./build.sh Rollback --env fa…
                  all of it, from any terminal
        """);

    [Fact]
    public void A_sick_candidate() => Pictures.Text(Pictures.Judged(1, s => s.Sick("1.1.0")), 80, 24).ShouldBe("""
        ── fake · run 2 · release 1.1.0, 1.0.0 serves ───────────────────────── 0:01 ──
        ✓ PreChecks 0ms  ✓ Backup 30ms  ✓ Tag 30ms  ▶ Canary 0:01  · MetricsGate
        · Promote  · Verify  · Handover
        step      ✓ shift-traffic-ping-10  shift-traffic-ping-10 is Applied  30ms
        split     ping asked 10 %, seen 9.7 %  1,940 of 20,000 requests  █░░░░░░░░░░░░░
          error-rate         20 % failed      limit 1 %   broken           █
          latency-p95         0 % over 250ms  limit 5 %   kept             ▁
        time      0:00 at 10 %  (1s to 20s)
        gate      fail: error-rate broken: candidate 20 % (388 of 1,940) failed, stabl…
        next      MetricsGate, Promote (50 %, 100 %), Verify, Handover
        to stop   Ctrl-C  traffic back to 1.0.0; ./build.sh Resume --env fake goes on
                  ./build.sh Rollback --env fake  undoes all of it, from any terminal
        """);

    [Fact]
    public void Its_way_back()
    {
        var scene = new Scene().Deployed().Sick("1.1.0");
        _ = scene.Release("1.1.0");
        Pictures.Text(Pictures.At(scene, r => r.Type is RecordType.StepUndoIntent, 2), 80, 24).ShouldBe("""
        ── fake · run 2 · going back · release 1.1.0, 1.0.0 serves ──────────── 0:01 ──
        ✓ PreChecks 0ms  ✓ Backup 30ms  ✓ Tag 30ms  ✗ Canary 1.1s  · MetricsGate
        · Promote  · Verify  · Handover
        step      ◀ start-candidate-ping  0:00 of at most 0:30  Start ping-1.1.0-run2.
        why       Canary: error-rate broken: candidate 20 % (388 of 1,940) failed,
                  stable 0 % (0 of 18,060); evidence over a million of the 1,000,000 t…
        to stop   Ctrl-C twice  ends this at once; ./build.sh Rollback --env fake goes
                  on from there
        """);
    }

    [Fact]
    public void A_step_that_takes_its_time()
    {
        var scene = new Scene().Deployed();
        _ = scene.Release("1.1.0");
        var (picture, now) = Pictures.At(scene, r => r.Type is RecordType.StepIntent && r.Entry.Step == "start-candidate-ping");
        Pictures.Text((picture, now.AddSeconds(12)), 80, 24, new Passing("ping-1.1.0-run2: waiting for /health, 12 s of 30 s: 503", now.AddSeconds(11))).ShouldBe("""
        ── fake · run 2 · release 1.1.0, 1.0.0 serves ───────────────────────── 0:12 ──
        ✓ PreChecks 0ms  ✓ Backup 30ms  ✓ Tag 30ms  ▶ Canary 0:12  · MetricsGate
        · Promote  · Verify  · Handover
        step      ▶ start-candidate-ping  0:12 of at most 0:30  Start ping-1.1.0-run2.
        waiting   ping-1.1.0-run2: waiting for /health, 12 s of 30 s: 503  0:01
        next      MetricsGate, Promote (10 %, 50 %, 100 %), Verify, Handover
        to stop   Ctrl-C  leaves it open; ./build.sh Resume --env fake goes on
                  ./build.sh Rollback --env fake  undoes all of it, from any terminal
        """);
    }

    [Fact]
    public void A_rollback()
    {
        var scene = new Scene().Promoted();
        _ = scene.Rollback();
        Pictures.Text(Pictures.At(scene, r => r.Type is RecordType.StepApplied), 80, 24).ShouldBe("""
        ── fake · run 3 · rollback of 1.1.0 to 1.0.0 ────────────────────────── 0:00 ──
        ▶ Rollback          0:00
            ✓ start-gateway  was so already: start-gateway is Applied  0ms
        to stop   Ctrl-C twice  ends this at once; ./build.sh Rollback --env fake goes
                  on from there
        """);
    }

    [Fact]
    public void A_wait_before_any_run_is_open()
    {
        var since = DateTimeOffset.UnixEpoch;
        var lines = LiveView.Text(null, new Passing("waiting for it to answer, 2.1s of at most 15s", since), since.AddSeconds(2), 80, 24, TerminalText.Line);
        lines.ShouldBe(["waiting   for it to answer, 2.1s of at most 15s  0:02"]);
    }

    [Fact]
    public void It_never_has_more_lines_or_columns_than_the_terminal()
    {
        var (picture, now) = Pictures.Judged(6);
        for (var height = 1; height <= 60; height++)
        {
            foreach (var width in new[] { 1, 10, 19, 20, 30, 40, 79, 80, 120, 200, 400 })
            {
                var lines = LiveView.Draw(picture, new Passing("a wait", now), now, width, height, TerminalText.Line);
                lines.Count.ShouldBeLessThan(height, $"{width}x{height}");
                lines.ShouldAllBe(line => line.Cells < width, $"{width}x{height}");
            }
        }
    }

    [Fact]
    public void The_least_terminal_still_says_which_run_and_the_next_larger_one_the_split()
    {
        Pictures.Text(Pictures.Judged(4), 40, 7).ShouldContain("── fake · run 2");
        Pictures.Text(Pictures.Judged(4), 40, 12).ShouldContain("50 % asked");
    }
}
