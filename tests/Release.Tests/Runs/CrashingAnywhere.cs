using Xunit.Abstractions;

namespace Release.Tests.Runs;

/// <summary>
/// A process is killed at every record it appends, before the record is durable and after, and before, half-way through,
/// after and long before the end of every call that changes something; then another process goes on with Resume, and in
/// another trial with Rollback. The world must end as if nothing had happened, or as it was before.
/// </summary>
public class CrashingAnywhere(ITestOutputHelper output)
{
    private static readonly Blow[] Kills = [Blow.KillBefore, Blow.KillHalf, Blow.KillAfter, Blow.KillLate];

    [Theory]
    [InlineData(Story.FirstRelease, 69)]
    [InlineData(Story.Release, 54)]
    [InlineData(Story.GateSaysNo, 40)]
    [InlineData(Story.Rollback, 10)]
    [InlineData(Story.Down, 10)]
    [InlineData(Story.Up, 60)]
    public void At_every_record_the_next_process_brings_the_world_to_one_end_or_the_other(Story story, int leastCuts)
    {
        var whole = Tale.Of(story).Told();
        var cuts = 0;
        foreach (var isRollback in new[] { false, true })
        {
            foreach (var written in new[] { false, true })
            {
                for (var at = 1; ; at++)
                {
                    var tale = Tale.Of(story);
                    tale.Scene.Cut(at, written);
                    if (tale.TellOrDie())
                    {
                        break;
                    }

                    cuts++;
                    tale.Recover(isRollback, $"{story}, record {at} {(written ? "written" : "lost")}, then {(isRollback ? "Rollback" : "Resume")}", whole);
                }
            }
        }

        output.WriteLine($"{story}: {cuts} cuts");
        cuts.ShouldBeGreaterThanOrEqualTo(4 * leastCuts);
    }

    [Theory]
    [InlineData(Story.FirstRelease, 13)]
    [InlineData(Story.Release, 8)]
    [InlineData(Story.GateSaysNo, 8)]
    [InlineData(Story.Rollback, 3)]
    [InlineData(Story.Down, 3)]
    [InlineData(Story.Up, 11)]
    public void In_every_call_the_next_process_brings_the_world_to_one_end_or_the_other(Story story, int leastCalls)
    {
        var whole = Tale.Of(story).Told();
        var kills = 0;
        foreach (var isRollback in new[] { false, true })
        {
            foreach (var kill in Kills)
            {
                for (var at = 1; ; at++)
                {
                    var tale = Tale.Of(story);
                    tale.Scene.World.Blows.StrikeCall(at, kill);
                    if (tale.TellOrDie())
                    {
                        break;
                    }

                    kills++;
                    tale.Recover(isRollback, $"{story}, call {at} ({tale.Scene.World.Blows.Calls[^1]}) {kill}, then {(isRollback ? "Rollback" : "Resume")}", whole);
                }
            }
        }

        output.WriteLine($"{story}: {kills} kills");
        kills.ShouldBeGreaterThanOrEqualTo(2 * Kills.Length * leastCalls);
    }
}
