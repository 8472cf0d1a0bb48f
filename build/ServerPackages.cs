using Release.Output;
using Release.Runs;
using Release.Tools;
using Serilog;

/// <summary>Servers from the system's packages that something here is compared with or tested against.</summary>
static class ServerPackages
{
    private const string Packages = "apt-get";
    private static readonly string[] Names = ["haproxy"];
    private static readonly string[] Folders = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
#pragma warning disable RS0030 // a program names the clock that all the others take
    private static readonly Tool Tool = new(TimeProvider.System, new SecretMask());
#pragma warning restore RS0030

    /// <summary>Installs what is missing, where that can be done: as root on Debian. What cannot be had is named.</summary>
    /// <param name="require">Fail instead of naming it.</param>
    public static async Task Install(bool require)
    {
        foreach (var name in Names)
        {
            if (Folders.Any(folder => File.Exists(Path.Combine(folder, name))))
            {
                Log.Information("{Name:l} is installed", name);
            }
            else if (File.Exists("/etc/debian_version") && Environment.IsPrivilegedProcess)
            {
                await Get(name);
            }
            else if (require)
            {
                throw new ReleaseException(
                    ExitStatus.Failed, $"{name} is missing and can be installed by root on Debian only.", $"Install {name} with this system's packages and run the command again.");
            }
            else
            {
                Log.Warning("{Name:l} is missing, so what needs it is skipped: it can be installed by root on Debian only", name);
            }
        }
    }

    private static async Task Get(string name)
    {
        Log.Information("Installing {Name:l} ...", name);
        if (!(await Tool.Run(Command("install", "--yes", "--no-install-recommends", name), CancellationToken.None)).Succeeded)
        {
            // A fresh image has no lists, an old one lists of packages that are gone.
            _ = await Tool.Require(Command("update"), CancellationToken.None);
            _ = await Tool.Require(Command("install", "--yes", "--no-install-recommends", name), CancellationToken.None);
        }
    }

    private static ToolCommand Command(params IReadOnlyList<string> arguments) => new(Packages, arguments)
    {
        Timeout = Longest,
        Environment = new Dictionary<string, string?> { ["DEBIAN_FRONTEND"] = "noninteractive" },
    };
}
