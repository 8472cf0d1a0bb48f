using System.Diagnostics;

namespace Release.Tests.Gateway;

/// <summary>Waits for what will be true soon, and fails with its name when it is not.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static async Task True(Func<Task<bool>> condition, string what)
    {
        var begin = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Stopwatch.GetElapsedTime(begin).ShouldBeLessThan(Deadline, what);
            await Task.Delay(10);
        }
    }

    public static Task True(Func<bool> condition, string what) => True(() => Task.FromResult(condition()), what);
}
