using System.Text.Json;
using System.Text.Json.Serialization;

namespace Release.Drivers.Kong;

/// <summary>Where the embedded gateway listens: chosen at its first start and kept, since callers know the address.</summary>
internal sealed record GatewayPorts(int Proxy, int Admin)
{
    public Uri ProxyAddress => new($"http://127.0.0.1:{Proxy}");

    public Uri AdminAddress => new($"http://127.0.0.1:{Admin}");

    /// <summary>The ports of the environment's gateway; null when it was never started.</summary>
    public static GatewayPorts? Read(string state)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathIn(state)), GatewayJson.Default.GatewayPorts);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Write(string state) =>
        Durable.Replace(PathIn(state), JsonSerializer.SerializeToUtf8Bytes(this, GatewayJson.Default.GatewayPorts));

    /// <summary>The folder of the environment's gateway.</summary>
    public static string FolderIn(string state) => Path.Combine(state, "gateway");

    private static string PathIn(string state) => Path.Combine(FolderIn(state), "ports.json");
}

/// <summary>Serialization without reflection: it is paid for at every start of a rollback.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GatewayPorts))]
internal sealed partial class GatewayJson : JsonSerializerContext;
