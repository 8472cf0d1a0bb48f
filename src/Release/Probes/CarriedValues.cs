using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Release.Probes;

/// <summary>
/// The values that a sequence carries from one answer into the next request, by name: <c>$(token)</c>. Two are there from the
/// beginning, new at every look: <c>$(trace)</c>, 32 hexadecimal digits, and <c>$(traceparent)</c>, the same as a W3C header.
/// </summary>
internal sealed partial class CarriedValues
{
    private const int Longest = 8 * 1024;

    private static int Looks;

    private readonly Dictionary<string, string> _values;

    public CarriedValues(TimeProvider time)
    {
        var unique = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().Ticks} {Environment.MachineName} {Environment.ProcessId} {Interlocked.Increment(ref Looks)}");
        var trace = Sha256.HexOf(System.Text.Encoding.UTF8.GetBytes(unique))[..32];
        _values = new(StringComparer.Ordinal) { ["trace"] = trace, ["traceparent"] = $"00-{trace}-{trace[..16]}-01" };
    }

    /// <summary>The names that text refers to.</summary>
    public static IEnumerable<string> NamesIn(string? text) => text is null ? [] : Reference().Matches(text).Select(match => match.Groups["name"].Value);

    /// <summary>Keeps a value; false when it is too long to be carried.</summary>
    public bool Keep(string name, string value)
    {
        _values[name] = value;
        return value.Length <= Longest;
    }

    public string InPath(string text) => Replaced(text, Uri.EscapeDataString);

    public string InBody(string text) => Replaced(text, value => JsonEncodedText.Encode(value).ToString());

    public string InText(string text) => Replaced(text, value => value);

    private string Replaced(string text, Func<string, string> escaped) => Reference().Replace(text, match => escaped(
        _values.TryGetValue(match.Groups["name"].Value, out var value) ? value : throw new InvalidOperationException($"{match.Value} has no value: no answer before gave one")));

    [GeneratedRegex(@"\$\((?<name>[a-zA-Z][a-zA-Z0-9_-]{0,62})\)")]
    private static partial Regex Reference();
}
