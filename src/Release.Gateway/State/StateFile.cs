using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Release.Gateway.Admin;

namespace Release.Gateway.State;

/// <summary>
/// The entities on disk: <c>{"format":1,"sha256":"…","entities":{…}}</c>. The checksum is over the text of the entities,
/// so that a file that is torn or was changed by hand is found instead of believed.
/// </summary>
internal sealed class StateFile(string folder)
{
    private const int Format = 1;

    private readonly string _path = Path.Combine(folder, "config.json");

    public void Save(Entities entities)
    {
        var content = entities.ToJson();
        var document = new JsonObject
        {
            ["format"] = Format,
            ["sha256"] = Checksum(content),
            ["entities"] = content,
        };
        Durable.Replace(_path, Encoding.UTF8.GetBytes(document.ToJsonString(Json.Options)));
    }

    /// <returns>What was saved last; nothing at all if nothing was ever saved.</returns>
    /// <exception cref="InvalidDataException">
    /// There is a file that cannot be trusted. Starting empty instead would take the service off the air.
    /// </exception>
    public Entities Load()
    {
        if (!File.Exists(_path))
        {
            return Entities.Empty;
        }

        try
        {
            var document = Json.ParseObject(File.ReadAllBytes(_path));
            if (document["format"].Integer() != Format)
            {
                throw Corrupt("its format is not known to this version");
            }

            if (document["entities"] is not JsonObject content || (string?)document["sha256"] != Checksum(content))
            {
                throw Corrupt("its checksum does not match");
            }

            return Entities.FromJson(content);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or AdminRefusal)
        {
            throw Corrupt(error.Message);
        }
    }

    private static string Checksum(JsonObject content) =>
        Sha256.HexOf(Encoding.UTF8.GetBytes(content.ToJsonString(Json.Options)));

    private InvalidDataException Corrupt(string reason) =>
        new($"{_path}: the gateway's state is corrupt: {reason.TrimEnd('.')}. Refusing to start without it: restore the file from a "
            + "copy, or remove it and send the configuration again.");
}
