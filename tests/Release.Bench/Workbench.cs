using Release.Bench.Machines;

namespace Release.Bench;

/// <summary>What the figures share: a folder on the repository's disk, and there a copy of the repository in which releases are made.</summary>
internal sealed class Workbench : IAsyncDisposable
{
    private readonly BenchOptions _options;
    private Workspace? _workspace;

    public Workbench(BenchOptions options)
    {
        _options = options;
        Commands = new Commands(File.ReadAllText(Path.Combine(options.Program, "dotnet-root")).Trim());
        Folder = Path.Combine(options.Repository, "artifacts", "bench", $"{Environment.ProcessId}");
        Directory.CreateDirectory(Folder);
    }

    /// <summary>Gets a folder for everything that is made, removed at the end. On the disk where journals are: another one may be memory.</summary>
    public string Folder { get; }

    public Commands Commands { get; }

    public Effort Effort => _options.Effort;

    /// <summary>Gets the folder of the compiled build.</summary>
    public string Program => _options.Program;

    public async Task<Workspace> Workspace(CancellationToken cancellation) =>
        _workspace ??= await Machines.Workspace.Create(Commands, _options.Repository, _options.Program, Path.Combine(Folder, "clone"), cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_workspace is not null)
        {
            await _workspace.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }
}
