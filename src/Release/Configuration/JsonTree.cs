using System.Text;
using System.Text.Json;
using Newtonsoft.Json.Linq;

namespace Release.Configuration;

/// <summary>
/// Makes a tree of JSON whose tokens know where they begin. What a person may have meant but JSON has not (comments, a comma
/// before the end, a key twice) is an error like any other, so that what follows is read and told too.
/// </summary>
/// <remarks>
/// System.Text.Json decides what is JSON: it is strict and does not recurse, while Newtonsoft.Json takes single quotes and
/// hexadecimal numbers. The tree is Newtonsoft's, whose values the options may hold (<c>expectBody</c>).
/// </remarks>
internal ref struct JsonTree
{
    private const string HalfCharacter = "holds half of a character (a lone \\uD800 to \\uDFFF): write the whole character";
    private readonly byte[] _text;
    private readonly ConfigurationErrors _errors;
    private Utf8JsonReader _reader;
    private int _offset;
    private int _line;
    private int _column;
    private int _depth;

    public JsonTree(byte[] text, ConfigurationErrors errors)
    {
        _text = text;
        _errors = errors;
        _reader = new(text, new JsonReaderOptions
        {
            MaxDepth = text.Length + 1, // ours is lower, and says it better
            CommentHandling = JsonCommentHandling.Allow,
            AllowTrailingCommas = true,
        });
        (_line, _column) = (1, 1);
    }

    /// <summary>The root, or null when the text is no JSON: then the errors say where.</summary>
    public JToken? Read()
    {
        try
        {
            Next();
            var root = Value(null, null, 0);
            while (_reader.Read())
            {
                RefuseComment(); // the reader takes nothing else after the root
            }

            return root;
        }
        catch (JsonException problem)
        {
            Refuse(problem);
            return null;
        }
    }

    private void Refuse(JsonException problem)
    {
        var lineStart = 0;
        for (var i = 0L; i < (problem.LineNumber ?? 0); i++)
        {
            lineStart += _text.AsSpan(lineStart).IndexOf((byte)'\n') + 1;
        }

        var at = (int)Math.Min(lineStart + (problem.BytePositionInLine ?? 0), _text.Length);
        var column = Encoding.UTF8.GetCharCount(_text, lineStart, at - lineStart) + 1;
        if (_depth > JsonText.Deepest)
        {
            _errors.Add((int)(problem.LineNumber ?? 0) + 1, column, $"nested deeper than {JsonText.Deepest} levels: write it flatter");
            return;
        }

        // The end of the message repeats the position, counted from 0.
        var end = problem.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var reason = (end < 0 ? problem.Message : problem.Message[..end]).TrimEnd('.');
        if (at >= _text.AsSpan().TrimEnd(" \t\r\n"u8).Length)
        {
            reason = "it ends in the middle of an object, a list or a text";
        }

        _errors.Add(
            (int)(problem.LineNumber ?? 0) + 1, column, $"is not JSON: {reason}. Mend this first: what follows it could not be read");
    }

    private JToken Value(JToken? parent, string? key, int index)
    {
        var place = Here(parent, key, index);
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Record(place);
            case JsonTokenType.StartArray:
                return List(place);
            case JsonTokenType.String:
                var text = Text();
                return Placed(new JValue(text ?? ""), place, text is null ? HalfCharacter : null);
            case JsonTokenType.Number:
                var number = JsonText.Number(ref _reader);
                return Placed(number ?? new(0L), place, number is null ? "expected a number of a usual size, found one of hundreds of digits" : null);
            case JsonTokenType.True:
            case JsonTokenType.False:
                return Placed(new JValue(_reader.TokenType == JsonTokenType.True), place, null);
            case JsonTokenType.Null:
                return Placed(JValue.CreateNull(), place, null);
            case JsonTokenType.None:
            case JsonTokenType.EndObject:
            case JsonTokenType.EndArray:
            case JsonTokenType.PropertyName:
            case JsonTokenType.Comment:
            default:
                throw new JsonException("A value is missing.", null, _line - 1, _column - 1);
        }
    }

    private JObject Record(JsonPlace place)
    {
        Descend();
        var record = new JObject();
        _errors.Places.Add(record, place);
        for (Next(); _reader.TokenType != JsonTokenType.EndObject; Next())
        {
            var name = Text();
            var property = new JProperty(name ?? "\uFFFD");
            _errors.Places.Add(property, Here(record, property.Name, 0));
            if (name is null)
            {
                _errors.Add(property, HalfCharacter);
            }

            Next();
            property.Value = Value(record, property.Name, 0);
            if (record.Property(property.Name, StringComparison.Ordinal) is { } twin)
            {
                _errors.Add(property, "the key is there twice: remove one");
                twin.Remove();
            }

            record.Add(property);
        }

        _depth--;
        RefuseTrailingComma(record);
        return record;
    }

    private JArray List(JsonPlace place)
    {
        Descend();
        var list = new JArray();
        _errors.Places.Add(list, place);
        for (Next(); _reader.TokenType != JsonTokenType.EndArray; Next())
        {
            list.Add(Value(list, null, list.Count));
        }

        _depth--;
        RefuseTrailingComma(list);
        return list;
    }

    private void Descend()
    {
        if (++_depth > JsonText.Deepest)
        {
            var (line, column) = Position((int)_reader.TokenStartIndex);
            throw new JsonException("Too deep.", null, line - 1, column - 1);
        }
    }

    private readonly JValue Placed(JValue value, JsonPlace place, string? problem)
    {
        _errors.Places.Add(value, place);
        if (problem is not null)
        {
            _errors.Add(value, problem);
        }

        return value;
    }

    // Reading half of a surrogate pair is an error of the reader's caller, not of the text.
    private readonly string? Text()
    {
        try
        {
            return _reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private void Next()
    {
        while (_reader.Read() && _reader.TokenType == JsonTokenType.Comment)
        {
            RefuseComment();
        }
    }

    private void RefuseComment()
    {
        if (_reader.TokenType == JsonTokenType.Comment)
        {
            var (line, column) = Position((int)_reader.TokenStartIndex);
            _errors.Add(line, column, "a comment, which JSON has not: remove it");
        }
    }

    private void RefuseTrailingComma(JContainer container)
    {
        var before = _text.AsSpan(0, (int)_reader.TokenStartIndex).TrimEnd(" \t\r\n"u8);
        if (container.HasValues && before is [.., (byte)','])
        {
            var (line, column) = Position((int)_reader.TokenStartIndex);
            _errors.Add(line, column, "a comma before the end of an object or a list: remove it");
        }
    }

    private JsonPlace Here(JToken? parent, string? key, int index)
    {
        var start = (int)_reader.TokenStartIndex;
        var (line, column) = Position(start);
        return new(line, column, start, parent, key, index);
    }

    // Tokens come in the order of the text, so the position moves only forward.
    private (int Line, int Column) Position(int offset)
    {
        var passed = _text.AsSpan(_offset, offset - _offset);
        var lines = passed.Count((byte)'\n');
        _line += lines;
        _column = lines == 0 ? _column + Encoding.UTF8.GetCharCount(passed) : Encoding.UTF8.GetCharCount(passed[(passed.LastIndexOf((byte)'\n') + 1)..]) + 1;
        _offset = offset;
        return (_line, _column);
    }
}
