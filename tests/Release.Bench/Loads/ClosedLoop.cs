using System.Diagnostics;

namespace Release.Bench.Loads;

/// <summary>What a stretch of requests took.</summary>
/// <param name="Latencies">Seconds, one for each request.</param>
/// <param name="Took">Seconds, all of them.</param>
internal sealed record Stretch(IReadOnlyList<double> Latencies, double Took)
{
    public double PerSecond => Latencies.Count / Took;
}

/// <summary>As many requests as go, by callers that each wait for their answer.</summary>
internal static class ClosedLoop
{
    /// <summary>Sends for a while; every request must succeed.</summary>
    public static async Task<Stretch> Run(HttpMessageInvoker connections, Uri address, int callers, TimeSpan duration)
    {
        var begin = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => Call(connections, address, begin, duration))));
        return new([.. latencies.SelectMany(l => l)], Stopwatch.GetElapsedTime(begin).TotalSeconds);
    }

    private static async Task<List<double>> Call(HttpMessageInvoker connections, Uri address, long begin, TimeSpan duration)
    {
        var latencies = new List<double>(100_000);
        while (Stopwatch.GetElapsedTime(begin) < duration)
        {
            var sent = Stopwatch.GetTimestamp();
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var answer = await connections.SendAsync(request, CancellationToken.None);
            await answer.EnsureSuccessStatusCode().Content.CopyToAsync(Stream.Null);
            latencies.Add(Stopwatch.GetElapsedTime(sent).TotalSeconds);
        }

        return latencies;
    }
}
