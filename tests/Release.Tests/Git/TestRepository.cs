using Release.Drivers.Git;
using Release.Output;
using Release.Tests.Processes;
using Release.Tools;

namespace Release.Tests.Git;

/// <summary>A repository with one commit and a bare one beside it that is its remote <c>origin</c>.</summary>
internal sealed class TestRepository : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static Tool Tool { get; } = new(TimeProvider.System, new SecretMask());

    public string Path => _folder["work"];

    public GitRepository Repository => new(Tool, Path);

    public static async Task<TestRepository> Create()
    {
        var made = new TestRepository();
        _ = Directory.CreateDirectory(made.Path);
        _ = await In(made._folder.Path, "init", "--quiet", "--bare", "remote.git");
        _ = await In(made.Path, "init", "--quiet");
        _ = await In(made.Path, "remote", "add", "origin", made._folder["remote.git"]);
        _ = await made.Commit("one");
        return made;
    }

    public async Task<string> Commit(string text)
    {
        await File.WriteAllTextAsync(System.IO.Path.Combine(Path, "file.txt"), text);
        _ = await In(Path, "add", ".");
        _ = await In(Path, "-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgSign=false", "commit", "--quiet", "-m", text);
        return (await In(Path, "rev-parse", "HEAD")).Trim();
    }

    public Task<string> Git(params IReadOnlyList<string> arguments) => In(Path, arguments);

    public Task<string> Refs() => Git("for-each-ref");

    public Task<string> RemoteRefs() => Git("ls-remote", "origin");

    public void Dispose() => _folder.Dispose();

    private static async Task<string> In(string folder, params IReadOnlyList<string> arguments) =>
        (await Tool.Require(new ToolCommand("git", arguments) { WorkingFolder = folder }, default)).StandardOutput;
}
