using System.Collections.Concurrent;
using System.Globalization;
using Xunit.Abstractions;

namespace Release.Tests.Simulation;

/// <summary>
/// Thousands of environments, each through some hours of people and weather (<see cref="SimulatedStory"/>), each from a
/// seed. A failing seed is printed with all that happened and with the command that tells it again.
/// </summary>
public class SimulatedReleases(ITestOutputHelper output)
{
    private const int FirstSeed = 1;
    private const int Stories = 7_600;
    private const int LeastReleases = 20_000;
    private const int MostFailures = 20;

    /// <summary>How many stories are told, or one seed alone: <c>RELEASE_SIMULATION=200000</c>, <c>RELEASE_SIMULATION_SEED=4711</c>.</summary>
    private static readonly (int? Stories, int? Seed) Asked = (Number("RELEASE_SIMULATION"), Number("RELEASE_SIMULATION_SEED"));

    [Fact]
    public void End_with_the_world_whole_whatever_happened_to_them()
    {
        var stories = Asked.Seed is null ? Asked.Stories ?? Stories : 1;
        var first = Asked.Seed ?? FirstSeed;
        var counts = new ConcurrentBag<StoryCount>();
        var wrong = new ConcurrentDictionary<int, string>();
        _ = Parallel.For(first, first + stories, new() { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            if (wrong.Count < MostFailures)
            {
                Tell(seed, counts, wrong);
            }
        });

        output.WriteLine(Summary(counts));
        wrong.IsEmpty.ShouldBeTrue(Told(wrong));
        if (Asked is (null, null))
        {
            counts.Sum(c => c.Releases).ShouldBeGreaterThanOrEqualTo(LeastReleases);
            ((double)counts.Sum(c => c.Misjudged) / counts.Sum(c => c.Judged)).ShouldBeLessThanOrEqualTo(0.01, "gate.md: at most 1 % false rollbacks");
        }
    }

    private static void Tell(int seed, ConcurrentBag<StoryCount> counts, ConcurrentDictionary<int, string> wrong)
    {
        var story = new SimulatedStory(seed);
        try
        {
            counts.Add(story.Tell());
        }
#pragma warning disable CA1031 // whatever went wrong, the seed must be known
        catch (Exception problem)
#pragma warning restore CA1031
        {
            var what = problem is ShouldAssertException ? problem.Message : problem.ToString();
            wrong[seed] = $"{what}\n\n{string.Join('\n', story.Log)}";
        }
    }

    private static string Summary(ConcurrentBag<StoryCount> counts) =>
        $"{counts.Count} stories: {counts.Sum(c => c.Releases)} releases, {counts.Sum(c => c.Commands)} commands, {counts.Sum(c => c.Kills)} processes killed, "
        + $"{counts.Sum(c => (long)c.Records)} records; the gate failed {counts.Sum(c => c.Misjudged)} of {counts.Sum(c => c.Judged)} healthy versions";

    // One story whole, the shortest; of the others what was wrong.
    private static string Told(ConcurrentDictionary<int, string> wrong)
    {
        if (wrong.IsEmpty)
        {
            return "";
        }

        var (seed, story) = wrong.MinBy(w => w.Value.Length);
        var others = wrong.Where(w => w.Key != seed).Select(w => $"\nSeed {w.Key}: {string.Join(' ', w.Value.Split('\n').TakeWhile(l => l.Length > 0)).Trim()}");
        return $"Seed {seed}: {story}\n{string.Concat(others)}\n"
            + $"Tell it again: RELEASE_SIMULATION_SEED={seed} dotnet test tests/Release.Tests --filter {nameof(SimulatedReleases)}";
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
