namespace Nuke.Common.ValueInjection;

/// <summary>What was given for each parameter, and where; checked against its type before anything runs.</summary>
internal sealed class ParameterValues
{
    private readonly Dictionary<string, Given> _given = [];
    private readonly Dictionary<string, List<string>> _everything = [];

    /// <summary>The first source wins: sources are added in the order of their rank.</summary>
    public void Add(string key, IReadOnlyList<string> words, string origin, OriginKind kind)
    {
        _ = _given.TryAdd(key, new Given(words, origin, kind));
        if (!_everything.TryGetValue(key, out var all))
        {
            _everything[key] = all = [];
        }

        all.AddRange(words);
    }

    public bool Has(string key) => _given.ContainsKey(key);

    public IReadOnlyList<string>? Words(string key) => _given.GetValueOrDefault(key)?.Words;

    /// <summary>Also what was given and did not win: a secret is one wherever it stands.</summary>
    public IReadOnlyList<string> Everything(string key) => _everything.GetValueOrDefault(key) ?? [];

    public string Origin(string key) => _given[key].Origin;

    public OriginKind? Kind(string key) => _given.GetValueOrDefault(key)?.Kind;

    public string? Single(string key) => Words(key) is [var word, ..] ? word : null;

    /// <summary>Null where nothing was given.</summary>
    public object? ValueOf(BuildParameter parameter)
        => _given.TryGetValue(parameter.Key, out var given)
            && ValueConversion.TryConvert(Separated(parameter, given.Words), parameter.Type, out var value, out _)
            ? value
            : null;

    /// <summary>Null where the given value, if any, fits.</summary>
    public string? ProblemOf(BuildParameter parameter)
        => _given.TryGetValue(parameter.Key, out var given) ? ProblemOf(parameter, given.Words, given.Origin) : null;

    /// <summary>Null where the words fit.</summary>
    public static string? ProblemOf(BuildParameter parameter, IReadOnlyList<string> words, string origin)
    {
        if (ValueConversion.TryConvert(Separated(parameter, words), parameter.Type, out _, out var expected))
        {
            return null;
        }

        var shown = parameter.IsSecret ? "the given value" : $"'{Names.Shown(string.Join(' ', words))}'";
        return $"{parameter.Flag}: {shown} ({origin}) is not valid; expected {expected}.";
    }

    private static string[] Separated(BuildParameter parameter, IReadOnlyList<string> words)
        => [.. words.SelectMany(parameter.Separated)];

    private sealed record Given(IReadOnlyList<string> Words, string Origin, OriginKind Kind);
}

internal enum OriginKind
{
    CommandLine,
    Environment,
    File,
    Prompt,
}
