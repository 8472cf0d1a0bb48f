using System.ComponentModel;
using System.Diagnostics;

#pragma warning disable RS0030 // A part of Tool, the place that the ban on Process points to.

namespace Release.Tools;

/// <summary>
/// A program that is talked to: what is written goes to its standard input, what is read comes from its standard output.
/// Its last words on standard error are in the exception when it ends before it said anything more. Disposing of it ends
/// the program with everything that it started.
/// </summary>
public sealed class ToolStream : OutgoingStream
{
    private const int LastWords = 2000;
    private readonly Process _process;
    private readonly Func<string, string> _shown;
    private readonly string _described;
    private readonly Task<string> _errors;
    private bool _spoke;

    internal ToolStream(Process process, string described, Func<string, string> shown)
    {
        (_process, _described, _shown) = (process, described, shown);
        _errors = Errors(process.StandardError);
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    private Stream Output => _process.StandardOutput.BaseStream;

    private Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Reads; 0 when the program closed its output.</summary>
    /// <exception cref="ToolEndedException">It ended without ever saying anything; the message has its last words.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Output.ReadAsync(buffer, cancellationToken);
        _spoke |= read > 0;
        return read > 0 || buffer.Length == 0 || _spoke
            ? read
            : throw await Ended(cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Output.Read(buffer, offset, count);

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await Input.WriteAsync(buffer, cancellationToken);
            await Input.FlushAsync(cancellationToken);
        }
        catch (IOException) when (!_spoke)
        {
            throw await Ended(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Input.Write(buffer, offset, count);

    /// <inheritdoc/>
    public override void Flush() => Input.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Input.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            try
            {
                _process.Kill(entireProcessTree: true);
            }
            catch (Exception late) when (late is InvalidOperationException or AggregateException or Win32Exception)
            {
                // It ended by itself, or a part of its tree did.
            }

            _process.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<ToolEndedException> Ended(CancellationToken cancellation) =>
        new(_described, _shown(await _errors.WaitAsync(cancellation)).Trim());

    private static async Task<string> Errors(StreamReader errors)
    {
        var last = "";
        try
        {
            var block = new char[1024];
            for (int read; (read = await errors.ReadAsync(block)) > 0;)
            {
                last += new string(block, 0, read);
                last = last.Length > LastWords ? last[^LastWords..] : last;
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The conversation is over; what was said so far is enough.
        }

        return last;
    }
}
