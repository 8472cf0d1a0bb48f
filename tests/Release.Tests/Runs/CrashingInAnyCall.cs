using Xunit.Abstractions;

namespace Release.Tests.Runs;

/// <summary>
/// A process is killed before, half-way through and after every call that changes something, and so that the call lands
/// after the kill; then another process goes on with Resume, and in another trial with Rollback.
/// </summary>
public class CrashingInAnyCall(ITestOutputHelper output)
{
    private static readonly Blow[] Kills = [Blow.KillBefore, Blow.KillHalf, Blow.KillAfter, Blow.KillLate];

    [Theory]
    [InlineData(Story.FirstRelease, 13, 100)]
    [InlineData(Story.GateSaysNo, 10, 100)]
    [InlineData(Story.Rollback, 2, 100)]
    [InlineData(Story.RollbackTo, 3, 100)]
    [InlineData(Story.Down, 3, 100)]
    [InlineData(Story.Up, 2, 2)]
    public void The_next_process_brings_the_world_to_one_end_or_the_other(Story story, int least, int most)
    {
        var whole = Tale.Of(story).Told();
        var kills = 0;
        foreach (var isRollback in new[] { false, true })
        {
            foreach (var kill in Kills)
            {
                for (var at = 1; at <= most; at++)
                {
                    var tale = Tale.Of(story);
                    tale.Scene.World.Blows.StrikeCall(at, kill);
                    if (tale.TellOrDie())
                    {
                        break;
                    }

                    kills++;
                    tale.Recover(isRollback, $"{story}, call {at} ({tale.Scene.World.Blows.Calls[^1]}) {kill}", whole);
                }
            }
        }

        output.WriteLine($"{story}: {kills} kills");
        kills.ShouldBeGreaterThanOrEqualTo(2 * Kills.Length * least, "The number of points never shrinks.");
    }
}
