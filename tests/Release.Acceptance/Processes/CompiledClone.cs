namespace Release.Acceptance.Processes;

/// <summary>
/// A fresh clone of the repository as it stands, uncommitted changes too, in which somebody runs <c>./build.sh Promote</c>
/// for the first time: it compiles the program that all other tests use in folders of their own, and what <c>Pack</c> goes on from.
/// </summary>
internal sealed class CompiledClone : IAsyncDisposable
{
    /// <summary>A guard against hanging: on a slow host the first compile may have to fetch every package.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Gets the folder of this test run; everything that the tests make is below it.</summary>
    public string Temporary { get; } = Directory.CreateTempSubdirectory("release-acceptance-").FullName;

    /// <summary>Gets the clone.</summary>
    public string Folder => Path.Combine(Temporary, "clone");

    /// <summary>Gets the clone's own environment.</summary>
    public RootFolder Root { get; private set; } = null!;

    /// <summary>Gets how the first <c>./build.sh Promote</c> ended.</summary>
    public Ended FirstPromotion { get; private set; } = null!;

    /// <summary>Gets the folder of the compiled program.</summary>
    public string Compiled => Path.Combine(Builds(Folder), File.ReadAllText(Path.Combine(Builds(Folder), "last-good")).Trim());

    public string Program => Path.Combine(Compiled, "_build");

    /// <summary>The environment of a command: a person's terminal, where the program finds its runtime.</summary>
    public Dictionary<string, string> Environment() =>
        new(Machine.CleanEnvironment()) { ["DOTNET_ROOT"] = File.ReadAllText(Path.Combine(Compiled, "dotnet-root")).Trim() };

    public static async Task<CompiledClone> Create()
    {
        var clone = new CompiledClone();
        await clone.CopyRepository();
        clone.Root = new RootFolder(clone, clone.Folder);
        using var promotion = Command.Start(clone.Folder, Machine.CleanEnvironment(), Path.Combine(clone.Folder, "build.sh"), "Promote");
        clone.FirstPromotion = await promotion.End(Longest);
        return File.Exists(Path.Combine(Builds(clone.Folder), "last-good"))
            ? clone
            : throw new InvalidOperationException($"The clone does not compile, so nothing can be tested.\n{clone.FirstPromotion}");
    }

    /// <summary>
    /// Gives a repository what another one has compiled last. Programs lie under the hash of their sources, so one of other sources is never
    /// taken for this one's.
    /// </summary>
    public static void TakeBuild(string from, string to)
    {
        var lastGood = Path.Combine(Builds(from), "last-good");
        if (!File.Exists(lastGood))
        {
            return;
        }

        var hash = File.ReadAllText(lastGood).Trim();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Builds(from), hash), "*", SearchOption.AllDirectories).Append(lastGood))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Root.DisposeAsync();
        Directory.Delete(Temporary, recursive: true);
    }

    private async Task CopyRepository()
    {
        var source = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(source.FullName, "build.sh")))
        {
            source = source.Parent ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in the repository.");
        }

        var files = await Command.Require(source.FullName, "git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard");
        foreach (var file in files.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var (from, to) = (Path.Combine(source.FullName, file), Path.Combine(Folder, file));
            if (File.Exists(from))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(from, to);
            }
        }

        await Command.Require(Folder, "git", "init", "--quiet", "--initial-branch=main");
        await RootFolder.Commit(Folder, "As it stands");
    }

    private static string Builds(string repository) => Path.Combine(repository, "artifacts", "build");
}
