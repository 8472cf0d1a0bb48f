using System.Text.Json.Nodes;
using Release.Acceptance.Processes;
using Xunit.Abstractions;

namespace Release.Acceptance.Story;

/// <summary>What a test knows: its folder, the commands it ran, and what it noted down on the way.</summary>
internal sealed class World(CompiledClone clone, ITestOutputHelper output) : IAsyncDisposable
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly List<Ended> _ended = [];
    private readonly List<RootFolder> _roots = [];

    public CompiledClone Clone => clone;

    public RootFolder Root => _roots[^1];

    /// <summary>Gets the command that ended last.</summary>
    public Ended Last => _ended[^1];

    /// <summary>Gets or sets the command that goes on in the background.</summary>
    public Command Holder { get; set; } = null!;

    /// <summary>Gets or sets how the background command ended.</summary>
    public Ended? HolderEnded { get; set; }

    public OutsideLoad? Load { get; set; }

    public int StableProcess { get; set; }

    public string Noted { get; set; } = "";

    public async Task Settle(Settings settings) => _roots.Add(await RootFolder.Create(clone, settings));

    public void Live(RootFolder root) => _roots.Add(root);

    public async Task<Ended> Run(Command command, TimeSpan? limit = null)
    {
        var ended = await command.End(limit);
        _ended.Add(ended);
        return ended;
    }

    public Task<Ended> Run(params IReadOnlyList<string> arguments) => Run(Root.Start(arguments));

    public async Task<Ended> MustRun(params IReadOnlyList<string> arguments)
    {
        var ended = await Run(arguments);
        ended.ExitCode.ShouldBe(0, ended.ToString());
        return ended;
    }

    public async Task<Ended> EndOfHolder(TimeSpan? limit = null)
    {
        HolderEnded ??= await Holder.End(limit);
        return HolderEnded;
    }

    public async Task<Uri> Traffic() => new((await Root.Status())["endpoints"]!["traffic"]!.GetValue<string>());

    private async Task<Uri> Admin() => new((await Root.Status())["endpoints"]!["admin"]!.GetValue<string>());

    /// <summary>The version and process that answer one request through the gateway.</summary>
    public async Task<(string Version, int Process)> Ask(Uri traffic)
    {
        var json = JsonNode.Parse(await _client.GetStringAsync(new Uri(traffic, "/health/info")))!;
        return (json["version"]!.GetValue<string>(), json["pid"]!.GetValue<int>());
    }

    private Task<string> Get(Uri address) => _client.GetStringAsync(address);

    /// <summary>Files, references, and what the gateway does, where there is one.</summary>
    public async Task<string> Everything()
    {
        var gateway = Root.ProcessOf("gateway") is null ? "no gateway" : await Get(new Uri(await Admin(), "/upstreams/ping/targets"));
        return await Root.Fingerprint() + gateway;
    }

    /// <summary>What serves: the processes and the weights, whatever is written about it.</summary>
    public async Task<string> Serving() =>
        $"gateway {Root.ProcessOf("gateway")}, 1.0.0 {string.Join(' ', Root.ProcessesOf("1.0.0"))}, 2.0.0 {string.Join(' ', Root.ProcessesOf("2.0.0"))}, "
        + await Get(new Uri(await Admin(), "/upstreams/ping/targets"));

    public void Say(string line) => output.WriteLine(line);

    /// <summary>Everything that a person needs to see why a test failed.</summary>
    public void Explain()
    {
        _ended.TakeLast(4).ToList().ForEach(e => Say(e.ToString()));
        if (HolderEnded is not null)
        {
            Say($"In the background:\n{HolderEnded}");
        }

        if (_roots.Count > 0)
        {
            Say("The journal ends with:");
            Root.Journal().TakeLast(8).ToList().ForEach(r => Say(r.ToJsonString()[..Math.Min(400, r.ToJsonString().Length)]));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Load is not null)
        {
            await Load.DisposeAsync();
        }

        foreach (var root in _roots.Where(r => r.Folder != clone.Folder))
        {
            await root.DisposeAsync();
        }

        _client.Dispose();
    }
}
