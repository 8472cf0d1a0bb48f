using System.Diagnostics;
using Release.Bench.Loads;
using Release.Bench.Machines;
using Release.Bench.Results;
using Release.Drivers.Kong;

namespace Release.Bench.Figures;

/// <summary>
/// Releases and rollbacks under load: how long the candidate still serves after the command, and what a release costs
/// beyond the times that its gates take.
/// </summary>
internal sealed class RollingBack : IFigure
{
    private const int Callers = 4;
    private const string Stable = "1.0.0";
    private const int Whole = 10_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(200);

    private readonly List<double> _rollbacks = [];
    private readonly List<double> _commands = [];
    private readonly List<double> _rollbackFloors = [];
    private readonly List<double> _overheads = [];
    private readonly List<double> _overheadFloors = [];

    public string Name => "rollback";

    public async Task<IReadOnlyList<Row>> Measure(Workbench bench, CancellationToken cancellation)
    {
        var workspace = await bench.Workspace(cancellation);
        _ = await workspace.Promote(cancellation);
        _ = await workspace.Run(["Rollback"], cancellation);
        var endpoints = await workspace.Endpoints(cancellation);
        await using var traffic = new Traffic([.. Enumerable.Range(0, Callers).Select(_ => new AskingWhoServes(endpoints.Traffic))], Pause);
        for (var sample = 0; sample < bench.Effort.Rollbacks; sample++)
        {
            var (candidate, ended) = await workspace.Promote(cancellation);
            _overheads.Add((ended.Took - WaitsOfLastRelease(workspace)).TotalSeconds);
            _overheadFloors.Add(await LeastRelease(bench.Commands, workspace, cancellation));
            _rollbackFloors.Add(await LeastRollback(workspace, endpoints.Admin, traffic, candidate, cancellation));
            await RollBack(workspace, traffic, candidate, cancellation);
        }

        await traffic.Stop();
        return Rows(traffic);
    }

    private async Task RollBack(Workspace workspace, Traffic traffic, string candidate, CancellationToken cancellation)
    {
        await traffic.IsServedBy(candidate);
        var begin = Stopwatch.GetTimestamp();
        _commands.Add((await workspace.Run(["Rollback"], cancellation)).Took.TotalSeconds);
        await traffic.IsServedBy(Stable);
        _rollbacks.Add(Stopwatch.GetElapsedTime(begin, traffic.LastAnswerOf(candidate)).TotalSeconds);
    }

    /// <summary>An empty run of the program, then the two calls that move all traffic; then it is moved back.</summary>
    private static async Task<double> LeastRollback(
        Workspace workspace, Uri admin, Traffic traffic, string candidate, CancellationToken cancellation)
    {
        using var kong = new KongAdmin(admin, TimeProvider.System);
        var targets = (await kong.List("upstreams/ping/targets", cancellation)).ToDictionary(t => t["target"]!.GetValue<string>(), t => t["weight"]!.GetValue<int>());
        var serving = targets.Single(t => t.Value == Whole).Key;
        var stable = Address(workspace, Stable);
        await traffic.IsServedBy(candidate);
        var begin = Stopwatch.GetTimestamp();
        _ = await workspace.Run(["Nothing"], cancellation);
        await Shift(admin, stable, serving, cancellation);
        await Task.Delay(Settled, cancellation);
        var took = Stopwatch.GetElapsedTime(begin, traffic.LastAnswerOf(candidate)).TotalSeconds;
        await Shift(admin, serving, stable, cancellation);
        return took;
    }

    // A client of its own: a program that has just started has no connection yet.
    private static async Task Shift(Uri admin, string to, string from, CancellationToken cancellation)
    {
        using var kong = new KongAdmin(admin, TimeProvider.System);
        await kong.Patch($"upstreams/ping/targets/{Uri.EscapeDataString(to)}", new() { ["weight"] = Whole }, cancellation);
        await kong.Patch($"upstreams/ping/targets/{Uri.EscapeDataString(from)}", new() { ["weight"] = 0 }, cancellation);
    }

    private static string Address(Workspace workspace, string version) => workspace.Journal()
        .Where(r => Is(r, "type", "step-applied") && r["data"]?["seen"]?["instance"]?.GetValue<string>() is { } id && id.StartsWith($"ping-{version}-", StringComparison.Ordinal))
        .Select(r => r["data"]!["seen"]!["address"]!.GetValue<string>()).Last();

    /// <summary>An empty run of the program, then a candidate that is started until it is healthy.</summary>
    private static async Task<double> LeastRelease(Commands commands, Workspace workspace, CancellationToken cancellation)
    {
        var begin = Stopwatch.GetTimestamp();
        _ = await workspace.Run(["Nothing"], cancellation);
        await using var candidate = await Sample.Start(commands, workspace);
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    /// <summary>The times that the gate took, from each shift of traffic to its verdict.</summary>
    private static TimeSpan WaitsOfLastRelease(Workspace workspace)
    {
        var journal = workspace.Journal();
        var run = journal.Last(r => Is(r, "type", "run-opened"))["run"]!.GetValue<string>();
        var (waits, shifted) = (TimeSpan.Zero, (DateTimeOffset?)null);
        foreach (var record in journal.Where(r => Is(r, "run", run)))
        {
            var at = record["ts"]!.GetValue<DateTimeOffset>();
            if (Is(record, "type", "step-applied") && record["step"]!.GetValue<string>().StartsWith("shift-traffic-", StringComparison.Ordinal))
            {
                shifted = at;
            }
            else if (record["data"]?["decision"]?.GetValue<string>() == "gate" && shifted is { } since)
            {
                (waits, shifted) = (waits + (at - since), null);
            }
        }

        return waits;
    }

    private static bool Is(System.Text.Json.Nodes.JsonObject record, string name, string value) => record[name]?.GetValue<string>() == value;

    private IReadOnlyList<Row> Rows(Traffic traffic) =>
    [
        new(Name, "Rollback: from the command to the candidate's last answer")
        {
            Measured = new(_rollbacks),
            Floor = new("an empty run of the program and the two admin calls", new(_rollbackFloors)),
            Goal = new("p50 <= 0.5 s, p95 <= 1 s", r => r.Measured!.Median <= 0.5 && r.Measured.P95 <= 1),
            Why = $"under load: {traffic.Sent:N0} requests meanwhile, {traffic.Failures.Count} failed{First(traffic)}",
        },
        new(Name, "Rollback: from the command to the prompt") { Measured = new(_commands) },
        new(Name, "a release beyond the waits of its gates")
        {
            Measured = new(_overheads),
            Floor = new("an empty run of the program and a candidate's start until it is healthy", new(_overheadFloors)),
            Goal = new("<= 2 s", r => r.Measured!.Median <= 2),
        },
    ];

    private static string First(Traffic traffic) => traffic.Failures.FirstOrDefault() is { } failure ? $", first: {failure}" : "";
}
