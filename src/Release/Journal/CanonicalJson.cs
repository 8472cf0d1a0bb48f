using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Release.Journal;

/// <summary>
/// JSON in the one form that RFC 8785 allows, so that equal content has equal bytes and an equal hash. No white space,
/// members sorted by UTF-16 code units, numbers as ECMAScript prints them, strings raw but for what must be escaped.
/// One leniency: half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD instead of an error, because a strange
/// character in somebody's note must not stop a rollback.
/// </summary>
public static class CanonicalJson
{
    /// <summary>Deeper content is refused; the reader of the journal allows a little more.</summary>
    internal const int MaxDepth = 100;

    private const long MaxInteger = 1L << 53;

    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\']);

    /// <summary>Gets the canonical bytes of a value; null is JSON's null.</summary>
    /// <exception cref="ArgumentException">
    /// A number that is not finite or an integer beyond 2^53 that a reader would round; or nesting beyond 100.
    /// </exception>
    public static byte[] Bytes(JsonNode? node)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output, node);
        return output.WrittenSpan.ToArray();
    }

    internal static void Write(ArrayBufferWriter<byte> output, JsonNode? node, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw new ArgumentException($"The data is nested deeper than {MaxDepth} levels; store it as evidence instead.");
        }

        switch (node)
        {
            case null:
                output.Write("null"u8);
                break;
            case JsonObject members:
                WriteObject(output, members, depth);
                break;
            case JsonArray items:
                WriteArray(output, items, depth);
                break;
            default:
                WriteValue(output, node.AsValue(), depth);
                break;
        }
    }

    internal static void WriteText(ArrayBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        output.Write("\""u8);
        for (var next = text.IndexOfAny(Escaped); next >= 0; next = text.IndexOfAny(Escaped))
        {
            _ = Encoding.UTF8.GetBytes(text[..next], output);
            WriteEscape(output, text[next]);
            text = text[(next + 1)..];
        }

        _ = Encoding.UTF8.GetBytes(text, output);
        output.Write("\""u8);
    }

    internal static void WriteInteger(ArrayBufferWriter<byte> output, long value)
    {
        if (value is > MaxInteger or < -MaxInteger)
        {
            throw new ArgumentException(
                $"The integer {value} is beyond 2^53, where readers of JSON round; write it as text instead.");
        }

        _ = value.TryFormat(output.GetSpan(20), out var written, provider: CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    internal static void WriteNumber(ArrayBufferWriter<byte> output, double value) =>
        _ = Encoding.ASCII.GetBytes(NumberText(value), output);

    // Number::toString of ECMAScript: the shortest digits that read back as the same double.
    private static string NumberText(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException($"The number {value} has no form in JSON; leave the member out or write text.");
        }

        var shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var mark = shortest.IndexOf('E', StringComparison.Ordinal);
        var exponent = mark < 0 ? 0 : int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = mark < 0 ? shortest : shortest[..mark];
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var all = mantissa.Replace(".", string.Empty, StringComparison.Ordinal);
        var significant = all.TrimStart('0');
        var digits = significant.TrimEnd('0');

        // The value is 0.digits * 10^point.
        var point = (dot < 0 ? all.Length : dot) + exponent - (all.Length - significant.Length);
        var text = digits.Length == 0 ? "0" : Layout(digits, point);
        return value < 0 ? $"-{text}" : text;
    }

    private static string Layout(string digits, int point) => point switch
    {
        > 21 or <= -6 => Exponential(digits, point - 1),
        <= 0 => $"0.{new string('0', -point)}{digits}",
        _ when point >= digits.Length => digits + new string('0', point - digits.Length),
        _ => $"{digits[..point]}.{digits[point..]}",
    };

    private static string Exponential(string digits, int exponent)
    {
        var fraction = digits.Length == 1 ? string.Empty : $".{digits[1..]}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent)}");
    }

    private static void WriteObject(ArrayBufferWriter<byte> output, JsonObject members, int depth)
    {
        output.Write("{"u8);
        var first = true;
        foreach (var (name, value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            output.Write(first ? ""u8 : ","u8);
            WriteText(output, name);
            output.Write(":"u8);
            Write(output, value, depth + 1);
            first = false;
        }

        output.Write("}"u8);
    }

    private static void WriteArray(ArrayBufferWriter<byte> output, JsonArray items, int depth)
    {
        output.Write("["u8);
        for (var index = 0; index < items.Count; index++)
        {
            output.Write(index == 0 ? ""u8 : ","u8);
            Write(output, items[index], depth + 1);
        }

        output.Write("]"u8);
    }

    private static void WriteValue(ArrayBufferWriter<byte> output, JsonValue value, int depth)
    {
        if (value.TryGetValue(out string? text))
        {
            WriteText(output, text);
        }
        else if (value.TryGetValue(out bool flag))
        {
            output.Write(flag ? "true"u8 : "false"u8);
        }
        else if (value.TryGetValue(out double number) && !value.TryGetValue(out long _))
        {
            WriteNumber(output, number);
        }
        else if (value.GetValueKind() == JsonValueKind.Number)
        {
            WriteOtherNumber(output, value.ToJsonString());
        }
        else
        {
            // A date, a Guid, an enum or an object in a JsonValue: what it looks like as JSON decides.
            Write(output, JsonNode.Parse(value.ToJsonString()), depth);
        }
    }

    private static void WriteOtherNumber(ArrayBufferWriter<byte> output, string text)
    {
        var isInteger = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer);
        var number = double.Parse(text, CultureInfo.InvariantCulture);

        // A large double reads back as an integer; what a record holds must be writable into the next one.
        if (isInteger && !string.Equals(NumberText(number), text, StringComparison.Ordinal))
        {
            WriteInteger(output, integer);
        }
        else
        {
            WriteNumber(output, number);
        }
    }

    private static void WriteEscape(ArrayBufferWriter<byte> output, char character)
    {
        var escape = character switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\b' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\f' => "\\f",
            '\r' => "\\r",
            _ => $"\\u{(int)character:x4}",
        };
        _ = Encoding.ASCII.GetBytes(escape, output);
    }
}
