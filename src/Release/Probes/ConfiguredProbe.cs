using Release.Configuration;

namespace Release.Probes;

/// <summary>
/// Keeps <see cref="IProbe"/>'s promises around the look of one type of probe: the timeout, no exception but the
/// caller's own cancellation, and filtered, masked text.
/// </summary>
/// <param name="options">What to look at.</param>
/// <param name="context">What to look with.</param>
/// <param name="look">One look; whatever it throws means that it could not look.</param>
internal sealed class ConfiguredProbe(
    ProbeOptions options, ProbeContext context, Func<CancellationToken, Task<ProbeResult>> look) : IProbe
{
    private const int LongestDetail = 500;

    /// <summary>How long a look may take to end after its timeout, for example to kill what it started.</summary>
    private static readonly TimeSpan Ending = TimeSpan.FromMilliseconds(500);

    public string Id => options.Id;

    public string Type => options.Type;

    public TimeSpan Timeout => options.Timeout;

    public async Task<ProbeResult> Look(CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(Timeout, context.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        var token = stop.Token;

        // On the thread pool: a look that blocks before its first await must not hold up the others.
        var looking = Task.Run(() => look(token), token);
        try
        {
            return ShownResult(await looking.WaitAsync(token));
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            await Ended(looking);
            cancellation.ThrowIfCancellationRequested();
            return new(ProbeVerdict.Unavailable, $"no answer within {ValueText.Of(Timeout)}", "Look at the peer, or raise the probe's timeout.");
        }
#pragma warning disable CA1031 // Whatever went wrong, nothing was seen; one probe must not end the others.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            return ShownResult(new(ProbeVerdict.Unavailable, problem.Message));
        }
    }

    private async Task Ended(Task looking)
    {
        try
        {
            await looking.WaitAsync(Ending, context.Time);
        }
#pragma warning disable CA1031 // Its result does not count any more.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Nothing to do: it ends when its peer lets it.
        }
    }

    private ProbeResult ShownResult(ProbeResult result)
        => result with { Detail = Shown(result.Detail), Next = Shown(result.Next) };

    private string Shown(string text)
    {
        // Masked before it is cut: half a secret would not be found any more.
        var line = context.Mask.ShownLine(text);
        return line.Length <= LongestDetail ? line : line[..LongestDetail] + "…";
    }
}
