#nullable disable
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Nuke.Common.Tooling;

/// <summary>
/// Builds a command line from an interpolated string. Each value becomes one argument or a part of one, quoted as the
/// runtime splits command lines on every system; <c>{x:r}</c> also hides it in the log, <c>{x:nq}</c> takes it as written.
/// </summary>
[InterpolatedStringHandler]
public ref struct ArgumentStringHandler
{
    private readonly StringBuilder _text;
    private bool _insideQuotes;

    public ArgumentStringHandler(int literalLength, int formattedCount, out bool handlerIsValid)
    {
        _text = new StringBuilder(literalLength + (16 * formattedCount));
        Hidden = [];
        handlerIsValid = true;
    }

    internal List<string> Hidden { get; }

    public static implicit operator ArgumentStringHandler(string value)
    {
        var handler = new ArgumentStringHandler(value?.Length ?? 0, 0, out _);
        handler.AppendLiteral(value ?? "");
        return handler;
    }

    public void AppendLiteral(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '"' && (i == 0 || value[i - 1] != '\\'))
            {
                _insideQuotes = !_insideQuotes;
            }
        }

        _ = _text.Append(value);
    }

    public void AppendFormatted(object obj, int alignment = 0, string format = null)
    {
        if (obj is IEnumerable<string> or IEnumerable<IO.AbsolutePath>)
        {
            var first = true;
            foreach (var item in (System.Collections.IEnumerable)obj)
            {
                _ = first ? _text : _text.Append(' ');
                AppendFormatted(item, alignment, format);
                first = false;
            }

            return;
        }

        var hidden = format == "r";
        var raw = format == IO.AbsolutePath.NoQuotes;
        var text = obj is IFormattable formattable
            ? formattable.ToString(hidden || raw ? null : format, CultureInfo.InvariantCulture)
            : obj?.ToString() ?? "";
        if (hidden && text.Length > 0)
        {
            Hidden.Add(text);
        }

        _ = _text.Append((raw ? text : Quote(text)).PadRight(Math.Abs(alignment)));
    }

    public string ToStringAndClear()
    {
        var text = _text.ToString();
        _ = _text.Clear();
        return text;
    }

    // The rules of CommandLineToArgvW, which .NET follows on Unix too: backslashes count only before a quote.
    private readonly string Quote(string value)
    {
        var needsQuotes = !_insideQuotes && (value.Length == 0 || value.Any(static c => char.IsWhiteSpace(c) || c == '"'));
        if (!needsQuotes && !_insideQuotes)
        {
            return value;
        }

        var quoted = new StringBuilder(value.Length + 2);
        var backslashes = 0;
        foreach (var c in value)
        {
            if (c == '"')
            {
                _ = quoted.Append('\\', backslashes + 1);
            }

            backslashes = c == '\\' ? backslashes + 1 : 0;
            _ = quoted.Append(c);
        }

        _ = quoted.Append('\\', backslashes);
        return needsQuotes ? $"\"{quoted}\"" : quoted.ToString();
    }
}
