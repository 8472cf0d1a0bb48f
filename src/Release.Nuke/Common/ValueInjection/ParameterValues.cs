namespace Nuke.Common.ValueInjection;

/// <summary>What was given for each parameter, and where; checked against its type before anything runs.</summary>
internal sealed class ParameterValues
{
    private readonly Dictionary<string, Given> _given = [];

    /// <summary>The first source wins: sources are added in the order of their rank.</summary>
    public void Add(string key, IReadOnlyList<string> words, string origin)
        => _ = _given.TryAdd(key, new Given(words, origin));

    public bool Has(string key) => _given.ContainsKey(key);

    public IReadOnlyList<string>? Words(string key) => _given.GetValueOrDefault(key)?.Words;

    public string Origin(string key) => _given[key].Origin;

    public string? Single(string key) => Words(key) is [var word, ..] ? word : null;

    /// <summary>Null where nothing was given.</summary>
    public object? ValueOf(BuildParameter parameter)
        => _given.TryGetValue(parameter.Key, out var given)
            && ValueConversion.TryConvert(Separated(parameter, given), parameter.Type, out var value, out _)
            ? value
            : null;

    /// <summary>Null where the given value, if any, fits.</summary>
    public string? ProblemOf(BuildParameter parameter)
    {
        if (!_given.TryGetValue(parameter.Key, out var given)
            || ValueConversion.TryConvert(Separated(parameter, given), parameter.Type, out _, out var expected))
        {
            return null;
        }

        var shown = parameter.IsSecret ? "the given value" : $"'{string.Join(' ', given.Words)}'";
        return $"{parameter.Flag}: {shown} ({given.Origin}) is not valid; expected {expected}.";
    }

    private static string[] Separated(BuildParameter parameter, Given given)
        => [.. given.Words.SelectMany(parameter.Separated)];

    private sealed record Given(IReadOnlyList<string> Words, string Origin);
}
