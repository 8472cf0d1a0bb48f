using System.Text;

namespace Release.Output;

/// <summary>
/// Passes text on with its secrets masked, also those that arrive in several writes: an end that may be the beginning of
/// a secret waits for what follows, even through a flush, and is passed on when the writer is disposed of.
/// </summary>
/// <param name="inner">Gets the masked text; it is flushed but not disposed of.</param>
/// <param name="mask">The secrets; those registered later count from the next write on.</param>
public sealed class MaskingWriter(TextWriter inner, SecretMask mask) : TextWriter(inner.FormatProvider)
{
    private readonly Lock _writing = new();
    private string _waiting = "";

    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Pass([value]);

    /// <inheritdoc/>
    public override void Write(string? value) => Pass(value);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Pass(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Pass(buffer);

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Pass(value + NewLine);

    /// <inheritdoc/>
    public override void WriteLine(ReadOnlySpan<char> buffer) => Pass(string.Concat(buffer, NewLine));

    /// <inheritdoc/>
    public override void Flush()
    {
        lock (_writing)
        {
            inner.Flush();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_writing)
            {
                inner.Write(mask.Mask(_waiting));
                _waiting = "";
                inner.Flush();
            }
        }

        base.Dispose(disposing);
    }

    private void Pass(ReadOnlySpan<char> text)
    {
        lock (_writing)
        {
            var all = string.Concat(_waiting, text);
            var settled = mask.Settled(all);
            _waiting = all[settled..];
            if (settled > 0)
            {
                inner.Write(mask.Mask(all[..settled]));
            }
        }
    }
}
