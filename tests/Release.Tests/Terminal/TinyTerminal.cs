using System.Globalization;
using System.Text;

namespace Release.Tests.Terminal;

/// <summary>As much of a terminal as the live view needs, with its scrollback. Anything that it does not know is a failure.</summary>
internal sealed class TinyTerminal
{
    private readonly List<List<string>> _rows = [];
    private readonly int _width;
    private readonly int _height;
    private int _top;
    private int _row;
    private int _column;
    private bool _wraps = true;
    private string _pending = "";

    public TinyTerminal(int width, int height)
    {
        (_width, _height) = (width, height);
        _rows.Add([]);
    }

    public bool CursorIsVisible { get; private set; } = true;

    public bool WrapsLines => _wraps;

    /// <summary>Gets what is on the screen now.</summary>
    public IReadOnlyList<string> Screen => [.. _rows.Skip(_top).Select(Text)];

    /// <summary>Gets everything, from the first line that scrolled away.</summary>
    public IReadOnlyList<string> All => [.. _rows.Select(Text)];

    public void Write(string text)
    {
        text = _pending + text;
        _pending = "";
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '\e')
            {
                var length = Sequence(text[at..]);
                if (length == 0)
                {
                    _pending = text[at..];
                    return;
                }

                at += length;
                continue;
            }

            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var used);
            at += used;
            Put(rune);
        }
    }

    private static string Text(List<string> row) => string.Concat(row).TrimEnd();

    // The length of the sequence at the beginning; 0 when it is not all there.
    private int Sequence(string text)
    {
        if (text.Length < 2)
        {
            return 0;
        }

        if (text[1] is '>' or '=' or '(')
        {
            return text[1] == '(' ? 3 : 2;
        }

        var end = text.AsSpan(2).IndexOfAnyInRange('@', '~');
        if (text[1] != '[' || end < 0)
        {
            return text[1] == '[' ? 0 : throw new InvalidOperationException($"An unknown sequence: {text[..Math.Min(10, text.Length)]}");
        }

        Obey(text[2..(2 + end)], text[2 + end]);
        return end + 3;
    }

    private void Obey(string argument, char command)
    {
        switch (command, argument)
        {
            case ('m', _):
                break;
            case ('A', _):
                _row = Math.Max(_top, _row - int.Parse(argument.Length == 0 ? "1" : argument, CultureInfo.InvariantCulture));
                break;
            case ('K', ""):
                Clear(_rows[_row], _column);
                break;
            case ('J', ""):
                Clear(_rows[_row], _column);
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                break;
            case ('h' or 'l', "?25"):
                CursorIsVisible = command == 'h';
                break;
            case ('h' or 'l', "?7"):
                _wraps = command == 'h';
                break;
            case ('h' or 'l', "?1"):
                break;
            default:
                throw new InvalidOperationException($"An unknown command: {argument}{command}");
        }
    }

    private static void Clear(List<string> row, int from)
    {
        if (row.Count > from)
        {
            row.RemoveRange(from, row.Count - from);
        }
    }

    private void Put(Rune rune)
    {
        switch (rune.Value)
        {
            case '\r':
                _column = 0;
                return;
            case '\n':
                LineFeed();
                return;
            default:
                break;
        }

        var width = Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark ? 0
            : rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xFF00 and <= 0xFF60) or >= 0x1F300 ? 2 : 1;
        if (_column + width > _width)
        {
            if (!_wraps)
            {
                _column = _width - width;
            }
            else
            {
                LineFeed();
            }
        }

        var row = _rows[_row];
        while (row.Count < _column + width)
        {
            row.Add(" ");
        }

        if (width > 0)
        {
            row[_column] = rune.ToString();
        }

        if (width == 2)
        {
            row[_column + 1] = "";
        }

        _column += width;
    }

    private void LineFeed()
    {
        _column = 0;
        if (++_row == _rows.Count)
        {
            _rows.Add([]);
        }

        _top = Math.Max(_top, _row - _height + 1);
    }
}
