using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Release.Tests.Configuration.Reference;

/// <summary>What the documentation of an option says, from the file that the compiler writes beside the assembly.</summary>
internal sealed partial class OptionDocs
{
    private readonly Dictionary<string, XElement> _summaries = new(StringComparer.Ordinal);

    public OptionDocs(params Assembly[] assemblies)
    {
        foreach (var assembly in assemblies)
        {
            var file = Path.ChangeExtension(assembly.Location, ".xml");
            foreach (var member in XDocument.Load(file).Descendants("member"))
            {
                if (member.Element("summary") is { } summary)
                {
                    _summaries[member.Attribute("name")!.Value] = summary;
                }
            }
        }
    }

    /// <summary>A sentence or more about a record, an enumeration or one of its words.</summary>
    public string Of(Type type) => Require($"T:{type.FullName}");

    public string OfWord(Type type, string word) => Require($"F:{type.FullName}.{word}");

    /// <summary>About a member, without the words that only the code needs.</summary>
    public string Of(PropertyInfo property)
    {
        var text = Require($"P:{property.DeclaringType!.FullName}.{property.Name}");
        text = text.StartsWith("Gets ", StringComparison.Ordinal) ? text["Gets ".Length..] : text;
        return char.ToUpperInvariant(text[0]) + text[1..];
    }

    private string Require(string name)
        => _summaries.TryGetValue(name, out var summary) ? Text(summary) : throw new InvalidOperationException($"{name} has no documentation.");

    private static string Text(XElement element) => Space().Replace(string.Concat(element.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see => $"`{Referred(see.Attribute("cref")!.Value)}`",
        _ => throw new InvalidOperationException($"The documentation of an option has {node}, which the reference cannot show."),
    })), " ").Trim();

    private static string Referred(string name) => JsonNamingPolicy.CamelCase.ConvertName(name[(name.LastIndexOf('.') + 1)..]);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
