using Release.Bench.Loads;
using Release.Bench.Results;

namespace Release.Bench.Figures;

/// <summary>
/// Requests of every kind while versions are released and rolled back, one after the other, until there were enough: short
/// ones as fast as they go, real work, bodies that come slowly, and WebSockets.
/// </summary>
internal sealed class ManyRequests : IFigure
{
    private const int Goal = 1_000_000;

    public string Name => "requests";

    public async Task<IReadOnlyList<Row>> Measure(Workbench bench, CancellationToken cancellation)
    {
        var workspace = await bench.Workspace(cancellation);
        _ = await workspace.Promote(cancellation);
        var endpoints = await workspace.Endpoints(cancellation);
        await using var traffic = new Traffic([.. Callers(endpoints.Traffic)], TimeSpan.Zero);
        var releases = 0;
        do
        {
            _ = await workspace.Run(["Rollback"], cancellation);
            _ = await workspace.Promote(cancellation);
            releases++;
        }
        while (traffic.Sent < bench.Effort.Requests);

        await traffic.Stop();
        return [Row(traffic, releases)];
    }

    private static IEnumerable<Caller> Callers(Uri traffic) =>
    [
        .. Enumerable.Range(0, 6).Select(_ => new AskingWhoServes(traffic)),
        .. Enumerable.Range(0, 8).Select(_ => new PostingSlowly(traffic, pieces: 1)),
        .. Enumerable.Range(0, 8).Select(_ => new PostingSlowly(traffic, pieces: 5)),
        .. Enumerable.Range(0, 8).Select(_ => new Talking(traffic)),
    ];

    private Row Row(Traffic traffic, int releases)
    {
        var kinds = string.Join(", ", traffic.ByKind.OrderByDescending(k => k.Value).Select(k => $"{k.Value:N0} {k.Key}"));
        var failures = traffic.Failures.Count == 0 ? "" : $"; first failures: {string.Join(" | ", traffic.Failures.Take(3))}";
        var partial = traffic.Sent < Goal ? "; the goal is for 1,000,000: ./build.sh Bench --requests 1000000" : "";
        return new(Name, $"failed, of {traffic.Sent:N0} requests in {releases} releases and rollbacks")
        {
            Unit = Unit.Requests,
            Measured = new([traffic.Failures.Count]),
            Goal = new("0 of 1,000,000", r => r.Measured!.Median == 0),
            IsPartial = traffic.Sent < Goal,
            Why = $"{kinds}; answered by {traffic.Versions.Count()} versions{failures}{partial}",
        };
    }
}
