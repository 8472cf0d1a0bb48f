using System.Globalization;
using System.Runtime.InteropServices;

namespace Release.Components.Terminal;

/// <summary>
/// Standard input, output and errors that were closed before the process began (<c>&gt;&amp;-</c>). The next file that is
/// opened then gets such a number, and what is said would be written into it: into the journal, or into a pipe of the
/// runtime's own.
/// </summary>
internal static class Descriptors
{
    private const int GetFlags = 1; // F_GETFD
    private const int CloseOnExec = 1; // FD_CLOEXEC
    private const int ReadWrite = 2; // O_RDWR

    // Set while the program starts itself again: once is enough, whatever happens. An exec keeps the process id, a child has
    // another one.
    private const string Again = "RELEASE_DESCRIPTORS";

    /// <summary>
    /// Starts this program anew in its own process, with nothing where something was closed; returns where all three are
    /// open, or nothing can be done about it.
    /// </summary>
    public static void Guard()
    {
        if (OperatingSystem.IsWindows() || System.Environment.GetEnvironmentVariable(Again) == Own)
        {
            return;
        }

        // What was inherited is kept by an exec, or it would not be here; what the runtime opened since is not.
        var closed = Enumerable.Range(0, 3).Where(d => Flags(d, GetFlags) is var flags && (flags < 0 || (flags & CloseOnExec) != 0)).ToList();
        if (closed.Count > 0 && System.Environment.ProcessPath is { } program)
        {
            try
            {
                StartAgain(program, closed);
            }
            catch (EntryPointNotFoundException)
            {
                // Not every C library has all of these calls: then it goes on as before.
            }
        }
    }

    private static string Own => System.Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private static void StartAgain(string program, List<int> closed)
    {
        // A bare root has no /dev: then an empty file in memory, which takes everything and has nothing to read.
        var nothing = Open("/dev/null", ReadWrite);
        nothing = nothing >= 0 ? nothing : MemoryFile("nothing", 0);
        if (nothing < 0)
        {
            return;
        }

        foreach (var descriptor in closed.Where(d => d != nothing))
        {
            _ = Duplicate(nothing, descriptor);
        }

        // Started by dotnet, the first word is the assembly that it runs.
        var words = System.Environment.GetCommandLineArgs();
        var isHosted = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string?[] line = [program, .. isHosted ? words : words[1..], null];
        string?[] variables = [.. Variables(), $"{Again}={Own}", null];
        _ = Execute(program, line, variables); // It returns only where that failed; then we go on as we are.
    }

    private static IEnumerable<string> Variables()
    {
        foreach (System.Collections.DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            yield return $"{variable.Key}={variable.Value}";
        }
    }

#pragma warning disable SYSLIB1054 // LibraryImport writes unsafe code, which this project does not allow.
#pragma warning disable CA2101 // .NET on Unix gives text as UTF-8 either way.
    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Flags(int descriptor, int command);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "memfd_create", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MemoryFile([MarshalAs(UnmanagedType.LPUTF8Str)] string name, uint flags);

    [DllImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Duplicate(int from, int to);

    [DllImport("libc", EntryPoint = "execve", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Execute(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        [MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPStr)] string?[] arguments,
        [MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPStr)] string?[] variables);
#pragma warning restore CA2101
#pragma warning restore SYSLIB1054
}
