using Release.Acceptance.Processes;

namespace Release.Acceptance.Docker;

/// <summary>Programs of this machine with the libraries that they load, as files of a layer.</summary>
internal static class ProgramFiles
{
    /// <summary>The program, under <c>/bin</c>, and its libraries where they are here.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> Of(string program)
    {
        var path = Machine.Find(program) ?? throw new InvalidOperationException($"{program} is not installed.");
        return new Dictionary<string, string>(await Libraries(path)) { [$"/bin/{program}"] = path };
    }

    /// <summary>The program of this path, under <c>/bin</c>, and its libraries.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> At(string path) =>
        new Dictionary<string, string>(await Libraries(path)) { [$"/bin/{Path.GetFileName(path)}"] = path };

    /// <summary>.NET with ASP.NET, the one that runs this test.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> OfDotnet()
    {
        var runtime = new DirectoryInfo(Path.GetDirectoryName(typeof(object).Assembly.Location)!);
        var web = new DirectoryInfo(Path.GetDirectoryName(typeof(Microsoft.AspNetCore.Builder.WebApplication).Assembly.Location)!);
        var root = runtime.Parent!.Parent!.Parent!;
        var native = runtime.EnumerateFiles("*.so").Where(file => !file.Name.Contains("trace", StringComparison.Ordinal)).Select(file => file.FullName);
        var files = new Dictionary<string, string>(await Libraries([Path.Combine(root.FullName, "dotnet"), .. native])) { ["/dotnet/dotnet"] = Path.Combine(root.FullName, "dotnet") };
        foreach (var folder in (DirectoryInfo[])[runtime, web, new(Path.Combine(root.FullName, "host", "fxr", runtime.Name))])
        {
            foreach (var file in folder.EnumerateFiles("*", SearchOption.AllDirectories))
            {
                files["/dotnet/" + Path.GetRelativePath(root.FullName, file.FullName)] = file.FullName;
            }
        }

        return files;
    }

    // "	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)", and the loader without an arrow. A static program has none.
    private static async Task<IReadOnlyDictionary<string, string>> Libraries(params IReadOnlyList<string> paths)
    {
        using var ldd = Command.Start("/", Machine.CleanEnvironment(), "ldd", paths);
        var ended = await ldd.End();
        return ended.Output.Split('\n').Where(line => line.StartsWith('\t')).Select(line => line.Split("=>")[^1].Trim().Split(' ')[0])
            .Where(file => file.StartsWith('/')).Distinct().ToDictionary(file => file, file => file);
    }
}
