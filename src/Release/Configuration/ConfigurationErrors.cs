using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Release.Output;

namespace Release.Configuration;

/// <summary>Collects the errors of one file while it is read.</summary>
internal sealed class ConfigurationErrors(string file)
{
    private const int LongestMessage = 400;
    private readonly List<ConfigurationError> _errors = [];
    private readonly HashSet<string> _doubtful = new(StringComparer.Ordinal);

    public void Add(int line, string path, string message)
        => _errors.Add(new(file, line, TerminalText.Line(path, 200), TerminalText.Line(message, LongestMessage)));

    public void Add(JToken at, string message) => Add(LineOf(at), PathOf(at), message);

    /// <summary>Adds an error about a member of a record that may not be there: then the line is the record's.</summary>
    public void Add(JObject record, string member, string message)
        => Add(LineOf(record.SelectToken(member) ?? record), $"{PathOf(record)}.{member}", message);

    /// <summary>Notes that a misspelled key seems to be this member's: it is neither missing, nor is its default meant.</summary>
    public void Doubt(JObject record, string member) => _doubtful.Add($"{PathOf(record)}.{member}");

    /// <summary>Whether something is wrong with the member itself or within it.</summary>
    public bool Has(JObject record, string member)
    {
        var path = $"{PathOf(record)}.{member}";
        return _doubtful.Contains(path) || _errors.Exists(error => error.Path == path
            || error.Path.StartsWith(path + '.', StringComparison.Ordinal)
            || error.Path.StartsWith(path + '[', StringComparison.Ordinal));
    }

    /// <summary>Whether something is wrong with the token itself.</summary>
    public bool Has(JToken token) => _errors.Exists(error => error.Path == PathOf(token));

    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new ConfigurationException([.. _errors.OrderBy(error => error.Line)]);
        }
    }

    private static int LineOf(JToken token) => ((IJsonLineInfo)token).LineNumber;

    private static string PathOf(JToken token) => JsonText.PathOf(token.Path);
}
