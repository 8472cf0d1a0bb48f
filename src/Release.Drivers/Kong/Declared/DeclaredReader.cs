using Release.Output;
using Release.Runs;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Release.Drivers.Kong.Declared;

/// <summary>
/// Reads Kong's declarative file, YAML or JSON, with the place of every piece. On the parser's events, which do not recurse,
/// with levels and pieces counted: the text may come from a peer.
/// </summary>
internal sealed class DeclaredReader
{
    private const int Deepest = 64;
    private const int MostPieces = 500_000;

    private readonly string _where;
    private readonly Parser _parser;
    private int _pieces;

    private DeclaredReader(string text, string where) => (_where, _parser) = (where, new Parser(new StringReader(text)));

    /// <summary>The mapping at the root.</summary>
    /// <exception cref="ReleaseException">It is no declarative configuration.</exception>
    public static DeclaredMap Read(string text, string where)
    {
        var reader = new DeclaredReader(text, where);
        try
        {
            return reader.Root();
        }
        catch (YamlException problem)
        {
            throw reader.Wrong(problem.Start, $"is neither YAML nor JSON: {TerminalText.Line(problem.Message, 200).TrimEnd('.')}");
        }
    }

    private DeclaredMap Root()
    {
        _ = Next();
        if (Next() is not DocumentStart)
        {
            throw Wrong(Mark.Empty, "is empty");
        }

        _ = Next();
        var root = Node(1);
        return Next() is not DocumentEnd || Next() is not StreamEnd
            ? throw Wrong(_parser.Current!.Start, "has a second document: Kong reads one")
            : root as DeclaredMap ?? throw Wrong(Mark.Empty, "is no mapping with services and upstreams");
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

    // The event that begins the piece is the current one; when this returns, so is the one that ends it.
    private DeclaredNode Node(int depth)
    {
        var current = _parser.Current!;
        return ++_pieces > MostPieces ? throw Wrong(current.Start, $"has more than {MostPieces} values")
            : depth > Deepest ? throw Wrong(current.Start, $"is nested deeper than {Deepest} levels")
            : current switch
            {
                Scalar scalar => Text(scalar),
                AnchorAlias alias => new DeclaredAlias(At(alias.Start), At(alias.End)),
                SequenceStart list => List(list, depth),
                MappingStart map => Map(map, depth),
                _ => throw Wrong(current.Start, "has no value here"),
            };
    }

    private static DeclaredScalar Text(Scalar scalar) =>
        new(At(scalar.Start), At(scalar.End), !scalar.Anchor.IsEmpty, scalar.Value, scalar.Style is ScalarStyle.Plain);

    private DeclaredList List(SequenceStart start, int depth)
    {
        var items = new List<DeclaredNode>();
        while (Next() is not SequenceEnd)
        {
            items.Add(Node(depth + 1));
        }

        return new(At(start.Start), EndOf(start.Style is SequenceStyle.Flow), !start.Anchor.IsEmpty, start.Style is SequenceStyle.Flow, items);
    }

    private DeclaredMap Map(MappingStart start, int depth)
    {
        var (entries, keys) = (new List<DeclaredEntry>(), new HashSet<string>(StringComparer.Ordinal));
        while (Next() is not MappingEnd)
        {
            if (_parser.Current is not Scalar key || !keys.Add(key.Value))
            {
                throw Wrong(_parser.Current!.Start, "has a key that is no text, or is there twice");
            }

            _ = Next();
            entries.Add(new(Text(key), Node(depth + 1)));
        }

        return new(At(start.Start), EndOf(start.Style is MappingStyle.Flow), !start.Anchor.IsEmpty, start.Style is MappingStyle.Flow, entries);
    }

    // The parser's end of a closing bracket is before it.
    private int EndOf(bool isFlow) => At(_parser.Current!.Start) + (isFlow ? 1 : 0);

    private static int At(Mark mark) => (int)mark.Index;

    private ReleaseException Wrong(Mark at, string what) => new(
        ExitStatus.Failed, $"{_where}{(at.Line > 1 ? $", line {at.Line}," : "")} {what}: it cannot be changed safely, so nothing was.", "Mend it, and check it with: kong config parse FILE");
}
