using Release.Output;
using Release.Runs;
using Release.Tools;
using Serilog;

/// <summary>Installs what tests need and a machine may not have, from Debian's packages.</summary>
static class DebianPackages
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
#pragma warning disable RS0030 // a program names the clock that all the others take
    private static readonly TimeProvider Clock = TimeProvider.System;
#pragma warning restore RS0030

    // The browser that opens the reports, what makes the terminal that the live view is drawn on, a shell that completes,
    // the proxy that ours is measured against, and the engine with the peers of a compose stack, a registry and a login to it.
    private static readonly (string Program, string Package)[] Needed =
    [
        ("chromium", "chromium"), ("python3", "python3"), ("zsh", "zsh"), ("haproxy", "haproxy"),
        ("dockerd", "docker.io"), ("docker-compose", "docker-compose"), ("redis-server", "redis-server"), ("prometheus", "prometheus"), ("busybox", "busybox-static"), ("pg_dump", "postgresql"), ("docker-registry", "docker-registry"), ("sshd", "openssh-server"),
    ];

    /// <summary>Installs what is missing. Throws, saying what to do, where that cannot be.</summary>
    public static async Task Install()
    {
        var missing = Needed.Where(n => !IsThere(n.Program)).ToList();
        if (missing.Count == 0)
        {
            Log.Information("All there: {Programs:l}", string.Join(", ", Needed.Select(n => n.Program)));
            return;
        }

        if (!IsThere("apt-get"))
        {
            throw Cannot(missing, "this machine has no apt-get");
        }

        if (Environment.UserName != "root")
        {
            throw Cannot(missing, "packages are installed by root");
        }

        var packages = missing.Select(m => m.Package).ToArray();

        // A fresh image knows no packages, and one that is old knows files that are gone.
        if (!(await Apt(["install", "-y", "--no-install-recommends", .. packages])).Succeeded)
        {
            Log.Information("Updating the index of packages");
            _ = await Apt(["update"]);
            var again = await Apt(["install", "-y", "--no-install-recommends", .. packages]);
            if (!again.Succeeded)
            {
                throw Cannot(missing, again.ToString());
            }
        }

        Log.Information("Installed {Packages:l}", string.Join(", ", packages));
    }

    private static Task<ToolResult> Apt(IReadOnlyList<string> arguments)
    {
        var command = new ToolCommand("apt-get", [.. arguments])
        {
            Timeout = Longest,
            Environment = new Dictionary<string, string?> { ["DEBIAN_FRONTEND"] = "noninteractive" },
            OnLine = line => Log.Debug("  {Line:l}", TerminalText.Line(line)),
        };
        Log.Information("{Command:l}", command.ToString());
        return new Tool(Clock, new SecretMask()).Run(command, CancellationToken.None);
    }

    private static ReleaseException Cannot(IEnumerable<(string Program, string Package)> missing, string why) => new(
        ExitStatus.Failed,
        $"What the tests need could not be installed ({string.Join(", ", missing.Select(m => m.Program))}): {why}.",
        $"As root on Debian: apt-get install {string.Join(' ', missing.Select(m => m.Package))}. Without it: ./build.sh Test skips those tests and names them.");

    private static bool IsThere(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
