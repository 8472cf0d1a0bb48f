namespace Release.Drivers.Processes;

/// <summary>
/// Lets one process at a time work on a folder. The system frees it when its holder dies, so there is nothing stale to
/// clean up.
/// </summary>
internal static class FolderLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Waits for the lock; disposing of what is returned frees it.</summary>
    /// <param name="path">The file that is the lock.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="waits">Called once when somebody else holds it.</param>
    /// <exception cref="TimeoutException">Somebody held it for longer than <paramref name="limit"/>.</exception>
    public static async Task<IDisposable> Take(
        string path, TimeSpan limit, TimeProvider time, CancellationToken cancellation, Action? waits = null)
    {
        Durable.CreateDirectory(Path.GetDirectoryName(path)!);
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (time.GetElapsedTime(began) < limit)
            {
                waits?.Invoke();
                waits = null;
                await Task.Delay(Pause, time, cancellation);
            }
            catch (IOException held)
            {
                throw new TimeoutException($"{path} is held by another process for {limit.TotalSeconds} s.", held);
            }
        }
    }
}
