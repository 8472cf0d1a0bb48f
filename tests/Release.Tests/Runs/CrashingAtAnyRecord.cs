using Xunit.Abstractions;

namespace Release.Tests.Runs;

/// <summary>
/// A process is killed at every record it appends, before the record is durable and after; then another process goes on with
/// Resume, and in another trial with Rollback. The world must end as if nothing had happened, or as it was before.
/// </summary>
public class CrashingAtAnyRecord(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Story.FirstRelease, 69, 200)]
    [InlineData(Story.GateSaysNo, 39, 200)]
    [InlineData(Story.Rollback, 10, 200)]
    [InlineData(Story.RollbackTo, 14, 200)]
    [InlineData(Story.Down, 10, 200)]
    [InlineData(Story.Up, 16, 16)]
    public void The_next_process_brings_the_world_to_one_end_or_the_other(Story story, int least, int most)
    {
        var whole = Tale.Of(story).Told();
        var cuts = 0;
        foreach (var (isRollback, written) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            for (var at = 1; at <= most; at++)
            {
                var tale = Tale.Of(story);
                tale.Scene.Cut(at, written);
                if (tale.TellOrDie())
                {
                    break;
                }

                cuts++;
                tale.Recover(isRollback, $"{story}, record {at} {(written ? "written" : "lost")}", whole);
            }
        }

        output.WriteLine($"{story}: {cuts} cuts");
        cuts.ShouldBeGreaterThanOrEqualTo(4 * least, "The number of points never shrinks.");
    }
}
