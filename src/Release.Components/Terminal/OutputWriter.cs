using System.Globalization;
using System.Text;

namespace Release.Components.Terminal;

/// <summary>What <c>Console.Out</c> and <c>Console.Error</c> are while a command runs: passes text on as it comes.</summary>
/// <param name="encoding">The encoding of the output.</param>
/// <param name="pass">Takes the text; from any thread, one at a time.</param>
internal sealed class OutputWriter(Encoding encoding, Action<string> pass) : TextWriter(CultureInfo.InvariantCulture)
{
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public override Encoding Encoding => encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Pass(value.ToString());

    /// <inheritdoc/>
    public override void Write(string? value) => Pass(value ?? "");

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Pass(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Pass(buffer.ToString());

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Pass(value + NewLine);

    /// <inheritdoc/>
    public override void WriteLine(ReadOnlySpan<char> buffer) => Pass(string.Concat(buffer, NewLine));

    private void Pass(string text)
    {
        lock (_lock)
        {
            pass(text);
        }
    }
}
