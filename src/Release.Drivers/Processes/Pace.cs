namespace Release.Drivers.Processes;

/// <summary>Says when a wait has something new to tell: at most once a second, so that a poll does not flood the screen.</summary>
/// <param name="time">The clock.</param>
/// <param name="tellsAtOnce">Whether the first look is told too: a wait that is rarely there at all.</param>
internal sealed class Pace(TimeProvider time, bool tellsAtOnce)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long _last = time.GetTimestamp();
    private bool _isDue = tellsAtOnce;

    public bool IsDue()
    {
        if (!_isDue && time.GetElapsedTime(_last) < Interval)
        {
            return false;
        }

        (_last, _isDue) = (time.GetTimestamp(), false);
        return true;
    }
}
