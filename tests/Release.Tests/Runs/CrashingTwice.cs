using Release.Tests.Gates;
using Xunit.Abstractions;

namespace Release.Tests.Runs;

/// <summary>
/// A process is killed, the one that takes over is killed as well, and only the third comes to an end. Pairs are sampled with a
/// seed: each first kill with a few second ones.
/// </summary>
public class CrashingTwice(ITestOutputHelper output)
{
    private static readonly Blow[] Kills = [Blow.KillHalf, Blow.KillAfter, Blow.KillLate];

    [Theory]
    [InlineData(Story.Release, 12)]
    [InlineData(Story.GateSaysNo, 12)]
    [InlineData(Story.Rollback, 4)]
    public void The_third_process_brings_the_world_to_one_end_or_the_other(Story story, int least)
    {
        var whole = Tale.Of(story).Told();
        var chance = new Chance(20260304);
        var pairs = 0;
        foreach (var kill in Kills.Concat(story is Story.Rollback ? [.. Kills, .. Kills] : []))
        {
            for (var at = 1; ; at++)
            {
                var tale = Tale.Of(story);
                tale.Scene.World.Blows.StrikeCall(at, kill);
                if (tale.TellOrDie())
                {
                    break;
                }

                var (first, isRollback) = (tale.Scene.World.Blows.Calls[^1], chance.Next(2) == 0);
                var (second, record, written) = (Kills[chance.Next(Kills.Length)], chance.Next(1, 14), chance.Next(2) == 0);
                if (chance.Next(2) == 0)
                {
                    tale.Scene.World.Blows.StrikeCall(chance.Next(1, 4), second);
                }
                else
                {
                    tale.Scene.Cut(record, written);
                }

                if (tale.Scene.Killable(p => isRollback ? p.Rollback() : p.Resume()) is null)
                {
                    pairs++;
                }

                var last = chance.Next(2) == 0;
                tale.Recover(last, $"{story}, call {at} ({first}) {kill}, then {(isRollback ? "Rollback" : "Resume")} killed at {tale.Scene.World.Blows.Calls[^1]} ({second}) or record {record} ({written})", whole);
            }
        }

        output.WriteLine($"{story}: {pairs} pairs");
        pairs.ShouldBeGreaterThanOrEqualTo(least);
    }
}
