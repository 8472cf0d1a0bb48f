using System.Globalization;
using System.Text.Json.Nodes;

namespace Release.Drivers.Docker;

/// <content>Containers.</content>
public sealed partial class DockerEngine
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(200);

    /// <summary>The containers with all of these labels, in the engine's order (newest first).</summary>
    /// <param name="labels">Names and values; a null value asks only that there is such a label.</param>
    /// <param name="all">Also those that do not run.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="DockerException">No answer, or a refusal.</exception>
    public Task<IReadOnlyList<ContainerSummary>> Containers(IReadOnlyDictionary<string, string?> labels, bool all, CancellationToken cancellation) =>
        List($"containers/json?all={(all ? 1 : 0)}&filters={LabelFilter(labels)}", ContainerSummary.Read, cancellation);

    /// <summary>The container of this name or id; null when there is none.</summary>
    /// <exception cref="DockerException">No answer, or a refusal.</exception>
    public async Task<Container?> Container(string nameOrId, CancellationToken cancellation) =>
        await Find($"containers/{Part(nameOrId)}/json", Docker.Container.Read, cancellation) is { } found
        && (found.Name == nameOrId || (nameOrId.Length is 12 or 64 && found.Id.StartsWith(nameOrId, StringComparison.Ordinal)))
            ? found

            // The engine also takes the beginning of an id: to a name such as "cafe" it may answer with a stranger.
            : null;

    /// <summary>Makes a container, which does not run yet; its id.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="body">The document of <c>POST /containers/create</c>.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="DockerRefusedException">The name is taken (409), there is no such image (404), or another refusal.</exception>
    /// <exception cref="DockerUnavailableException">No answer; it may be there.</exception>
    public async Task<string> Create(string name, JsonObject body, CancellationToken cancellation)
    {
        const string Path = "containers/create";
        var answer = await Change(HttpMethod.Post, $"{Path}?name={Uri.EscapeDataString(name)}", body, Changing, cancellation, done: [201]);
        return Whole(HttpMethod.Post, Path, answer, document => document.Text("Id"));
    }

    /// <summary>Starts a container; one that runs stays as it is.</summary>
    /// <exception cref="DockerException">No answer, or a refusal: also 500 for a host port that is taken.</exception>
    public Task Start(string nameOrId, CancellationToken cancellation) =>
        Change(HttpMethod.Post, $"containers/{Part(nameOrId)}/start", null, Changing, cancellation);

    /// <summary>Stops a container: its stop signal, after the grace a kill. One that does not run stays as it is.</summary>
    /// <param name="nameOrId">The container.</param>
    /// <param name="grace">How long it may take to end by itself; whole seconds, rounded up.</param>
    /// <param name="cancellation">Ends the call, not the stopping.</param>
    /// <exception cref="DockerException">No answer, or a refusal.</exception>
    public Task Stop(string nameOrId, TimeSpan grace, CancellationToken cancellation)
    {
        var seconds = Math.Max(0, (long)Math.Ceiling(grace.TotalSeconds));
        return Change(
            HttpMethod.Post,
            string.Create(CultureInfo.InvariantCulture, $"containers/{Part(nameOrId)}/stop?t={seconds}"),
            null,
            TimeSpan.FromSeconds(seconds) + Changing,
            cancellation);
    }

    /// <summary>Sends a signal (<c>SIGKILL</c>).</summary>
    /// <exception cref="DockerException">No answer, or a refusal: 409 when it does not run.</exception>
    public Task Kill(string nameOrId, string signal, CancellationToken cancellation) =>
        Change(HttpMethod.Post, $"containers/{Part(nameOrId)}/kill?signal={Uri.EscapeDataString(signal)}", null, Changing, cancellation);

    /// <summary>Removes a container and the nameless volumes that only it had, and waits until it is gone; no error when there is none.</summary>
    /// <param name="nameOrId">The container.</param>
    /// <param name="force">Kill it first if it runs.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="DockerException">No answer, or a refusal: 409 when it runs and is not forced.</exception>
    public async Task Remove(string nameOrId, bool force, CancellationToken cancellation)
    {
        var path = $"containers/{Part(nameOrId)}?v=1&force={(force ? 1 : 0)}";
        var answer = await Change(HttpMethod.Delete, path, null, Changing, cancellation, expected: [404, 409]);
        if ((int)answer.Status != 409)
        {
            return;
        }

        // Somebody else, or an earlier call of ours that got no answer, removes it already.
        if (!answer.Message!.Contains("already in progress", StringComparison.Ordinal))
        {
            throw _transport.Refusal(HttpMethod.Delete, path, answer);
        }

        var began = _time.GetTimestamp();
        while (await Container(nameOrId, cancellation) is not null)
        {
            if (_time.GetElapsedTime(began) > Changing)
            {
                throw _transport.Refusal(HttpMethod.Delete, path, answer);
            }

            await Task.Delay(Again, _time, cancellation);
        }
    }

    /// <summary>Puts a container into a network.</summary>
    /// <param name="network">The network's name or id.</param>
    /// <param name="nameOrId">The container.</param>
    /// <param name="endpoint">The endpoint's settings: aliases, an address; null for none.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="DockerException">No answer, or a refusal: 403 when it is in it already.</exception>
    public Task Connect(string network, string nameOrId, JsonObject? endpoint, CancellationToken cancellation) => Change(
        HttpMethod.Post,
        $"networks/{Part(network)}/connect",
        new JsonObject { ["Container"] = nameOrId, ["EndpointConfig"] = endpoint?.DeepClone() ?? new JsonObject() },
        Changing,
        cancellation,
        done: [200]);

    /// <summary>Takes a container out of a network; what it serves there breaks off.</summary>
    /// <exception cref="DockerException">No answer, or a refusal.</exception>
    public Task Disconnect(string network, string nameOrId, CancellationToken cancellation) => Change(
        HttpMethod.Post,
        $"networks/{Part(network)}/disconnect",
        new JsonObject { ["Container"] = nameOrId, ["Force"] = true },
        Changing,
        cancellation,
        done: [200]);
}
