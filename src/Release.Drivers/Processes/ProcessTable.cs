using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Release.Tools;

namespace Release.Drivers.Processes;

/// <summary>
/// Which processes live, by an environment variable that only they carry: a process id alone may by now belong to
/// somebody else, also after a reboot.
/// </summary>
/// <param name="tool">Runs <c>ps</c> where there is no <c>/proc</c>.</param>
internal sealed class ProcessTable(Tool tool)
{
    /// <summary>The variable; its value is the path of the run's claim.</summary>
    public const string Variable = "RELEASE_RUN";

    private const int NoSuchProcess = 3;

    private static readonly bool HasProc = Directory.Exists("/proc/self");

    /// <summary>Whether the process lives and belongs to this run.</summary>
    public async Task<bool> Lives(int process, string claim, CancellationToken cancellation)
    {
        if (HasProc)
        {
            return IsLive(process) && Carries(process, claim);
        }

        // The environment of another process is not to be had there, but the script's arguments are.
        var answer = await tool.Run(
            new ToolCommand("ps", "-o", "command=", "-p", process.ToString(CultureInfo.InvariantCulture)), cancellation);
        return answer.StandardOutput.Contains(Path.ChangeExtension(claim, null), StringComparison.Ordinal);
    }

    /// <summary>Asks a process to end. No error when it is gone already.</summary>
    public static void Terminate(int process) => Send(process, signal: 15);

    /// <summary>Ends a process, or with a negative id a whole process group, at once.</summary>
    public static void Kill(int process) => Send(process, signal: 9);

    private static bool IsLive(int process)
    {
        // "4711 (name, maybe with spaces and brackets) S …": the state follows the last bracket. Z and X are dead.
        var status = Read(process, "stat");
        var end = status.LastIndexOf(')');
        return end >= 0 && end + 2 < status.Length && status[end + 2] is not ('Z' or 'X');
    }

    private static bool Carries(int process, string claim)
    {
        var variables = Read(process, "environ").Split('\0');
        return variables.Contains($"{Variable}={claim}", StringComparer.Ordinal)
            || variables.FirstOrDefault(v => v.StartsWith(Variable + "=", StringComparison.Ordinal)) is { } carried
            && IsSame(process, carried[(Variable.Length + 1)..], claim);
    }

    // A folder may be at another place for us than for the process: mounted into a bare root, or moved. The claim that it
    // sees then says the same as ours: its starter, and the key of the step that started it.
    private static bool IsSame(int process, string carried, string claim)
    {
        if (Path.GetFileName(carried) != Path.GetFileName(claim) || Folder(carried) != Folder(claim))
        {
            return false;
        }

        var seen = Read(process, "root" + carried);
        return seen.Length > 0 && File.Exists(claim) && seen == File.ReadAllText(claim);
    }

    private static string? Folder(string path) => Path.GetFileName(Path.GetDirectoryName(path));

    private static string Read(int process, string file)
    {
        try
        {
            return Encoding.UTF8.GetString(
                File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/{file}")));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or is another user's and so not ours.
            return "";
        }
    }

    private static void Send(int process, int signal)
    {
        // 0 and -1 would mean our own group and every process there is.
        ArgumentOutOfRangeException.ThrowIfZero(process);
        ArgumentOutOfRangeException.ThrowIfEqual(process, -1);
        if (SendSignal(process, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
        {
            throw new IOException($"Process {process} could not be sent signal {signal} (error {error}).");
        }
    }

#pragma warning disable SYSLIB1054 // LibraryImport writes unsafe code, which this project does not allow.
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
#pragma warning restore SYSLIB1054
}
