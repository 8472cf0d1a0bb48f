using System.Text.Json;
using Release.Runs;

namespace Release.Drivers.Kong.Declared;

/// <summary>
/// Changes to the text of a declarative file that leave everything else as its author wrote it, comments and order included.
/// Each change answers the new text; whoever makes several reads it again in between.
/// </summary>
internal sealed class DeclaredText(string text, string where)
{
    private readonly DeclaredMap _root = DeclaredReader.Read(text, where);

    public string Text => text;

    public string Where => where;

    public DeclaredMap Root => _root;

    /// <summary>Sets the value of a key, which is added when it is not there.</summary>
    public DeclaredText With(DeclaredMap map, string key, string value)
    {
        Own(map);
        if (map.Entry(key) is not { } entry)
        {
            return Inserted(map, key, value);
        }

        Own(entry.Value);
        return entry.Value is DeclaredScalar old && OnOneLine(old.Start, old.End)
            ? Spliced(old.Start, old.End, old.Start == old.End ? " " + value : value)
            : throw Unclear($"\"{key}\" of {Name(map)} is no plain value");
    }

    /// <summary>Adds an item, written in braces or as a word, to the end of a list.</summary>
    public DeclaredText WithItem(DeclaredList list, string item)
    {
        Own(list);
        if (list.IsFlow)
        {
            return list.Items.Count == 0
                ? Spliced(list.End - 1, list.End - 1, item)
                : Spliced(list.Items[^1].End, list.Items[^1].End, ", " + item);
        }

        var (dash, end) = (Dash(list.Items[0].Start), EndOfLine(list.End));
        return Spliced(end, end, $"{LineBreak}{text[StartOfLine(dash)..dash]}- {item}");
    }

    /// <summary>Takes an item out of a list.</summary>
    public DeclaredText WithoutItem(DeclaredList list, DeclaredNode item)
    {
        Own(list);
        var at = list.Items.ToList().IndexOf(item);
        return !list.IsFlow ? WithoutLines(Dash(item.Start), item.End)
            : at > 0 ? Spliced(list.Items[at - 1].End, item.End, "")
            : list.Items.Count > 1 ? Spliced(item.Start, list.Items[1].Start, "")
            : Spliced(item.Start, item.End, "");
    }

    /// <summary>Takes a key out of a mapping.</summary>
    public DeclaredText Without(DeclaredMap map, string key)
    {
        Own(map);
        var entry = map.Entry(key)!;
        var at = map.Entries.ToList().IndexOf(entry);
        return !map.IsFlow ? WithoutLines(entry.Key.Start, entry.Value.End)
            : at > 0 ? Spliced(map.Entries[at - 1].Value.End, entry.Value.End, "")
            : throw Unclear($"\"{key}\" is the first of {Name(map)}");
    }

    /// <summary>Text as a value that YAML and JSON read alike.</summary>
    public static string Quoted(string value) => '"' + JsonEncodedText.Encode(value).ToString() + '"';

    public ReleaseException Unclear(string what) => new(
        ExitStatus.Failed, $"{where}: {what}, so it cannot be changed without touching more than was asked for; nothing was.", "Write it out in that file: plain values, no anchors or merges.");

    private string LineBreak => text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    // What an anchor names may stand in other places, which nobody asked to change.
    private void Own(DeclaredNode node)
    {
        if (node.IsShared || (node as DeclaredMap)?.Entry("<<") is not null)
        {
            throw Unclear("it is shared through an anchor or a merge");
        }
    }

    private DeclaredText Inserted(DeclaredMap map, string key, string value)
    {
        var first = map.Entries.FirstOrDefault(entry => entry.Value is DeclaredScalar scalar && OnOneLine(scalar.Start, scalar.End))
            ?? throw Unclear($"{Name(map)} has no plain value beside which \"{key}\" could be written");
        if (map.IsFlow)
        {
            return Spliced(first.Value.End, first.Value.End, $", {Quoted(key)}: {value}");
        }

        var (end, column) = (EndOfLine(first.Value.End), map.Start - StartOfLine(map.Start));
        return Spliced(end, end, $"{LineBreak}{new string(' ', column)}{key}: {value}");
    }

    private DeclaredText WithoutLines(int start, int end)
    {
        var begin = StartOfLine(start);
        var stop = Math.Min(text.Length, EndOfLine(end) + LineBreak.Length);
        return text[begin..start].All(c => c is ' ') && text[end..EndOfLine(end)].Trim() is "" or ['#', ..]
            ? Spliced(begin, stop, "")
            : throw Unclear("what is to be removed shares its line with something else");
    }

    private int Dash(int start)
    {
        var dash = text.LastIndexOf('-', start - 1);
        return dash >= StartOfLine(start) && text[(dash + 1)..start].All(c => c is ' ') ? dash : throw Unclear("an item does not stand on the line of its dash");
    }

    private DeclaredText Spliced(int start, int end, string instead) => new(string.Concat(text.AsSpan(0, start), instead, text.AsSpan(end)), where);

    private int StartOfLine(int at) => text.LastIndexOf('\n', Math.Max(0, at - 1)) + 1;

    private int EndOfLine(int at) => text.IndexOf('\n', at) is >= 0 and var end ? (end > 0 && text[end - 1] == '\r' ? end - 1 : end) : text.Length;

    private bool OnOneLine(int start, int end) => !text.AsSpan(start, end - start).Contains('\n');

    private static string Name(DeclaredMap map) => map.Text("name") ?? map.Text("target") ?? "an entry";
}
