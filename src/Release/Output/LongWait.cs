namespace Release.Output;

/// <summary>Says, as long as something takes its time, what is waited for, how long already, and how long at most.</summary>
public static class LongWait
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Waits. Says nothing where it is over soon.</summary>
    /// <param name="work">What is waited for.</param>
    /// <param name="screen">Where it is said.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="what">What is waited for, for a person.</param>
    /// <param name="atMost">After this the work ends by itself, one way or another; null where it has no limit of its own.</param>
    public static Task<T> Told<T>(this Task<T> work, IScreen screen, TimeProvider clock, string what, TimeSpan? atMost = null) =>
        Told(work, screen, clock, () => what, atMost);

    /// <inheritdoc cref="Told{T}(Task{T}, IScreen, TimeProvider, string, TimeSpan?)"/>
    public static async Task<T> Told<T>(this Task<T> work, IScreen screen, TimeProvider clock, Func<string> what, TimeSpan? atMost = null)
    {
        if (work.IsCompleted)
        {
            return await work;
        }

        var began = clock.GetTimestamp();
        await using var timer = clock.CreateTimer(_ => Say(), null, First, Interval);
        return await work;

        void Say() => screen.Passing($"  {what()}: {Of(clock.GetElapsedTime(began), atMost)}");
    }

    /// <inheritdoc cref="Told{T}(Task{T}, IScreen, TimeProvider, string, TimeSpan?)"/>
    public static Task Told(this Task work, IScreen screen, TimeProvider clock, string what, TimeSpan? atMost = null) =>
        Told(Unit(work), screen, clock, what, atMost);

    /// <summary><c>12s of at most 5m00s</c>.</summary>
    public static string Of(TimeSpan waited, TimeSpan? atMost) =>
        atMost is { } most ? $"{Show.Duration(waited)} of at most {Show.Duration(most)}" : Show.Duration(waited);

    private static async Task<bool> Unit(Task work)
    {
        await work;
        return true;
    }
}
