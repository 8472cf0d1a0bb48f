using System.Globalization;
using System.Runtime.InteropServices;

namespace Release.Journal;

/// <summary>Who this process is to others that share the journal, and how it ends one of them.</summary>
/// <param name="Host">The machine.</param>
/// <param name="Id">The process id on it.</param>
/// <param name="Start">When it started.</param>
/// <param name="Kill">
/// Ends the process with this id at once if it started at this time; false when there is none or it may not be ended.
/// </param>
public sealed record LocalProcess(string Host, int Id, DateTimeOffset Start, Func<int, DateTimeOffset, bool> Kill)
{
    private const int SigKill = 9;
    private const long UserTicksPerSecond = 100; // USER_HZ: what /proc counts in on every architecture .NET runs on.

    // /proc/stat gives the boot time in whole seconds, computed anew from a clock that may have been set since.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>Gets the process this code runs in.</summary>
    public static LocalProcess Current() => new(
        Environment.MachineName,
        Environment.ProcessId,
        StartOf(Environment.ProcessId) ?? DateTimeOffset.UnixEpoch,
        KillProcess);

    /// <summary>Finds when a process started; null when there is no such process or it may not be looked at.</summary>
    internal static DateTimeOffset? StartOf(int id)
    {
        try
        {
            return OperatingSystem.IsLinux() ? StartOnLinux(id) : StartElsewhere(id);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or ArgumentException
            or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended while we looked, or belongs to somebody else.
            return null;
        }
    }

    private static DateTimeOffset StartOnLinux(int id)
    {
        // The second field is the program's name in brackets and may hold spaces and brackets; field 22 is the start.
        var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[19], CultureInfo.InvariantCulture);
        var boot = File.ReadLines("/proc/stat").First(line => line.StartsWith("btime ", StringComparison.Ordinal));
        return DateTimeOffset.FromUnixTimeSeconds(long.Parse(boot.AsSpan(6), CultureInfo.InvariantCulture))
            .AddMilliseconds(ticks * 1000 / UserTicksPerSecond);
    }

#pragma warning disable RS0030 // Process is banned for running tools; this looks at one that somebody else started.
    private static DateTimeOffset StartElsewhere(int id)
    {
        using var process = System.Diagnostics.Process.GetProcessById(id);
        return process.StartTime;
    }

    private static bool KillProcess(int id, DateTimeOffset start)
    {
        // Ids of 0 and below mean groups of processes to kill(2).
        if (id <= 0 || StartOf(id) is not { } found || (found - start).Duration() > Tolerance)
        {
            return false;
        }

        if (!OperatingSystem.IsWindows())
        {
            return KillOnUnix(id, SigKill) == 0;
        }

        using var process = System.Diagnostics.Process.GetProcessById(id);
        process.Kill();
        return true;
    }
#pragma warning restore RS0030

#pragma warning disable SYSLIB1054 // LibraryImport writes unsafe code, which this project does not allow.
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int KillOnUnix(int id, int signal);
#pragma warning restore SYSLIB1054
}
