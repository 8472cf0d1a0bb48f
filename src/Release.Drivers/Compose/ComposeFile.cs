using Release.Configuration;

namespace Release.Drivers.Compose;

/// <summary>A compose file of any version: the current form, 2 and 3 with <c>version</c>, and 1 with services at the root.</summary>
/// <param name="Services">The services, in the order of the file.</param>
/// <param name="Notes">What of the file itself was not read, one sentence each.</param>
internal sealed record ComposeFile(IReadOnlyList<ComposeService> Services, IReadOnlyList<string> Notes)
{
    private const int Largest = 1024 * 1024;
    private const int LongestChain = 10;
    private static readonly string[] Read = ["image", "build", "ports", "expose", "healthcheck", "profiles", "extends"];

    /// <summary>Reads one. Nothing that it names is opened.</summary>
    /// <exception cref="ConfigurationException">It is no compose file.</exception>
    public static ComposeFile Parse(string text, string file)
    {
        if (text.Length > Largest)
        {
            throw new ConfigurationException(file, "is larger than 1 MiB: it is no compose file. Name another one");
        }

        var root = YamlReader.Read(text, file);
        var services = ServicesOf(root, file);
        var notes = new List<string>();
        if (root["include"] is not null)
        {
            notes.Add("\"include\" was not followed: run Init on one of those files, or on the output of `docker compose config`.");
        }

        return new([.. services.Keys.Select(name => services[name] is YamlMap service
            ? Service(name, service, services)
            : throw Wrong(services[name] ?? services, file, $"services.{name}: expected a mapping with \"image\" or \"build\""))], notes);
    }

    private static YamlMap ServicesOf(YamlMap root, string file)
    {
        if (root["services"] is { } found)
        {
            return found is YamlMap { Keys.Count: > 0 } services ? services : throw Wrong(found, file, "services: expected a mapping with at least one service");
        }

        // Version 1 had no "services".
        var isFirst = root.Keys.Exists(key => root[key] is YamlMap service && (service["image"] ?? service["build"]) is not null);
        return isFirst ? root : throw Wrong(root, file, "missing \"services\": expected a compose file");
    }

    private static ComposeService Service(string name, YamlMap own, YamlMap services)
    {
        var notes = new List<string>();
        var map = Extended(name, own, services, notes);
        string? Value(YamlNode? node) => node is YamlText text ? Expanded(text.Value, notes) : null;

        var unset = notes.Count;
        var image = Value(map["image"]);
        return new(name, own.Line)
        {
            Image = notes.Count > unset ? null : image,
            BuildContext = map["build"] switch { YamlMap build => Value(build["context"]) ?? ".", YamlText folder => Value(folder), _ => null },
            Ports = PortsOf(map, Value, notes),
            Health = HealthOf(name, map["healthcheck"] as YamlMap, Value),
            Profiles = [.. (map["profiles"] as YamlList)?.Items.Select(Value).OfType<string>() ?? []],
            Kept = [.. map.Keys.Where(key => !Read.Contains(key) && map[key] is not null)],
            Notes = notes,
        };
    }

    private static string Expanded(string text, List<string> notes)
    {
        var (expanded, unset) = ComposeVariables.Expand(text);
        notes.AddRange(unset.Select(variable => $"{OptionText.Found(text)} has the variable {variable}, which has no default"));
        return expanded;
    }

    // What this service says wins over what it extends; ports add up.
    private static YamlMap Extended(string name, YamlMap own, YamlMap services, List<string> notes)
    {
        var whole = new YamlMap(own.Line, own.Column);
        whole.Merge(own);
        var seen = new HashSet<string>(StringComparer.Ordinal) { name };
        for (var next = own["extends"]; next is not null && seen.Count <= LongestChain;)
        {
            var (service, file) = next switch
            {
                YamlText text => (text.Value, null),
                YamlMap map => ((map["service"] as YamlText)?.Value, (map["file"] as YamlText)?.Value),
                _ => (null, null),
            };
            if (file is not null || service is null || services[service] is not YamlMap parent)
            {
                notes.Add($"it extends {OptionText.Found(service ?? "?")}{(file is null ? "" : $" of {OptionText.Found(file)}")}, which was not read");
                break;
            }

            if (!seen.Add(service))
            {
                notes.Add($"it extends itself over {OptionText.Found(service)}");
                break;
            }

            whole.Merge(parent);
            next = parent["extends"];
        }

        return whole;
    }

    private static List<ComposePort> PortsOf(YamlMap map, Func<YamlNode?, string?> value, List<string> notes)
    {
        var ports = new List<ComposePort>();
        foreach (var item in new[] { map["ports"], map["expose"] }.OfType<YamlList>().SelectMany(list => list.Items))
        {
            var port = item is YamlMap form ? ComposePort.OfMap(key => value(form[key])) : value(item) is { } text ? ComposePort.OfText(text) : null;
            if (port is not null)
            {
                ports.Add(port);
            }
            else
            {
                notes.Add($"the port in line {item.Line} is no TCP port that can be read");
            }
        }

        return ports;
    }

    private static ComposeHealth? HealthOf(string name, YamlMap? check, Func<YamlNode?, string?> value)
        => check is null ? null : ComposeHealth.Of(
            name,
            check["test"] switch
            {
                YamlList list => [.. list.Items.Select(value).OfType<string>()],
                YamlText text => [value(text) ?? ""],
                _ => [],
            },
            check["test"] is YamlText,
            member => value(check[member]));

    private static ConfigurationException Wrong(YamlNode at, string file, string message) => new([new(file, at.Line, at.Column, "", message)]);
}
