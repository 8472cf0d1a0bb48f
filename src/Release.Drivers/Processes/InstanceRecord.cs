using System.Text.Json;
using System.Text.Json.Serialization;
using Release.Platforms;

namespace Release.Drivers.Processes;

/// <summary>
/// What an instance is, in <c>instance.json</c>: written before its first start, so that every later start is the same.
/// </summary>
internal sealed record InstanceRecord(
    string Service, string Version, string Digest, IReadOnlyList<string> Faults, int Port)
{
    public string Address => $"127.0.0.1:{Port}";

    public Artefact Artefact => new(Service, Version, Digest);

    /// <summary>The record in an instance's folder; null when it was never started.</summary>
    public static InstanceRecord? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathIn(folder)), InstanceJson.Default.InstanceRecord);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Write(string folder) =>
        Durable.Replace(PathIn(folder), JsonSerializer.SerializeToUtf8Bytes(this, InstanceJson.Default.InstanceRecord));

    private static string PathIn(string folder) => Path.Combine(folder, "instance.json");
}

/// <summary>Serialization without reflection: it is paid for at every start of a rollback.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InstanceRecord))]
internal sealed partial class InstanceJson : JsonSerializerContext;
