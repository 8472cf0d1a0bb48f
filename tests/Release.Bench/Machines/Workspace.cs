using System.Diagnostics;
using System.Text.Json.Nodes;
using Release.Tools;

namespace Release.Bench.Machines;

/// <summary>Where the weights are set, and where requests are sent.</summary>
internal sealed record Endpoints(Uri Traffic, Uri Admin);

/// <summary>
/// A copy of the repository as it stands, with an environment and tags of its own, on the same disk. The program that was
/// compiled for the repository fits it: build.sh goes by content.
/// </summary>
internal sealed class Workspace(Commands commands, string folder) : IAsyncDisposable
{
    private int _version;

    public string Folder => folder;

    /// <summary>Gets the folder of the environment's state.</summary>
    public string State => Path.Combine(folder, ".release", "local");

    /// <summary>Copies the repository's files and the compiled program.</summary>
    public static async Task<Workspace> Create(Commands commands, string repository, string program, string folder, CancellationToken cancellation)
    {
        var files = await commands.Require(
            repository, commands.Terminal, ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cancellation);
        foreach (var file in files.StandardOutput.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            Copy(Path.Combine(repository, file), Path.Combine(folder, file));
        }

        CopyAll(program, Path.Combine(folder, "artifacts", "build", Path.GetFileName(program)));
        CopyAll(Path.Combine(repository, ".release", "build"), Path.Combine(folder, ".release", "build"));
        var local = Path.Combine(folder, "environments", "local.json");
        await File.WriteAllTextAsync(local, Quick(await File.ReadAllTextAsync(local, cancellation)), cancellation);
        await commands.Require(folder, commands.Terminal, ["git", "init", "--quiet", "--initial-branch=main"], cancellation);
        await commands.Require(folder, commands.Terminal, ["git", "add", "--all"], cancellation);
        await commands.Require(
            folder, commands.Terminal, ["git", "-c", "user.name=Bench", "-c", "user.email=bench@localhost", "commit", "--quiet", "-m", "As it stands"], cancellation);
        return new Workspace(commands, folder);
    }

    /// <summary>Runs <c>./build.sh</c> as a person does, and returns how it ended, which is well.</summary>
    public Task<ToolResult> Run(IReadOnlyList<string> words, CancellationToken cancellation) =>
        commands.Require(folder, commands.Terminal, [Path.Combine(folder, "build.sh"), .. words], cancellation);

    /// <summary>Releases the next version.</summary>
    public async Task<(string Version, ToolResult Ended)> Promote(CancellationToken cancellation)
    {
        var version = $"2.0.{_version++}";
        return (version, await Run(["Promote", "--version", version], cancellation));
    }

    public async Task<Endpoints> Endpoints(CancellationToken cancellation)
    {
        var status = JsonNode.Parse((await Run(["Status", "--json"], cancellation)).StandardOutput)!["endpoints"]!;
        return new(new Uri(status["traffic"]!.GetValue<string>()), new Uri(status["admin"]!.GetValue<string>()));
    }

    /// <summary>The records of the journal.</summary>
    public IReadOnlyList<JsonObject> Journal() =>
        [.. File.ReadLines(Path.Combine(State, "journal.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject())];

    /// <summary>Stops what runs here, also when the program can not, and removes the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Run(["Down"], CancellationToken.None);
        }
        catch (ToolException)
        {
            // What is left is killed below.
        }

        foreach (var note in Directory.Exists(State) ? Directory.GetFiles(State, "run-*.child", SearchOption.AllDirectories) : [])
        {
            Kill(await File.ReadAllTextAsync(note));
        }

        Directory.Delete(folder, recursive: true);
    }

    // Gates that decide within a second, on limits that neither the sample's own errors nor a busy machine break: what is
    // measured is everything else.
    private static string Quick(string local)
    {
        var json = JsonNode.Parse(local)!.AsObject();
        json["traffic"]!["synthetic"]!["rate"] = 300;
        var gate = json["gate"]!.AsObject();
        (gate["tick"], gate["warmUp"]) = ("200ms", "0s");
        gate["stepDuration"] = new JsonObject { ["min"] = "300ms", ["max"] = "90s" };
        gate["objectives"] = new JsonArray(
            new JsonObject { ["id"] = "error-rate", ["type"] = "errors", ["max"] = "10%" },
            new JsonObject { ["id"] = "latency-p90", ["type"] = "latency", ["quantile"] = 0.9, ["max"] = "1000ms" });
        return json.ToJsonString();
    }

    private void Kill(string note)
    {
        var commandLine = $"/proc/{note.Trim()}/cmdline";
        if (int.TryParse(note, out var id) && File.Exists(commandLine) && File.ReadAllText(commandLine).Contains(folder, StringComparison.Ordinal))
        {
            using var process = Process.GetProcessById(id);
            process.Kill(entireProcessTree: true);
        }
    }

    private static void CopyAll(string from, string to)
    {
        foreach (var file in Directory.Exists(from) ? Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories) : [])
        {
            Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }

    private static void Copy(string from, string to)
    {
        if (File.Exists(from))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to);
        }
    }
}
