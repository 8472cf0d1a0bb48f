using System.Globalization;
using System.Text;

namespace Release.Drivers.Prometheus;

/// <summary>One sample of a Prometheus text.</summary>
/// <param name="Name">The metric.</param>
/// <param name="Labels">All labels but <c>le</c>, sorted by name, as text: two samples with the same are one series.</param>
/// <param name="Le">The bucket's upper bound, or null.</param>
/// <param name="Value">The value, which may be NaN or infinite.</param>
internal readonly record struct Sample(string Name, string Labels, string? Le, double Value);

/// <summary>
/// Reads one line of the Prometheus text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details). Strict: a text with one line that
/// is not of the format is not a reading, since nobody knows what else is missing from it.
/// </summary>
internal ref struct ExpositionLine(ReadOnlySpan<char> line)
{
    private ReadOnlySpan<char> _rest = line;

    /// <summary>Reads a sample; false when the line is not one.</summary>
    public bool TryRead(out Sample sample)
    {
        sample = default;
        SkipBlanks();
        var name = ReadName(isMetric: true);
        string? le = null;
        var labels = "";
        SkipBlanks();
        if (name.Length == 0 || (_rest.StartsWith('{') && !TryReadLabels(out labels, out le)))
        {
            return false;
        }

        SkipBlanks();
        if (!TryParse(ReadWord(), out var value) || !TryReadTimestamp())
        {
            return false;
        }

        sample = new Sample(name.ToString(), labels, le, value);
        return true;
    }

    /// <summary>Parses a number as Go's client writes it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        value = text switch
        {
            "+Inf" or "Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => 0,
        };

        // .NET would take "Infinity" and "∞", too, but no exporter writes them.
        return value != 0 || double.IsNaN(value)
            || (text.Length > 0 && (char.IsAsciiDigit(text[^1]) || text[^1] == '.')
                && double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out value));
    }

    private bool TryReadLabels(out string labels, out string? le)
    {
        labels = "";
        le = null;
        List<string>? others = null;
        _rest = _rest[1..];
        while (true)
        {
            SkipBlanks();
            if (_rest.StartsWith('}'))
            {
                _rest = _rest[1..];
                others?.Sort(StringComparer.Ordinal);
                labels = others is null ? "" : string.Join(',', others);
                return true;
            }

            var name = ReadName(isMetric: false);
            SkipBlanks();
            if (name.Length == 0 || !TrySkip('='))
            {
                return false;
            }

            SkipBlanks();
            if (!TryReadQuoted(out var value))
            {
                return false;
            }

            if (name is "le")
            {
                le = value;
            }
            else
            {
                // The lengths keep {a="1,b=2"} and {a="1",b="2"} apart.
                (others ??= []).Add($"{name}={value.Length}:{value}");
            }

            SkipBlanks();
            if (!TrySkip(',') && !_rest.StartsWith('}'))
            {
                return false;
            }
        }
    }

    private bool TryReadQuoted(out string value)
    {
        value = "";
        if (!TrySkip('"'))
        {
            return false;
        }

        var end = _rest.IndexOfAny('"', '\\');
        if (end >= 0 && _rest[end] == '"')
        {
            value = _rest[..end].ToString();
            _rest = _rest[(end + 1)..];
            return true;
        }

        var text = new StringBuilder();
        for (var i = 0; i < _rest.Length; i++)
        {
            if (_rest[i] == '"')
            {
                _rest = _rest[(i + 1)..];
                value = text.ToString();
                return true;
            }

            if (_rest[i] == '\\')
            {
                if (++i == _rest.Length)
                {
                    return false;
                }

                // An unknown escape stands for itself, as in Prometheus's own lexer.
                text.Append(_rest[i] == 'n' ? '\n' : _rest[i]);
            }
            else
            {
                text.Append(_rest[i]);
            }
        }

        return false;
    }

    // What follows the value is a timestamp, or an exemplar of OpenMetrics: neither matters here.
    private bool TryReadTimestamp()
    {
        SkipBlanks();
        if (_rest.Length == 0 || _rest[0] == '#')
        {
            return true;
        }

        var isNumber = TryParse(ReadWord(), out var timestamp) && double.IsFinite(timestamp);
        SkipBlanks();
        return isNumber && (_rest.Length == 0 || _rest[0] == '#');
    }

    private ReadOnlySpan<char> ReadName(bool isMetric)
    {
        var length = 0;
        while (length < _rest.Length
            && (char.IsAsciiLetter(_rest[length]) || _rest[length] == '_' || (isMetric && _rest[length] == ':')
                || (length > 0 && char.IsAsciiDigit(_rest[length]))))
        {
            length++;
        }

        var name = _rest[..length];
        _rest = _rest[length..];
        return name;
    }

    private ReadOnlySpan<char> ReadWord()
    {
        var end = _rest.IndexOfAny(' ', '\t');
        var word = end < 0 ? _rest : _rest[..end];
        _rest = _rest[word.Length..];
        return word;
    }

    private bool TrySkip(char expected)
    {
        if (!_rest.StartsWith(expected))
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    private void SkipBlanks() => _rest = _rest.TrimStart(" \t");
}
