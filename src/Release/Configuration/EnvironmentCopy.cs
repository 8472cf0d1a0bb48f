using System.Text;
using Newtonsoft.Json;

namespace Release.Configuration;

/// <summary>Copies a configuration under another name.</summary>
public static class EnvironmentCopy
{
    /// <summary>The text with another name, everything else as a person laid it out.</summary>
    /// <param name="text">A configuration that is right.</param>
    /// <param name="name">The new name.</param>
    /// <exception cref="ConfigurationException">It is no JSON.</exception>
    public static string Named(string text, string name)
    {
        var source = text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);
        var errors = new ConfigurationErrors(EnvironmentFile.FileOf(name));
        var json = JsonText.Read(source, errors);
        errors.ThrowIfAny();

        // From the end, so that the places before stay where they are.
        var bytes = Encoding.UTF8.GetBytes(source).ToList();
        var schema = string.Concat(Enumerable.Repeat("../", name.Split('/').Length)) + ".nuke/environment.schema.json";
        foreach (var (token, value) in new[] { (json!["name"], name), (json["$schema"], schema) }
            .Where(change => change.Item1 is not null).OrderByDescending(change => errors.Places.Of(change.Item1!).Offset))
        {
            var start = errors.Places.Of(token!).Offset;
            bytes.RemoveRange(start, Length(bytes, start));
            bytes.InsertRange(start, Encoding.UTF8.GetBytes(JsonConvert.ToString(value)));
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    // Of a text in quotes, quotes included.
    private static int Length(List<byte> bytes, int start)
    {
        var end = start + 1;
        while (bytes[end] != (byte)'"')
        {
            end += bytes[end] == (byte)'\\' ? 2 : 1;
        }

        return end + 1 - start;
    }
}
