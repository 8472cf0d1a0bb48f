using Release.Runs;

namespace Release.Drivers.External;

/// <summary>Waits for what a call that did not answer may still do: at its peer it may go on after its program was killed.</summary>
internal static class Settling
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>How long is waited: as long as a look may take, at most 10 s.</summary>
    public static TimeSpan For(ExternalProgram program) => program.Timeout < Longest ? program.Timeout : Longest;

    /// <summary>Looks until what is looked for is there or the time is over; the last look.</summary>
    public static async Task<Observation> Until(
        Func<Observation, bool> isThere, ExternalProgram program, Func<CancellationToken, Task<Observation>> look, CancellationToken cancellation)
    {
        var began = program.Time.GetTimestamp();
        while (true)
        {
            var seen = await look(cancellation);
            if (isThere(seen) || program.Time.GetElapsedTime(began) >= For(program))
            {
                return seen;
            }

            await Task.Delay(Pause, program.Time, cancellation);
        }
    }
}
