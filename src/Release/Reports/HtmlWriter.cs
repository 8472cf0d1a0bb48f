using System.Text;
using Release.Output;

namespace Release.Reports;

/// <summary>
/// Writes elements that are closed and text that is encoded: nothing else can be written, so what a person or a peer said
/// stays text. The names of elements and attributes are the program's own.
/// </summary>
/// <param name="mask">Takes secrets out of a text before it is encoded, as an encoded secret would not be found any more.</param>
internal sealed class HtmlWriter(Func<string, string> mask)
{
    private readonly StringBuilder _html = new();
    private readonly Stack<string> _open = new();

    /// <summary>Opens an element; disposing what is returned closes it.</summary>
    public IDisposable Element(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(name, attributes);
        _ = _html.Append('>');
        _open.Push(name);
        return new Closing(this);
    }

    /// <summary>An element with text.</summary>
    public HtmlWriter Leaf(string name, string text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        using (Element(name, attributes))
        {
            return Text(text);
        }
    }

    /// <summary>An element that has no content: <c>meta</c>, or a shape of a drawing.</summary>
    public HtmlWriter Void(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(name, attributes);
        _ = _html.Append(" />");
        return this;
    }

    /// <summary>Text.</summary>
    public HtmlWriter Text(string text)
    {
        _ = _html.Append(HtmlText.Encode(mask(TerminalText.Strip(text))));
        return this;
    }

    /// <summary>A line's end in the source, so that a page can be read and compared.</summary>
    public HtmlWriter Line()
    {
        _ = _html.Append('\n');
        return this;
    }

    /// <summary>The program's own text, as it is: the document type and the style sheet.</summary>
    public HtmlWriter Own(string constant)
    {
        _ = _html.Append(constant);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _open.Count == 0
        ? _html.ToString()
        : throw new InvalidOperationException($"<{_open.Peek()}> is not closed.");

    private void Begin(string name, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        _ = _html.Append('<').Append(name);
        foreach (var (attribute, value) in attributes)
        {
            if (value is not null)
            {
                _ = _html.Append(' ').Append(attribute).Append("=\"").Append(HtmlText.Encode(mask(TerminalText.Strip(value)))).Append('"');
            }
        }
    }

    private sealed class Closing(HtmlWriter writer) : IDisposable
    {
        public void Dispose() => writer._html.Append("</").Append(writer._open.Pop()).Append('>');
    }
}
