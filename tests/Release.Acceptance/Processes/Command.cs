using System.Diagnostics;

namespace Release.Acceptance.Processes;

/// <summary>How a command ended.</summary>
/// <param name="Line">What was run.</param>
/// <param name="ExitCode">128 and the signal's number when a signal ended it.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
/// <param name="Took">From its start until its output was closed.</param>
/// <param name="Process">What its process id was.</param>
internal sealed record Ended(string Line, int ExitCode, string Output, string Errors, TimeSpan Took, int Process)
{
    public string Everything => Output + "\n" + Errors;

    /// <summary>Gets what happened and what to do next: on the output when it went well, else on the errors.</summary>
    public string LastLine => (ExitCode is 0 or 7 ? Output : Errors).TrimEnd().Split('\n')[^1];

    public override string ToString() => $"$ {Line}\n{Output}{Errors}-> exit {ExitCode} after {Took.TotalSeconds:0.00} s";
}

/// <summary>A program started by a test; killed when it hangs, and at the end of the test.</summary>
internal sealed class Command : IDisposable
{
    /// <summary>A guard against hanging, not an expectation.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly string _line;
    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly Task<string> _output;
    private readonly Task<string> _errors;
    private bool _disposed;

    private Command(Process process, string line)
    {
        (_process, _line) = (process, line);
        _process.StandardInput.Close();
        (_output, _errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static Command Start(
        string folder, IReadOnlyDictionary<string, string> environment, string program, params IReadOnlyList<string> arguments)
    {
        IReadOnlyList<string> line = Machine.IgnoresInterrupt ? ["env", "--default-signal=INT", program, .. arguments] : [program, .. arguments];
        var info = new ProcessStartInfo(line[0], line.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        return new Command(Process.Start(info)!, $"{Path.GetFileName(program)} {string.Join(' ', arguments)}");
    }

    /// <summary>Runs a program that must succeed, and returns its output.</summary>
    public static async Task<string> Require(string folder, string program, params IReadOnlyList<string> arguments)
    {
        using var command = Start(folder, Machine.CleanEnvironment(), program, arguments);
        var ended = await command.End();
        ended.ExitCode.ShouldBe(0, ended.ToString());
        return ended.Output;
    }

    /// <summary>
    /// Returns when the process is gone and both of its outputs are closed: a background process that had inherited one
    /// would keep us, and a person's <c>| cat</c>, waiting for ever.
    /// </summary>
    public async Task<Ended> End(TimeSpan? limit = null)
    {
        try
        {
            await Task.WhenAll(_process.WaitForExitAsync(), _output, _errors).WaitAsync(limit ?? Longest);
        }
        catch (TimeoutException)
        {
            var exited = _process.HasExited;
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException(exited
                ? $"'{_line}' ended, but something that it started holds its output open."
                : $"'{_line}' does not end. It said:\n{await Said(_output)}\n{await Said(_errors)}");
        }

        return new Ended(_line, _process.ExitCode, await _output, await _errors, Stopwatch.GetElapsedTime(_begin), _process.Id);
    }

    public void Send(int signal) => Machine.Send(_process.Id, signal);

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static async Task<string> Said(Task<string> output) =>
        await Task.WhenAny(output, Task.Delay(TimeSpan.FromSeconds(2))) == output ? await output : "(its output is still open)";
}
