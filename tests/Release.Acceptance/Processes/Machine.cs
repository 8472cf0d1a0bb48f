using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Release.Acceptance.Processes;

/// <summary>What the tests need of the machine, and its processes.</summary>
internal static class Machine
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    // What a program needs to find the SDK, its packages and its peers. All else stays out: RELEASE_… would change a
    // release, CI and GITHUB_… what an interruption does, MSBUILD… of the test's own host what is compiled.
    private static readonly string[] Kept =
        ["HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TMPDIR", "TERM", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

    /// <summary>Gets what is missing to run these tests here, or null.</summary>
    public static string? Missing { get; } =
        OperatingSystem.IsWindows() ? "needs a Unix: the embedded environment starts its processes with a POSIX shell"
        : Find("git") is null ? "git is not installed"
        : Find("bash") is null ? "bash is not installed"
        : null;

    /// <summary>
    /// Gets a value indicating whether Ctrl-C is ignored here, as in a shell's background job: what we start would inherit
    /// that, and ignore it too.
    /// </summary>
    public static bool IgnoresInterrupt { get; } = File.Exists("/proc/self/status")
        && File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } line
        && (Convert.ToUInt64(line["SigIgn:".Length..].Trim(), 16) & (1UL << (Interrupt - 1))) != 0;

    /// <summary>The variables of a person's terminal on a fresh machine, whatever this test runs in.</summary>
    public static Dictionary<string, string> CleanEnvironment()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Variables())
        {
            if (Kept.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith("NUGET_", StringComparison.Ordinal))
            {
                variables[name] = value;
            }
        }

        // The SDK that build.sh found for this test run need not be on the path. A user without a git identity is the harder case.
        var sdk = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        variables["PATH"] = Environment.GetEnvironmentVariable("PATH") + (sdk is null ? "" : Path.PathSeparator + sdk);
        variables["GIT_CONFIG_GLOBAL"] = "/dev/null";
        variables["GIT_CONFIG_NOSYSTEM"] = "1";

        // Of some forty gateways and services at a time on two cores none may spin while it waits, nor measure itself to be compiled better.
        variables["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        variables["DOTNET_TieredPGO"] = "0";
        return variables;
    }

    /// <summary>Where a program is, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Writes a program of the test's own, to stand first on a path.</summary>
    public static async Task WriteScript(string folder, string name, string body)
    {
        var file = Path.Combine(Directory.CreateDirectory(folder).FullName, name);
        await File.WriteAllTextAsync(file, $"#!/bin/sh\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    public static void Send(int process, int signal) => _ = SendSignal(process, signal);

    public static bool IsAlive(int process) => SendSignal(process, 0) == 0;

    /// <summary>The command line of a process; empty when it is gone.</summary>
    public static async Task<string> CommandLine(int process)
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", ["-ww", "-o", "command=", "-p", $"{process}"]) { RedirectStandardOutput = true })!;
        var line = await ps.StandardOutput.ReadToEndAsync();
        await ps.WaitForExitAsync();
        return line.Trim();
    }

    private static IEnumerable<(string Name, string Value)> Variables()
    {
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            yield return ((string)variable.Key, (string?)variable.Value ?? "");
        }
    }

#pragma warning disable SYSLIB1054 // LibraryImport writes unsafe code, which this project does not allow.
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
#pragma warning restore SYSLIB1054
}
