using Release.Configuration;
using Release.Output;

namespace Release.Probes;

/// <summary>What one probe of several found.</summary>
/// <param name="Id">The probe's name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Result">What it found.</param>
/// <param name="Took">How long it looked.</param>
public sealed record ProbeReport(string Id, string Type, ProbeResult Result, TimeSpan Took);

/// <summary>Looks with many probes at once.</summary>
public static class ProbeSet
{
    /// <summary>A probe that keeps its own timeout gets to say so itself.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Looks with all probes concurrently. Each has its own timeout, enforced here too: one that ignores its token is
    /// unavailable. The reports come in the order of the probes.
    /// </summary>
    /// <param name="probes">The probes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="found">Gets each report as it comes, from any thread; null for nobody.</param>
    /// <param name="cancellation">Ends all of it.</param>
    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellation"/> was cancelled.</exception>
    public static async Task<IReadOnlyList<ProbeReport>> LookAll(
        IEnumerable<IProbe> probes, TimeProvider time, Action<ProbeReport>? found, CancellationToken cancellation)
        => await Task.WhenAll(probes.Select(probe => LookOnce(probe, time, found, cancellation)));

    private static async Task<ProbeReport> LookOnce(
        IProbe probe, TimeProvider time, Action<ProbeReport>? found, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var result = await Guarded(probe, time, cancellation);
        var report = new ProbeReport(probe.Id, probe.Type, result, time.GetElapsedTime(started));
        found?.Invoke(report);
        return report;
    }

    private static async Task<ProbeResult> Guarded(IProbe probe, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            return await Task.Run(() => probe.Look(cancellation), cancellation).WaitAsync(probe.Timeout + Grace, time, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (TimeoutException)
        {
            return new(ProbeVerdict.Unavailable, $"no answer within {ValueText.Of(probe.Timeout)}", "Look at the peer, or raise the probe's timeout.");
        }
#pragma warning disable CA1031 // A probe that breaks its contract must not end the others.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            return new(ProbeVerdict.Unavailable, TerminalText.Line(problem.Message, 500));
        }
    }
}
