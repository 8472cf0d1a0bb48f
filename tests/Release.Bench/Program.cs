using System.Runtime.InteropServices;
using Release;
using Release.Bench;
using Release.Bench.Figures;
using Release.Bench.Machines;
using Release.Bench.Results;
using Release.Bench.Simulation;

const int WrongUsage = 2;

IFigure[] figures = [new StartingUp(), new RollingBack(), new ManyRequests(), new Journaling(), new JudgingManyGates(), new Proxying()];
if (BenchOptions.Parse(args, [.. figures.Select(f => f.Name)], out var options) is { } wrong)
{
    await Console.Error.WriteLineAsync(wrong);
    return WrongUsage;
}

using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
if (options!.Suite is not null)
{
    return Simulate(options, stop.Token);
}

var (begin, load, rows) = (DateTimeOffset.UtcNow, Machine.Load(), new List<Row>());
await using (var bench = new Workbench(options!))
{
    foreach (var figure in figures.Where(f => options!.Figures.Count == 0 || options.Figures.Contains(f.Name)))
    {
        Console.WriteLine($"{figure.Name} ...");
        foreach (var row in await figure.Measure(bench, stop.Token))
        {
            // Said at once: whoever ends a long run early has what was measured until then.
            rows.Add(row with { Load = Machine.Load() });
            Console.WriteLine($"  {Report.Brief(rows[^1])}");
        }
    }
}

var report = new Report(Machine.Describe(begin, load), rows);
Durable.CreateDirectory(Path.Combine(options!.Repository, "artifacts"));
Durable.Replace(Path.Combine(options.Repository, "artifacts", "bench.json"), report.Json() + "\n");
foreach (var line in report.Lines())
{
    Console.WriteLine(line);
}

return 0;

static int Simulate(BenchOptions options, CancellationToken cancellation)
{
    var cells = GateSuite.Run(options.Runs, Console.WriteLine, cancellation);
    var table = GateSuite.Markdown(cells, options.Runs);
    var folder = Path.Combine(options.Repository, "artifacts");
    Durable.CreateDirectory(folder);
    Durable.Replace(Path.Combine(folder, "gate.json"), GateSuite.Json(cells, options.Runs) + "\n");
    Durable.Replace(Path.Combine(folder, "gate.md"), table);
    Console.WriteLine(table);
    return 0;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
