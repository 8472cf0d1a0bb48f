using System.Text.Json.Nodes;

namespace Release.Drivers.Docker;

/// <content>Networks and volumes.</content>
public sealed partial class DockerEngine
{
    /// <summary>The network of this name or id; null when there is none.</summary>
    /// <exception cref="DockerException">No answer, or a refusal: 409 when several have this name.</exception>
    public async Task<Network?> Network(string nameOrId, CancellationToken cancellation) =>
        await Find($"networks/{Part(nameOrId)}", Docker.Network.Read, cancellation) is { } found && (found.Name == nameOrId || found.Id == nameOrId)
            ? found
            : null;

    /// <summary>The networks with all of these labels.</summary>
    /// <param name="labels">Names and values; a null value asks only that there is such a label.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="DockerException">No answer, or a refusal.</exception>
    public Task<IReadOnlyList<Network>> Networks(IReadOnlyDictionary<string, string?> labels, CancellationToken cancellation) =>
        List($"networks?filters={LabelFilter(labels)}", Docker.Network.Read, cancellation);

    /// <summary>Makes a network; its id. One name is given once.</summary>
    /// <exception cref="DockerException">No answer, or a refusal: 409 when the name is taken.</exception>
    public async Task<string> CreateNetwork(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellation)
    {
        const string Path = "networks/create";
        var body = new JsonObject
        {
            ["Name"] = name,
            ["CheckDuplicate"] = true, // Newer engines always do.
            ["Labels"] = new JsonObject(labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))),
        };
        return Whole(HttpMethod.Post, Path, await Change(HttpMethod.Post, Path, body, Changing, cancellation, done: [201]), document => document.Text("Id"));
    }

    /// <summary>Removes a network; no error when there is none.</summary>
    /// <exception cref="DockerException">No answer, or a refusal: 403 while a container is in it.</exception>
    public Task RemoveNetwork(string nameOrId, CancellationToken cancellation) =>
        Change(HttpMethod.Delete, $"networks/{Part(nameOrId)}", null, Changing, cancellation, expected: [404]);

    /// <summary>The volumes with all of these labels.</summary>
    /// <param name="labels">Names and values; a null value asks only that there is such a label.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="DockerException">No answer, or a refusal.</exception>
    public async Task<IReadOnlyList<Volume>> Volumes(IReadOnlyDictionary<string, string?> labels, CancellationToken cancellation) =>
        await Find($"volumes?filters={LabelFilter(labels)}", document => (IReadOnlyList<Volume>)[.. document.Documents("Volumes").Select(Volume.Read)], cancellation) ?? [];
}
