namespace Release.Drivers.Processes;

/// <summary>Says when a wait has something new to tell: at most once a second, so that a poll does not flood the screen.</summary>
internal sealed class Pace(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long _last = time.GetTimestamp();

    public bool IsDue()
    {
        if (time.GetElapsedTime(_last) < Interval)
        {
            return false;
        }

        _last = time.GetTimestamp();
        return true;
    }
}
