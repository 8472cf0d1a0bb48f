using System.Diagnostics;
using System.Security.Cryptography;
using Release.Bench.Results;
using Release.Journal;
using Release.Runs;

namespace Release.Bench.Figures;

/// <summary>What durability costs, and what a long journal does.</summary>
internal sealed class Journaling : IFigure
{
    private const string Env = "local";

    public string Name => "journal";

    public async Task<IReadOnlyList<Row>> Measure(Workbench bench, CancellationToken cancellation)
    {
        var workspace = await bench.Workspace(cancellation);
        var real = new FileJournalStore(workspace.State, Env, TimeProvider.System, LocalProcess.Current());
        if ((await real.Read(1, cancellation)).Records.Count == 0)
        {
            _ = await workspace.Promote(cancellation);
        }

        var records = (await real.Read(1, cancellation)).Records;
        return
        [
            await Append(Path.Combine(bench.Folder, "append"), records, bench.Effort.Appends, cancellation),
            await Fold(Path.Combine(bench.Folder, "fold"), records, bench.Effort, cancellation),
        ];
    }

    private async Task<Row> Append(string folder, IReadOnlyList<JournalRecord> records, int count, CancellationToken cancellation)
    {
        var store = new FileJournalStore(folder, Env, TimeProvider.System, LocalProcess.Current());
        await using var lease = await store.TryTake(new LeaseRequest("bench", "append"), cancellation)
            ?? throw new InvalidOperationException($"{folder} is held by somebody else.");
        await using var bare = new FileStream(Path.Combine(folder, "bare"), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var (appends, writes) = (new List<double>(), new List<double>());
        for (var sample = -10; sample < count; sample++)
        {
            var length = new FileInfo(store.JournalPath).Length;
            var append = await Timed(async () => await store.Append(records[(sample + 10) % records.Count].Entry, lease, cancellation));

            // The same number of bytes.
            var bytes = new byte[new FileInfo(store.JournalPath).Length - length];
            var write = Timed(() => Write(bare, bytes));
            if (sample >= 0)
            {
                appends.Add(append);
                writes.Add(write);
            }
        }

        return new(Name, "append of one record")
        {
            Measured = new(appends),
            Floor = new("a bare write and fsync of as many bytes on the same disk", new(writes)),
            Goal = new("within 2x", r => r.Ratio <= 2),
        };
    }

    private async Task<Row> Fold(string folder, IReadOnlyList<JournalRecord> records, Effort effort, CancellationToken cancellation)
    {
        var store = new FileJournalStore(folder, Env, TimeProvider.System, LocalProcess.Current());
        Directory.CreateDirectory(folder);
        var runs = LongJournal.Write(store.JournalPath, Env, records, effort.Records);
        var (folds, floors) = (new List<double>(), new List<double>());
        for (var sample = -1; sample < effort.Folds; sample++)
        {
            var floor = Timed(() => Hash(store.JournalPath));
            var fold = await Timed(async () =>
            {
                var (state, damages) = await EnvironmentState.Read(store, cancellation);
                if (damages.Count > 0 || state.Runs.Count != runs)
                {
                    throw new InvalidOperationException($"The journal of {runs} runs was read as one of {state.Runs.Count}. {(damages.Count > 0 ? damages[0].What : "")}");
                }
            });
            GC.Collect();
            if (sample >= 0)
            {
                folds.Add(fold);
                floors.Add(floor);
            }
        }

        return new(Name, $"fold of {effort.Records:N0} records")
        {
            Measured = new(folds),
            Floor = new("reading the bytes and SHA-256 over them, one core", new(floors)),
            Goal = new("<= 2 s", r => r.Measured!.Median <= 2),
            IsPartial = effort.Records < 1_000_000,
            Why = $"{runs:N0} runs as they are recorded, {new FileInfo(store.JournalPath).Length / 1e6:N0} MB",
        };
    }

    private static void Write(FileStream file, byte[] bytes)
    {
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    private static void Hash(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20);
        _ = SHA256.HashData(file);
    }

    private static double Timed(Action work)
    {
        var begin = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static async Task<double> Timed(Func<Task> work)
    {
        var begin = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }
}
