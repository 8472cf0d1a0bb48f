using Release.Output;

namespace Release.Conformance;

/// <summary>Something that a release relies on in a driver.</summary>
/// <param name="Name">What it does, in a few words; stable.</param>
/// <param name="Expected">What is expected of it, in one sentence.</param>
/// <param name="Try">Tries it; throws <see cref="UnexpectedException"/>, or whatever the driver throws.</param>
public sealed record Behaviour(string Name, string Expected, Func<CancellationToken, Task> Try);

/// <summary>A driver did something else than a release relies on.</summary>
/// <param name="found">What it did, in one sentence.</param>
public sealed class UnexpectedException(string found) : Exception(found);

/// <summary>How one behaviour was.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Expected">What is expected.</param>
/// <param name="Found">What was found instead; null when it is as expected.</param>
/// <param name="Took">How long it took.</param>
public sealed record BehaviourReport(string Name, string Expected, string? Found, TimeSpan Took);

/// <summary>Tries behaviours, one after the other: a driver that fails one may still show others.</summary>
public static class Trial
{
    /// <summary>Tries all of them. Throws only when cancelled.</summary>
    /// <param name="behaviours">In their order: later ones rest on what earlier ones left.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tried">Gets each report as it comes.</param>
    /// <param name="cancellation">Ends all of it.</param>
    public static async Task<IReadOnlyList<BehaviourReport>> Of(
        IEnumerable<Behaviour> behaviours, TimeProvider time, Action<BehaviourReport> tried, CancellationToken cancellation)
    {
        var reports = new List<BehaviourReport>();
        foreach (var behaviour in behaviours)
        {
            cancellation.ThrowIfCancellationRequested();
            var began = time.GetTimestamp();
            string? found = null;
            try
            {
                await behaviour.Try(cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                throw;
            }
#pragma warning disable CA1031 // whatever a driver throws is how it is
            catch (Exception problem)
#pragma warning restore CA1031
            {
                found = problem.Message;
            }

            reports.Add(new(behaviour.Name, behaviour.Expected, found, time.GetElapsedTime(began)));
            tried(reports[^1]);
        }

        return reports;
    }

    /// <summary>The lines of one report: a row, and below one that is not as expected what was expected and what was found.</summary>
    public static IReadOnlyList<string> Lines(BehaviourReport report)
    {
        var row = $"{(report.Found is null ? "pass" : "FAIL"),-4}  {Show.Duration(report.Took),6}  {report.Name}";
        return report.Found is null ? [row] : [row, $"              expected: {report.Expected}", $"              found:    {report.Found}"];
    }
}
