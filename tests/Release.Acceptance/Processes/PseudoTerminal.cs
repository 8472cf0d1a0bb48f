namespace Release.Acceptance.Processes;

/// <summary>Runs a program on a terminal of its own: python3 makes the terminal and passes on all that the program writes to it.</summary>
internal static class PseudoTerminal
{
    private const string Script = """
        import errno, fcntl, os, pty, struct, sys, termios
        rows, columns, answer_to = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].encode()
        child, master = pty.fork()
        if child == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
            os.execvp(sys.argv[4], sys.argv[4:])
        seen = b''
        while True:
            try:
                data = os.read(master, 65536)
            except OSError as end:
                if end.errno != errno.EIO:
                    raise
                break
            if not data:
                break
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
            seen += data
            if answer_to and answer_to in seen:
                answer_to = b''
                os.write(master, b'\x03')
        status = os.waitpid(child, 0)[1]
        sys.exit(os.waitstatus_to_exitcode(status) % 256)
        """;

    /// <summary>Gets what is missing here, or null.</summary>
    public static string? Missing => Machine.Missing ?? (Machine.Find("python3") is null ? "python3 is not installed: it makes the terminal" : null);

    /// <summary>Starts the program of a folder.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="program">The compiled program.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="interruptAt">Ctrl-C is typed once the output has this; empty for never.</param>
    /// <param name="environment">The program's variables.</param>
    /// <param name="arguments">The program's arguments.</param>
    public static Command Start(
        RootFolder root, string program, int width, int height, string interruptAt, Dictionary<string, string> environment, IReadOnlyList<string> arguments) =>
        root.Start("python3", ["-c", Script, $"{height}", $"{width}", interruptAt, program, .. arguments, "--root", root.Folder], environment);
}

/// <summary>A test that needs a terminal; skipped, saying why, where none can be made.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TerminalFactAttribute : FactAttribute
{
    public TerminalFactAttribute() => Skip = PseudoTerminal.Missing;
}

/// <summary>The same for a test with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TerminalTheoryAttribute : TheoryAttribute
{
    public TerminalTheoryAttribute() => Skip = PseudoTerminal.Missing;
}
