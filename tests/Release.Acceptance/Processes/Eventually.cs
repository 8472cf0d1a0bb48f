using System.Diagnostics;

namespace Release.Acceptance.Processes;

/// <summary>Waits for what must come true, no longer than it may take. No test sleeps for luck.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static Task Holds(string what, TimeSpan limit, Func<bool> condition) =>
        Holds(what, limit, () => Task.FromResult(condition()));

    public static async Task Holds(string what, TimeSpan limit, Func<Task<bool>> condition)
    {
        var begin = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(begin) > limit)
            {
                throw new TimeoutException($"After {limit.TotalSeconds:0} s it still does not hold that {what}.");
            }

            await Task.Delay(Pause);
        }
    }
}
