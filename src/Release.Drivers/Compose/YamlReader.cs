using Release.Configuration;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Release.Drivers.Compose;

/// <summary>
/// Reads one YAML document from a stranger. It works on the parser's events, which do not recurse, and counts levels and
/// merged entries itself: a document of 20,000 levels overflows the stack of YamlDotNet's own tree, and a few lines of
/// anchors can stand for billions of entries.
/// </summary>
internal sealed class YamlReader
{
    private const int Deepest = 64;
    private const int MostNodes = 100_000;
    private readonly string _file;
    private readonly Parser _parser;
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private YamlReader(string text, string file) => (_file, _parser) = (file, new Parser(new StringReader(text)));

    /// <summary>The mapping at the root.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="file">Where it is from, for errors.</param>
    /// <exception cref="ConfigurationException">It is no YAML, or nothing that a person would write.</exception>
    public static YamlMap Read(string text, string file)
    {
        var reader = new YamlReader(text.TrimStart('\uFEFF'), file);
        try
        {
            return reader.Root();
        }
        catch (YamlException problem)
        {
            throw reader.Wrong(problem.Start, $"is not YAML: {problem.Message.TrimEnd('.')}. Mend it and run the command again");
        }
    }

    private YamlMap Root()
    {
        Next(); // the stream begins
        if (Next() is not DocumentStart)
        {
            throw new ConfigurationException(_file, "is empty: expected a compose file with \"services\"");
        }

        Next();
        var at = _parser.Current!.Start;
        var root = Node(1);
        if (Next() is not DocumentEnd || Next() is not StreamEnd)
        {
            throw Wrong(_parser.Current!.Start, "a second document begins here: expected one compose file. Remove it");
        }

        return root as YamlMap ?? throw Wrong(at, "expected a mapping with \"services\"");
    }

    private ParsingEvent Next()
    {
        do
        {
            if (!_parser.MoveNext())
            {
                return new StreamEnd();
            }
        }
        while (_parser.Current is Comment);

        return _parser.Current!;
    }

    // The event that begins the node is the current one; when this returns, so is the one that ends it.
    private YamlNode Node(int depth)
    {
        var current = _parser.Current!;
        if (++_nodes > MostNodes)
        {
            throw Wrong(current.Start, $"more than {MostNodes} values: it is no compose file of a person");
        }

        if (depth > Deepest)
        {
            throw Wrong(current.Start, $"nested deeper than {Deepest} levels: write it flatter");
        }

        return current switch
        {
            Scalar scalar => Anchored(scalar.Anchor, Text(scalar)),
            AnchorAlias alias => _anchors.TryGetValue(alias.Value.Value, out var node)
                ? node
                : throw Wrong(alias.Start, $"the anchor {JsonName(alias.Value.Value)} is not there yet, or holds itself: write the value itself"),
            SequenceStart sequence => Anchored(sequence.Anchor, List(sequence, depth)),
            MappingStart mapping => Anchored(mapping.Anchor, Map(mapping, depth)),
            _ => throw Wrong(current.Start, "expected a value"),
        };
    }

    private static YamlText Text(Scalar scalar)
        => new(Line(scalar.Start), Column(scalar.Start), scalar.Value, scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" or "Null" or "NULL");

    private YamlList List(SequenceStart start, int depth)
    {
        var list = new YamlList(Line(start.Start), Column(start.Start), []);
        while (Next() is not SequenceEnd)
        {
            list.Items.Add(Node(depth + 1));
        }

        return list;
    }

    private YamlMap Map(MappingStart start, int depth)
    {
        var map = new YamlMap(Line(start.Start), Column(start.Start));
        var merged = new List<YamlNode>();
        while (Next() is not MappingEnd)
        {
            if (_parser.Current is not Scalar key)
            {
                throw Wrong(_parser.Current!.Start, "a key that is no text: write it as text");
            }

            Next();
            var value = Node(depth + 1);
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                merged.AddRange(value is YamlList list ? list.Items : [value]);
            }
            else if (!map.Add(key.Value, value))
            {
                throw Wrong(key.Start, $"the key {JsonName(key.Value)} is there twice: remove one");
            }
        }

        // Own keys win over merged ones, wherever they stand.
        foreach (var other in merged)
        {
            if (other is not YamlMap entries)
            {
                throw Wrong(start.Start, "\"<<\" takes mappings: name an anchor of one");
            }

            _nodes += entries.Keys.Count;
            map.Merge(entries);
        }

        return map;
    }

    private YamlNode Anchored(AnchorName anchor, YamlNode node)
    {
        if (!anchor.IsEmpty)
        {
            _anchors[anchor.Value] = node;
        }

        return node;
    }

    private ConfigurationException Wrong(Mark at, string message) => new([new(_file, Line(at), Column(at), "", message)]);

    private static string JsonName(string name) => OptionText.Found(name);

    private static int Line(Mark mark) => (int)mark.Line;

    private static int Column(Mark mark) => (int)mark.Column;
}
