namespace Release.Drivers.Kong.Declared;

/// <summary>A piece of Kong's declarative file, with its place in the text: what is changed is changed there and nowhere else.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="IsShared">Whether an anchor names it, so that the same piece may stand elsewhere too.</param>
internal abstract record DeclaredNode(int Start, bool IsShared)
{
    /// <summary>Gets where it ends, blank lines and comments after it left out.</summary>
    public abstract int End { get; }
}

/// <summary>Text, a number, a truth or nothing.</summary>
internal sealed record DeclaredScalar(int Start, int EndsAt, bool IsShared, string Value, bool IsPlain) : DeclaredNode(Start, IsShared)
{
    public override int End => EndsAt;

    public bool IsNull => IsPlain && Value is "" or "~" or "null" or "Null" or "NULL";
}

/// <summary>What an anchor elsewhere says.</summary>
internal sealed record DeclaredAlias(int Start, int EndsAt) : DeclaredNode(Start, true)
{
    public override int End => EndsAt;
}

/// <summary>A list; in brackets or one item a line.</summary>
internal sealed record DeclaredList(int Start, int EndsAt, bool IsShared, bool IsFlow, IReadOnlyList<DeclaredNode> Items) : DeclaredNode(Start, IsShared)
{
    public override int End => IsFlow || Items.Count == 0 ? EndsAt : Items[^1].End;
}

/// <summary>A mapping; in braces or one entry a line.</summary>
internal sealed record DeclaredMap(int Start, int EndsAt, bool IsShared, bool IsFlow, IReadOnlyList<DeclaredEntry> Entries) : DeclaredNode(Start, IsShared)
{
    public override int End => IsFlow || Entries.Count == 0 ? EndsAt : Entries[^1].Value.End;

    /// <summary>The value of a key; null when it is not there or means nothing.</summary>
    public DeclaredNode? this[string key] => Entry(key)?.Value is { } value && value is not DeclaredScalar { IsNull: true } ? value : null;

    public DeclaredEntry? Entry(string key) => Entries.FirstOrDefault(entry => entry.Key.Value == key);

    /// <summary>The text of a key; null when it has none.</summary>
    public string? Text(string key) => (this[key] as DeclaredScalar)?.Value;

    /// <summary>The mappings in the list of a key.</summary>
    public IEnumerable<DeclaredMap> Maps(string key) => (this[key] as DeclaredList)?.Items.OfType<DeclaredMap>() ?? [];
}

/// <summary>A key and its value.</summary>
internal sealed record DeclaredEntry(DeclaredScalar Key, DeclaredNode Value);
