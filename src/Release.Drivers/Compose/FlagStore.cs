using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Release.Drivers.Compose;

/// <summary>The feature flags that instances were released with: <c>compose/flags/INSTANCE.json</c> in the environment's folder.</summary>
internal sealed class FlagStore(string folder)
{
    /// <summary>The flags of an instance; null when none were ever set.</summary>
    public IReadOnlyDictionary<string, string>? Of(string instance)
    {
        try
        {
            return PeerJson.TryRead(File.ReadAllBytes(PathOf(instance)), out var json) && json is JsonObject flags
                ? flags.ToDictionary(f => f.Key, f => f.Value!.GetValue<string>(), StringComparer.Ordinal)
                : throw new InvalidDataException($"{PathOf(instance)} is no longer what a release wrote.");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Set(string instance, IReadOnlyDictionary<string, string> flags)
    {
        Durable.CreateDirectory(folder);
        var json = new JsonObject(flags.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value)));
        Durable.Replace(PathOf(instance), Encoding.UTF8.GetBytes(json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n"));
    }

    public void Clear(string instance)
    {
        if (File.Exists(PathOf(instance)))
        {
            Durable.Delete(PathOf(instance));
        }
    }

    private string PathOf(string instance) => Path.Combine(folder, $"{Processes.PlatformNames.Check("instance", instance)}.json");
}
