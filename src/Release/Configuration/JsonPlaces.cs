using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;

namespace Release.Configuration;

/// <summary>Where a token begins.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 characters.</param>
/// <param name="Offset">In bytes of the UTF-8 text.</param>
/// <param name="Parent">The object or list it is in; null for the root.</param>
/// <param name="Key">Its key in an object; null in a list.</param>
/// <param name="Index">Its index in a list.</param>
internal sealed record JsonPlace(int Line, int Column, int Offset, JToken? Parent, string? Key, int Index);

/// <summary>
/// The places of the tokens of one text. They are kept beside the tree, because a token knows only where it ends, and needs
/// time in proportion to its list to tell its own path.
/// </summary>
internal sealed partial class JsonPlaces
{
    private readonly Dictionary<JToken, JsonPlace> _places = new(ReferenceEqualityComparer.Instance);

    public void Add(JToken token, JsonPlace place) => _places[token] = place;

    public JsonPlace Of(JToken token) => _places[token];

    /// <summary>The path as it is shown: <c>$.gate.objectives[1].id</c>.</summary>
    public string PathOf(JToken token)
    {
        var parts = new Stack<string>();
        for (var place = Of(token); place.Parent is not null; place = Of(place.Parent))
        {
            parts.Push(place.Key is { } key ? Member(key) : string.Create(CultureInfo.InvariantCulture, $"[{place.Index}]"));
        }

        return parts.Aggregate(new StringBuilder("$"), (path, part) => path.Append(part)).ToString();
    }

    /// <summary>A key as a part of a path.</summary>
    public static string Member(string key)
        => Plain().IsMatch(key) ? $".{key}" : $"['{key.Replace("'", "\\'", StringComparison.Ordinal)}']";

    [GeneratedRegex(@"\A[\p{L}_$][\p{L}\p{Nd}_$-]*\z")]
    private static partial Regex Plain();
}
