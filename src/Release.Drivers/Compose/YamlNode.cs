namespace Release.Drivers.Compose;

/// <summary>A piece of YAML.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Column">Where it begins in the line, from 1.</param>
internal abstract record YamlNode(int Line, int Column);

/// <summary>Text, a number, a truth or nothing: YAML writes them alike.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Column">Where it begins in the line, from 1.</param>
/// <param name="Value">The text.</param>
/// <param name="IsNull">Whether it means nothing (<c>~</c>, <c>null</c>, no text at all).</param>
internal sealed record YamlText(int Line, int Column, string Value, bool IsNull) : YamlNode(Line, Column);

/// <summary>A list.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Column">Where it begins in the line, from 1.</param>
/// <param name="Items">What is in it.</param>
internal sealed record YamlList(int Line, int Column, List<YamlNode> Items) : YamlNode(Line, Column);

/// <summary>A mapping, in the order of the file, with what it was merged with (<c>&lt;&lt;</c>).</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Column">Where it begins in the line, from 1.</param>
internal sealed record YamlMap(int Line, int Column) : YamlNode(Line, Column)
{
    private readonly Dictionary<string, YamlNode> _values = new(StringComparer.Ordinal);

    /// <summary>Gets the keys in the order of the file.</summary>
    public List<string> Keys { get; } = [];

    /// <summary>The value of a key; null when it is not there or means nothing.</summary>
    public YamlNode? this[string key] => _values.TryGetValue(key, out var value) && value is not YamlText { IsNull: true } ? value : null;

    /// <summary>Adds an entry; false when the key is there already.</summary>
    public bool Add(string key, YamlNode value)
    {
        if (!_values.TryAdd(key, value))
        {
            return false;
        }

        Keys.Add(key);
        return true;
    }

    /// <summary>Adds the entries of another mapping whose keys are not here.</summary>
    public void Merge(YamlMap other) => other.Keys.ForEach(key => Add(key, other._values[key]));
}
