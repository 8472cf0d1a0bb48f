using Newtonsoft.Json.Linq;
using Release.Output;

namespace Release.Configuration;

/// <summary>Collects the errors of one file while it is read.</summary>
internal sealed class ConfigurationErrors(string file)
{
    private const int LongestMessage = 400;
    private const int LongestPath = 200;
    private const int MostKept = 1000;
    private readonly List<ConfigurationError> _errors = [];
    private readonly HashSet<JToken> _wrong = new(ReferenceEqualityComparer.Instance);

    // Every path that is wrong, with those above it: a list of thousands of wrong elements is asked about as many times.
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);

    // How many there are beyond those that are kept: nobody reads a thousand, and their paths take time to make.
    private int _more;

    /// <summary>Gets where the tokens are.</summary>
    public JsonPlaces Places { get; } = new();

    /// <summary>Adds an error about the whole file.</summary>
    public void Add(string message) => Add(0, 0, "", message);

    /// <summary>Adds an error about a place that is in no token.</summary>
    public void Add(int line, int column, string message) => Add(line, column, "", message);

    public void Add(JToken at, string message)
    {
        _wrong.Add(at);
        if (_errors.Count == MostKept)
        {
            _more++;
            return;
        }

        var place = Places.Of(at);
        Add(place.Line, place.Column, Places.PathOf(at), message);
    }

    /// <summary>Adds an error about a member of a record that may not be there: then the place is that of what it would be in.</summary>
    public void Add(JObject record, string member, string message)
    {
        if (record.SelectToken(member) is { } token)
        {
            Add(token, message);
            return;
        }

        var end = member.LastIndexOf('.');
        var place = Places.Of((end < 0 ? null : record.SelectToken(member[..end])) ?? record);
        Add(place.Line, place.Column, $"{Places.PathOf(record)}.{member}", message);
    }

    /// <summary>Notes that a misspelled key seems to be this member's: it is neither missing, nor is its default meant.</summary>
    public void Doubt(JObject record, string member) => Touch($"{Places.PathOf(record)}.{member}");

    /// <summary>Whether something is wrong with the member itself or within it.</summary>
    public bool Has(JObject record, string member) => _touched.Contains($"{Places.PathOf(record)}.{member}");

    /// <summary>Whether something is wrong with the token itself.</summary>
    public bool Has(JToken token) => _wrong.Contains(token);

    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new ConfigurationException([.. _errors.OrderBy(error => error.Line).ThenBy(error => error.Column)], _more);
        }
    }

    private void Add(int line, int column, string path, string message)
    {
        if (_errors.Count == MostKept)
        {
            _more++;
            return;
        }

        var shown = TerminalText.Line(path, LongestPath);
        Touch(shown);
        _errors.Add(new(file, line, column, shown, TerminalText.Line(message, LongestMessage)));
    }

    private void Touch(string path)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOfAny(['.', '['], end - 1))
        {
            _touched.Add(path[..end]);
        }
    }
}
