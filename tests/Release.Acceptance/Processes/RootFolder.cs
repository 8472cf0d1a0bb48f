using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Release.Acceptance.Processes;

/// <summary>A repository with an environment of its own, on which the compiled program is run. Whatever was started there is stopped at the end.</summary>
internal sealed class RootFolder(CompiledClone clone, string folder) : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private readonly List<Command> _commands = [];

    public string Folder => folder;

    public string State => Path.Combine(folder, ".release", "local");

    /// <summary>Gets variables that its commands get besides.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    public static async Task<RootFolder> Create(CompiledClone clone, Settings settings)
    {
        var folder = Path.Combine(clone.Temporary, $"root-{Guid.NewGuid().ToString("n")[..8]}");
        await Command.Require(clone.Temporary, "git", "clone", "--quiet", "--no-tags", clone.Folder, folder);
        await Write(folder, "local", settings);
        await Commit(folder, "Be quick");

        // What the clone compiled of the sample: the same sources are not compiled again.
        foreach (var file in Directory.EnumerateFiles(Path.Combine(clone.Folder, ".release", "build"), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(clone.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return new RootFolder(clone, folder);
    }

    /// <summary>Writes the file of an environment.</summary>
    public static async Task Write(string folder, string name, Settings settings)
    {
        var local = await File.ReadAllTextAsync(Path.Combine(folder, "environments", "local.json"));
        await File.WriteAllTextAsync(Path.Combine(folder, "environments", $"{name}.json"), settings.Json(local, name));
    }

    public static async Task Commit(string folder, string message)
    {
        await Command.Require(folder, "git", "add", "--all");
        await Command.Require(
            folder, "git", "-c", "user.name=Acceptance", "-c", "user.email=acceptance@localhost", "commit", "--quiet", "--allow-empty", "-m", message);
    }

    public Command Start(params IReadOnlyList<string> arguments) => Start(clone.Program, [.. arguments, "--root", folder]);

    public Command StartScript(params IReadOnlyList<string> arguments) => Start(Path.Combine(folder, "build.sh"), arguments, Machine.CleanEnvironment());

    public Command Start(string program, IReadOnlyList<string> arguments, Dictionary<string, string>? environment = null)
    {
        environment ??= clone.Environment();
        foreach (var (name, value) in Variables)
        {
            environment[name] = value;
        }

        var command = Command.Start(folder, environment, program, arguments);
        _commands.Add(command);
        return command;
    }

    public Task<Ended> Run(params IReadOnlyList<string> arguments) => Start(arguments).End();

    /// <summary><c>Status --json</c>: all of standard output is one document.</summary>
    public async Task<JsonObject> Status()
    {
        var ended = await Run("Status", "--json");
        ended.ExitCode.ShouldBe(0, ended.ToString());
        return JsonNode.Parse(ended.Output)!.AsObject();
    }

    /// <summary>The records of the journal; none when there is no journal. A line that is being written is not there yet.</summary>
    public IReadOnlyList<JsonObject> Journal()
    {
        var tail = new JournalTail(Path.Combine(State, "journal.jsonl"));
        _ = tail.Grew();
        return tail.Records;
    }

    /// <summary>
    /// Follows the journal until it has this moment; returns at once, since what follows is meant for that moment. False when
    /// the writer ended first: a busy host may have let the moment pass unseen.
    /// </summary>
    public async Task<bool> Reaches(Moment moment, Command writer)
    {
        var (tail, begin) = (new JournalTail(Path.Combine(State, "journal.jsonl")), Stopwatch.GetTimestamp());
        while (!(tail.Grew() && moment.IsIn(tail.Records)))
        {
            if (writer.HasExited)
            {
                return false;
            }

            if (Stopwatch.GetElapsedTime(begin) > Longest)
            {
                throw new TimeoutException($"The journal does not get {moment.Name}.");
            }

            await Task.Delay(1);
        }

        return true;
    }

    public async Task<IReadOnlyList<string>> Tags() =>
        (await Command.Require(folder, "git", "tag", "--list")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The process of an instance or of the gateway; null when it does not run.</summary>
    public int? ProcessOf(string name)
    {
        var place = name == "gateway" ? Path.Combine(State, "gateway") : Path.Combine(State, "instances", name);
        return !Directory.Exists(place) ? null : Directory.GetFiles(place, "run-*.child").Order(StringComparer.Ordinal)
            .Select(file => int.TryParse(File.ReadAllText(file), out var id) && Machine.IsAlive(id) ? id : (int?)null).LastOrDefault();
    }

    /// <summary>The instances of a version that run.</summary>
    public IReadOnlyList<int> ProcessesOf(string version)
    {
        var instances = Path.Combine(State, "instances");
        return !Directory.Exists(instances) ? [] : [.. Directory.GetDirectories(instances, $"ping-{version}-run*")
            .Select(i => ProcessOf(Path.GetFileName(i))).OfType<int>()];
    }

    /// <summary>A fingerprint of everything below the folder's state, and of every reference of its repository.</summary>
    public async Task<string> Fingerprint()
    {
        var lines = new StringBuilder();
        var state = Path.Combine(folder, ".release");
        var entries = Directory.EnumerateFileSystemEntries(state, "*", SearchOption.AllDirectories);

        // Locks are empty, and one that is held cannot even be read.
        foreach (var entry in entries.Where(e => !e.EndsWith(".lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var content = Directory.Exists(entry) ? "folder" : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Contents(entry)));
            lines.AppendLine($"{Path.GetRelativePath(folder, entry)} {content}");
        }

        lines.AppendLine(await Command.Require(folder, "git", "for-each-ref"));
        lines.AppendLine(await Command.Require(folder, "git", "status", "--porcelain"));
        return lines.ToString();
    }

    /// <summary>Kills what a test left, by the process ids that the environment itself noted, if they are still its own.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var command in _commands)
        {
            command.Dispose();
        }

        var state = Path.Combine(folder, ".release");
        var notes = Directory.Exists(state) ? Directory.GetFiles(state, "run-*.child", SearchOption.AllDirectories) : [];
        foreach (var note in notes)
        {
            if (int.TryParse(await File.ReadAllTextAsync(note), out var id) && Machine.IsAlive(id)
                && (await Machine.CommandLine(id)).Contains(folder, StringComparison.Ordinal))
            {
                Machine.Send(id, Machine.Kill);
            }
        }
    }

    private static byte[] Contents(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
