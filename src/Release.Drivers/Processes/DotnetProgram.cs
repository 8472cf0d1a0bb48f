using Release.Runs;
using Release.Tools;

namespace Release.Drivers.Processes;

/// <summary>Finds and starts published .NET programs.</summary>
internal static class DotnetProgram
{
    private const string RuntimeConfiguration = ".runtimeconfig.json";

    /// <summary>Gets the <c>dotnet</c> to use: the one that runs us where there is one, since it is known to work.</summary>
    public static string Host { get; } = Find();

    /// <summary>Whether the folder holds one published program.</summary>
    public static bool IsIn(string folder) => Configurations(folder).Length == 1;

    /// <summary>The command that runs the folder's program.</summary>
    /// <exception cref="ReleaseException">There is none in the folder, or more than one.</exception>
    public static ToolCommand In(string folder, params IReadOnlyList<string> arguments)
    {
        var found = Configurations(folder);
        return found.Length == 1
            ? At(found[0][..^RuntimeConfiguration.Length] + ".dll", arguments)
            : throw new ReleaseException(
                ExitStatus.Failed,
                $"{folder} must hold one published .NET program (one *{RuntimeConfiguration}), but holds {found.Length}.");
    }

    /// <summary>The command that runs a program: a <c>.dll</c> by dotnet, anything else by itself.</summary>
    public static ToolCommand At(string path, params IReadOnlyList<string> arguments) =>
        path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
            ? new ToolCommand(Host, [path, .. arguments])
            : new ToolCommand(path, arguments);

    private static string[] Configurations(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + RuntimeConfiguration) : [];

    private static string Find()
    {
        var root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        return new[]
            {
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH"),
                Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath : null,
                string.IsNullOrEmpty(root) ? null : Path.Combine(root, "dotnet"),
            }.FirstOrDefault(File.Exists) ?? "dotnet";
    }
}
