using System.Diagnostics;
using System.Text;

namespace Release.Bench.Machines;

/// <summary>A server that is measured; killed at the end.</summary>
internal sealed class BackgroundProcess : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private BackgroundProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Gets what it printed.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>Starts a program, and returns when it serves.</summary>
    public static async Task<BackgroundProcess> Start(
        IReadOnlyDictionary<string, string?> environment, Func<BackgroundProcess, Task<bool>> serves, string program, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new BackgroundProcess(Process.Start(start)!);
        try
        {
            for (var begin = Stopwatch.GetTimestamp(); !await serves(process); await Task.Delay(Pause))
            {
                if (process._process.HasExited || Stopwatch.GetElapsedTime(begin) > Longest)
                {
                    throw new InvalidOperationException($"{Path.GetFileName(program)} does not serve. It said: {process.Said}");
                }
            }

            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
        {
            _ = _said.AppendLine(line.Data);
        }
    }
}
