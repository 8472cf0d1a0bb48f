using System.Text.Json.Nodes;
using Release.Acceptance.Processes;

namespace Release.Acceptance;

/// <summary>
/// The example driver, a shell script, takes whole releases: real processes, the real gateway, real requests. Nothing of the
/// embedded environment's own drivers is used.
/// </summary>
[Collection(TheClone.Releases)]
#pragma warning disable CA1001 // xunit calls DisposeAsync of IAsyncLifetime
public sealed class ReleasingThroughAShellScript(TheClone clone) : IAsyncLifetime
#pragma warning restore CA1001
{
    private static readonly HttpClient Http = new();
    private RootFolder _root = null!;

    private string Stack => Path.Combine(_root.State, "stack");

    public async Task InitializeAsync()
    {
        _root = await RootFolder.Create(clone.It, new Settings());
        var example = await File.ReadAllTextAsync(Path.Combine(_root.Folder, "examples", "external", "home.json"));
        var home = JsonNode.Parse(new Settings().Json(example, "local"))!;

        // What the clone compiled already stands in for the projects.
        var text = home.ToJsonString()
            .Replace(".release/home/stack", Stack, StringComparison.Ordinal)
            .Replace("src/Release.Sample", Directory.GetDirectories(Path.Combine(clone.It.Root.State, "artefacts", "ping")).Order(StringComparer.Ordinal).First(), StringComparison.Ordinal)
            .Replace("src/Release.Gateway", Path.Combine(clone.It.Compiled, "gateway"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_root.Folder, "environments", "local.json"), text);
        await RootFolder.Commit(_root.Folder, "A stack of our own");
    }

    public async Task DisposeAsync()
    {
        await _root.DisposeAsync();
        foreach (var process in await Processes())
        {
            Machine.Send(process, Machine.Kill);
        }
    }

    [ReleaseFact]
    public async Task A_release_and_its_rollback()
    {
        (await Run("Promote", "--version", "1.1.0")).LastLine.ShouldContain("1.1.0 serves everything");
        (await Version()).ShouldBe("1.1.0");
        Directory.GetFiles(Path.Combine(Stack, "backups"), "before-1.1.0-*.tar").ShouldHaveSingleItem();

        (await Run("Rollback")).LastLine.ShouldContain("1.0.0 serves everything");
        (await Version()).ShouldBe("1.0.0");
        _ = await Run("Audit");
        _ = await Run("Down");
        (await Processes()).ShouldBeEmpty();
    }

    [ReleaseTheory]
    [InlineData("Rollback", "Canary", "step-intent shift-traffic-ping-40", "1.0.0")]
    [InlineData("Resume", "MetricsGate", "sample", "1.1.0")]
    public async Task Killed_in_the_middle_it_ends_whole(string command, string phase, string record, string serves)
    {
        if (phase == "MetricsGate")
        {
            // Long enough that a kill lands within.
            var file = Path.Combine(_root.Folder, "environments", "local.json");
            var slow = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
            slow["gate"]!["stepDuration"]!["min"] = "4s";
            await File.WriteAllTextAsync(file, slow.ToJsonString());
        }

        using var promotion = _root.Start("Promote", "--version", "1.1.0");
        (await _root.Reaches(Moment.Parse(phase, record), promotion)).ShouldBeTrue("it ended before");
        promotion.Send(Machine.Kill);
        (await promotion.End()).ExitCode.ShouldBe(128 + Machine.Kill);
        (await _root.Status())["state"]!.GetValue<string>().ShouldBe("interrupted");

        _ = await Run(command);

        (await Version()).ShouldBe(serves);
        (await _root.Status())["state"]!.GetValue<string>().ShouldBe("idle");
        _ = await Run("Audit");
        (await Processes()).Count.ShouldBe(serves == "1.0.0" ? 2 : 3); // the gateway and what serves, or is kept
        if (serves == "1.0.0")
        {
            Directory.GetFiles(Path.Combine(Stack, "backups")).ShouldBeEmpty("what the run took back it discards");
        }
    }

    private async Task<Ended> Run(params string[] arguments)
    {
        var ended = await _root.Run(arguments);
        ended.ExitCode.ShouldBe(0, ended.ToString());
        return ended;
    }

    private async Task<string> Version()
    {
        var traffic = (await _root.Status())["endpoints"]!["traffic"]!.GetValue<string>();
        return JsonNode.Parse(await Http.GetStringAsync(new Uri(new Uri(traffic), "/health/info")))!["version"]!.GetValue<string>();
    }

    // By what the stack itself noted. One that ended and was not yet buried has no command line any more.
    private async Task<IReadOnlyList<int>> Processes()
    {
        var running = new List<int>();
        foreach (var note in Directory.Exists(Stack) ? Directory.GetFiles(Stack, "pid", SearchOption.AllDirectories) : [])
        {
            if (int.TryParse(await File.ReadAllTextAsync(note), out var id) && (await Machine.CommandLine(id)).Contains(Stack, StringComparison.Ordinal))
            {
                running.Add(id);
            }
        }

        return running;
    }
}
