namespace Release.Acceptance.Processes;

/// <summary>The packed program, made once for all tests, and the root file system that has nothing but it.</summary>
internal static class BareRoot
{
    /// <summary>A guard against hanging: beside four rows of tests on two cores, compiling everything ahead of time takes minutes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(8);
    private static readonly SemaphoreSlim Turn = new(1);
    private static string? Packed;

    /// <summary>Gets what is missing to make a bare root here, or null.</summary>
    public static string? Missing { get; } = Machine.Missing
        ?? (!OperatingSystem.IsLinux() ? "a bare root is made of Linux's namespaces"
            : Environment.UserName != "root" ? "a bare root is made by root"
            : new[] { "unshare", "chroot", "mount", "ldd", "python3" }.FirstOrDefault(p => Machine.Find(p) is null) is { } absent ? $"{absent} is not installed"
            : CanMount() ? null : "this machine lets nobody mount: it is itself a container");

    /// <summary>The packed program: <c>./build.sh Pack</c> in the clone, once.</summary>
    public static async Task<string> Of(CompiledClone clone)
    {
        await Turn.WaitAsync();
        try
        {
            return Packed ??= await Pack(clone, clone.Folder);
        }
        finally
        {
            _ = Turn.Release();
        }
    }

    /// <summary>Packs in a folder that was compiled before.</summary>
    public static async Task<string> Pack(CompiledClone clone, string folder)
    {
        using var command = Command.Start(folder, clone.Environment(), clone.Program, "Pack", "--root", folder);
        var ended = await command.End(Longest);
        ended.ExitCode.ShouldBe(0, ended.ToString());
        return Path.Combine(folder, "artifacts", "pack", "release");
    }

    /// <summary>A script of <c>tests/experiments</c>, as a person runs it.</summary>
    public static string Experiment(CompiledClone clone, string name) => Path.Combine(clone.Folder, "tests", "experiments", name);

    private static bool CanMount()
    {
        using var trial = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("unshare", ["--mount", "mount", "--make-rprivate", "/"])
        {
            RedirectStandardError = true,
        })!;
        trial.WaitForExit();
        return trial.ExitCode == 0;
    }
}

/// <summary>A test in a bare root; skipped, saying why, where none can be made.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BareRootFactAttribute : FactAttribute
{
    public BareRootFactAttribute() => Skip = BareRoot.Missing;
}

/// <summary>The same for a test with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BareRootTheoryAttribute : TheoryAttribute
{
    public BareRootTheoryAttribute() => Skip = BareRoot.Missing;
}
