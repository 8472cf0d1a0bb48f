using System.Globalization;

namespace Release.Drivers.Compose;

/// <summary>Argument lists for compose, and nothing else: the same for the plugin (<c>docker compose</c>) and the program of old (<c>docker-compose</c>).</summary>
internal static class ComposeCommands
{
    /// <summary>Says which version it is.</summary>
    public static IReadOnlyList<string> Version() => ["version", "--short"];

    /// <summary>
    /// Recreates the containers of one service if its definition changed, as many as there are: without <c>--scale</c> a service
    /// that somebody scaled would shrink to what its file says. Nothing is built or fetched, and nothing else is touched.
    /// </summary>
    public static IReadOnlyList<string> Up(IReadOnlyList<string> stack, string service, int scale, TimeSpan grace) =>
    [
        .. stack, "up", "-d", "--no-deps", "--no-build",
        "-t", Math.Ceiling(grace.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        "--scale", $"{service}={scale.ToString(CultureInfo.InvariantCulture)}", service,
    ];

    /// <summary>Runs so many containers of one service, and leaves those that are there and stay as they are.</summary>
    public static IReadOnlyList<string> Scale(IReadOnlyList<string> stack, string service, int scale, TimeSpan grace)
    {
        var up = Up(stack, service, scale, grace).ToList();
        up.Insert(stack.Count + 2, "--no-recreate");
        return up;
    }

    /// <summary>What names the stack, before any command.</summary>
    public static IReadOnlyList<string> Stack(string project, string folder, IReadOnlyList<string> files) =>
        ["--project-name", project, "--project-directory", folder, .. files.SelectMany(file => new[] { "--file", file })];
}
