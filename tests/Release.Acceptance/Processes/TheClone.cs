namespace Release.Acceptance.Processes;

/// <summary>
/// A fresh clone of the repository as it stands, uncommitted changes too, in which somebody runs <c>./build.sh Promote</c>
/// for the first time: it compiles the program that all other tests use in folders of their own.
/// </summary>
public sealed class TheClone : IAsyncLifetime
{
    public const string Collection = "acceptance";

    /// <summary>A guard against hanging: on a slow host the first compile may have to fetch every package.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Gets the folder of this test run; everything that the tests make is below it.</summary>
    internal string Temporary { get; } = Directory.CreateTempSubdirectory("release-acceptance-").FullName;

    /// <summary>Gets the clone.</summary>
    internal string Folder => Path.Combine(Temporary, "clone");

    /// <summary>Gets the clone's own environment.</summary>
    internal RootFolder Root { get; private set; } = null!;

    /// <summary>Gets how the first <c>./build.sh Promote</c> ended.</summary>
    internal Ended FirstPromotion { get; private set; } = null!;

    /// <summary>Gets the folder of the compiled program.</summary>
    internal string Compiled => Directory.GetDirectories(Path.Combine(Folder, "artifacts", "build")).Single();

    internal string Program => Path.Combine(Compiled, "_build");

    /// <summary>The environment of a command: a person's terminal, where the program finds its runtime.</summary>
    internal Dictionary<string, string> Environment() =>
        new(Machine.CleanEnvironment()) { ["DOTNET_ROOT"] = File.ReadAllText(Path.Combine(Compiled, "dotnet-root")).Trim() };

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Machine.Missing is not null)
        {
            return;
        }

        await CopyRepository();
        Root = new RootFolder(this, Folder);
        using var promotion = Command.Start(Folder, Machine.CleanEnvironment(), Path.Combine(Folder, "build.sh"), "Promote");
        FirstPromotion = await promotion.End(Longest);
        if (!File.Exists(Path.Combine(Folder, "artifacts", "build", "last-good")))
        {
            throw new InvalidOperationException($"The clone does not compile, so nothing can be tested.\n{FirstPromotion}");
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (Root is not null)
        {
            await Root.DisposeAsync();
        }

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
}

/// <summary>The tests share one compiled program, and take turns: two cores are soon busy.</summary>
[CollectionDefinition(TheClone.Collection)]
#pragma warning disable CA1711 // xunit's word
public sealed class AcceptanceCollection : ICollectionFixture<TheClone>;
#pragma warning restore CA1711
